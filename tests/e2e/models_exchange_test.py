"""A running server takes the model that is promoted: cameras and tracks go on, and events say who looked."""
import json
import pathlib
import re
import signal
import unittest

from models_stage_test import TOY
from server_support import Server, wait_until
from support import Case, SOURCE

SCENE = "demo://street?seed=7&seconds=4&width=320&height=180&time=day"


class ModelsExchange(Case):
    def setUp(self):
        super().setUp()
        self.succeed("process", SCENE, "--quiet")  # renders the clip, once
        self.models = self.folder / "models"
        self.models.mkdir()
        (self.models / "reader.model.yaml").write_bytes((SOURCE / "models/tesseract-ocr.model.yaml").read_bytes())
        for id, preference in (("usual", 5), ("fresh", 0)):
            (self.models / f"{id}.model.yaml").write_text(
                TOY.format(id=id, version=1, preference=preference, licence="Apache-2.0"))
        self.file = self.folder / "vedette.yaml"
        self.file.write_text(f"""logger: {{ default: info }}
cameras:
  gate: {{ inputs: [{{ path: "{SCENE}" }}], detect: {{ fps: 10 }} }}
""")
        self.server = Server(self, "--config", self.file, "--models", self.models)
        self.server.wait_for("cameras", lambda answer: all(one["frames"] > 0 for one in answer["cameras"]))

    def command(self, word, *more):
        return self.succeed("models", word, *more, "--models", self.models, "--data", self.server.data)

    def finders(self, event):
        return [one["id"] for one in event["models_used"] if one["task"] == "plate"]

    def newest(self):
        return self.server.get("events/recent?limit=50")["events"]

    def sees_with(self, *ids):
        """Waits for an event of things that only these looked at."""
        wait_until(self.newest, lambda events: any(self.finders(one) == list(ids) for one in events), "events", 120)

    def looks(self):
        found = re.findall(r'^pipeline_frames_detected_total\{camera="gate"\} (\S+)$', self.server.text("metrics"), re.M)
        return float(found[0])

    def test_the_promoted_model_takes_over_between_two_pictures(self):
        self.sees_with("usual@1")
        before = self.server.get("cameras/gate")
        looks = self.looks()
        self.command("register", "fresh")
        self.command("promote", "fresh", "--without-evidence", "for the test")
        wait_until(self.server.said, lambda said: "models exchanged" in said, "stderr", 60)
        self.assertIn("usual@1 -> fresh@1", self.server.said())
        self.sees_with("fresh@1")
        now = self.server.get("cameras/gate")
        self.assertEqual((now["since"], now["reconnects"]), (before["since"], before["reconnects"]))
        self.assertGreater(self.looks(), looks)
        self.assertEqual(self.server.metric("pipeline_failures_total"), 0)
        for event in self.newest():  # at most both, in their order
            self.assertIn(self.finders(event), (["usual@1"], ["usual@1", "fresh@1"], ["fresh@1"]))
        self.command("promote", "usual")  # and back, by a reload
        self.server.process.send_signal(signal.SIGHUP)
        wait_until(self.server.said, lambda said: "fresh@1 -> usual@1" in said, "stderr", 60)
        self.assertEqual(self.server.end(signal.SIGTERM), 0)

    def test_a_shadow_looks_at_the_same_pictures_and_says_nothing(self):
        self.command("register", "fresh")
        self.command("shadow", "fresh")
        name = r'^app_shadow_pictures_total\{kind="looked"\} (\S+)$'
        wait_until(lambda: float(re.findall(name, self.server.text("metrics"), re.M)[0]), lambda looked: looked > 3, "looks", 120)
        self.assertEqual(self.server.end(signal.SIGTERM), 0)
        listed = json.loads(self.command("list", "--json").stdout)
        shadow, = listed["shadows"]
        self.assertEqual((shadow["task"], shadow["live"], shadow["shadow"]), ("plate", "usual@1", "fresh@1"))
        self.assertGreater(shadow["pictures"], 3)
        self.assertEqual(shadow["failures"], 0)
        agreement = shadow["agreement"]  # they are the same finder under two names
        self.assertEqual((agreement["only_live"], agreement["only_shadow"], shadow["examples"]), (0, 0, []))
        self.assertIn("fresh@1 beside usual@1 (plate)", self.command("list").stdout)
        for line in (pathlib.Path(self.server.data) / "log").glob("*"):
            self.assertNotIn(b"fresh@1", line.read_bytes() if line.is_file() else b"")

    def test_what_cannot_be_used_leaves_the_former_one(self):
        self.command("register", "fresh")
        self.command("promote", "fresh", "--without-evidence", "for the test")
        wait_until(self.server.said, lambda said: "usual@1 -> fresh@1" in said, "stderr", 60)
        register = pathlib.Path(self.server.data) / "models.json"
        known = json.loads(register.read_text())
        live = next(one for one in known["models"] if one["id"] == "fresh@1")
        live["id"], live["manifest"] = "ghost@1", str(self.folder / "ghost.model.yaml")
        register.write_text(json.dumps(known))
        wait_until(self.server.said, lambda said: "the former ones go on" in said, "stderr", 60)
        self.assertIn("ghost@1", self.server.said())
        seen = self.looks()
        wait_until(self.looks, lambda looks: looks > seen, "looks", 60)
        self.sees_with("fresh@1")
        self.assertEqual(self.server.post("config/reload")["changed"], [])
        self.assertEqual(self.server.end(signal.SIGTERM), 0)
        again = Server(self, "--config", self.file, "--models", self.models)  # and at a start the next in line
        again.wait_for("cameras", lambda answer: all(one["frames"] > 0 for one in answer["cameras"]))
        self.assertIn("the live model can't be used", again.said())


if __name__ == "__main__":
    unittest.main()
