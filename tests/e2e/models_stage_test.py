"""The life of models: register, shadow, promote, retire, and what `models list` says of it."""
import json
import unittest

from support import Case

TOY = """id: {id}
version: {version}
title: Rows of signs, once more
task: plate
licence: {licence}
origin: us
decoder: glyph_row
labels: [plate]
preference: {preference}
"""


class ModelStages(Case):
    def setUp(self):
        super().setUp()
        self.models, self.data = self.folder / "models", self.folder / "data"
        self.models.mkdir()
        self.describe("usual", preference=5)
        self.describe("fresh")

    def describe(self, id, version=1, preference=0, licence="Apache-2.0", folder=None):
        file = (folder or self.models) / f"{id}.model.yaml"
        file.write_text(TOY.format(id=id, version=version, preference=preference, licence=licence))
        return file

    def models_command(self, word, *more, code=0, saying=()):
        command = ("models", word, *more, "--models", self.models, "--data", self.data)
        return self.succeed(*command) if code == 0 else self.fail_with(code, *command, saying=saying)

    def stages(self):
        listed = json.loads(self.models_command("list", "--json").stdout)["models"]
        return {one["id"]: one["stage"] for one in listed}

    def evidence(self, id):
        listed = json.loads(self.models_command("list", "--json").stdout)["models"]
        return next(one["evidence"] for one in listed if one["id"] == id)

    def test_a_model_goes_from_candidate_to_live_and_back(self):
        self.assertEqual(self.stages(), {"usual": None, "fresh": None})
        self.models_command("promote", "fresh", code=1, saying=["vedette models register fresh@1"])
        moved = json.loads(self.models_command("register", "fresh", "--json").stdout)
        self.assertEqual((moved["id"], moved["stage"]), ("fresh@1", "candidate"))
        self.assertIn("it loads", self.evidence("fresh"))
        self.assertIn("candidate -> shadow", self.models_command("shadow", "fresh").stdout)
        self.models_command("promote", "fresh", code=1, saying=["usual@1", "--without-evidence REASON"])
        self.assertEqual(self.stages()["fresh"], "shadow")
        self.models_command("promote", "fresh", "--without-evidence", "tried by hand")
        self.assertEqual(self.stages(), {"usual": "retired", "fresh": "live"})
        self.assertIn("tried by hand", self.evidence("fresh"))
        back = json.loads(self.models_command("promote", "usual", "--json").stdout)
        self.assertEqual([(one["id"], one["to"]) for one in back["moved"]], [("usual@1", "live"), ("fresh@1", "retired")])
        self.models_command("retire", "usual")
        self.assertEqual(self.stages(), {"usual": "retired", "fresh": "retired"})
        table = self.models_command("list").stdout
        self.assertIn("STAGE", table)
        self.assertIn("retired", table)

    def test_what_is_not_allowed_is_said_with_what_to_do(self):
        self.models_command("register", "fresh")
        self.models_command("promote", "fresh", "--without-evidence", "", code=2, saying=["give a reason"])
        self.models_command("promote", "fresh", "--without-evidence", "now")
        self.models_command("promote", "fresh", code=2, saying=["live already"])
        self.models_command("register", "fresh", code=2, saying=["vedette models retire fresh@1"])
        self.models_command("shadow", "fresh", code=2, saying=["promote another model first"])
        self.models_command("register", "nothing", code=1, saying=["no model 'nothing'", "usual@1"])

    def test_what_does_not_load_is_not_registered(self):
        file = self.describe("broken")
        file.write_text(file.read_text().replace("glyph_row", "crystal-ball"))
        self.models_command("register", "broken", code=1, saying=["can't be used", "crystal-ball"])
        self.assertFalse((self.data / "models.json").exists())

    def test_a_manifest_may_lie_elsewhere(self):
        elsewhere = self.folder / "elsewhere"
        elsewhere.mkdir()
        file = self.describe("far", folder=elsewhere)
        self.models_command("register", file)
        self.assertEqual(self.stages()["far"], "candidate")
        self.models_command("promote", "far", "--without-evidence", "now")
        file.unlink()
        self.assertIn("its manifest is gone", self.models_command("list").stderr)

    def test_a_damaged_register_is_said_and_stays(self):
        self.models_command("register", "fresh")
        (self.data / "models.json").write_text('{"vedette_model_register": 1, "models": [')
        self.assertIn("models.json: it is damaged", self.models_command("list").stderr)
        self.models_command("register", "usual", code=1, saying=["damaged", "backup"])
        (self.data / "models.json").write_text('{"vedette_model_register": 9, "models": []}')
        self.models_command("register", "usual", code=2, saying=["update Vedette"])

    def test_who_owes_what_under_the_agpl_is_said(self):
        self.describe("theirs", licence="AGPL-3.0-only")
        self.models_command("register", "theirs")
        done = self.models_command("promote", "theirs", "--without-evidence", "wanted")
        self.assertIn("AGPL-3.0-only", done.stdout)


if __name__ == "__main__":
    unittest.main()
