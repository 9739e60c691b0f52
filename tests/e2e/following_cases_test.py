"""Cases of following: from plate reads to a judgement, and to a signed pack that others can check."""
import hashlib
import json
import shutil
import subprocess
import tarfile
import unittest

import jsonschema

from support import SOURCE, Case


def schema(name):
    return json.loads((SOURCE / "schema" / name).read_text())


class FollowingCases(Case):
    """A simulated town, small and seeded: who follows is known."""

    def setUp(self):
        super().setUp()
        self.town = self.folder / "town"
        self.data = self.folder / "data"
        self.succeed("simulate", "traffic", "--out", self.town, "--seed", 7, "--days", 10, "--vehicles", 600,
                     "--cameras", 60, "--subjects", 1, "--followers", 2, "--trips", "5")
        truth = json.loads((self.town / "truth.json").read_text())
        self.subject = truth["subjects"][0]["plate"]
        self.followers = {one["plate"] for one in truth["subjects"][0]["followers"]}

    def record(self):
        return json.loads(self.succeed("following", "record", self.town / "sightings.jsonl", "--cameras",
                                       self.town / "cameras.csv", "--subject", self.subject, "--data", self.data,
                                       "--json").stdout)

    def cases(self, *more):
        return json.loads(self.succeed("following", "cases", "--data", self.data, "--json", *more).stdout)

    def export(self, case, name="case.tar"):
        pack = self.folder / name
        self.succeed("following", "evidence", "export", case, "--data", self.data, "--out", pack, "--cameras",
                     self.town / "cameras.csv")
        return pack

    def key(self):
        key = self.folder / "server.pem"
        key.write_text(self.succeed("evidence", "key", "--data", self.data).stdout)
        return key

    def test_from_reads_to_a_pack_that_holds(self):
        made = self.record()
        self.assertGreater(made["opened"], 0)
        self.assertEqual(self.record(), {"opened": 0, "updated": 0, "known": made["opened"]})
        found = self.cases()["cases"]
        self.assertEqual(len(found), made["opened"])
        self.assertTrue({one["vehicle"] for one in found} & self.followers)
        case = found[0]["id"]

        about = json.loads(self.succeed("following", "show", case, "--data", self.data, "--json").stdout)
        jsonschema.validate(about, schema("following_case.v1.json"))
        self.assertAlmostEqual(sum(term["value"] for term in about["score"]["terms"]), about["score"]["llr"], 6)
        said = self.succeed("following", "show", case, "--data", self.data).stdout
        for words in (about["vehicle"], self.subject, "By chance", "Read together", "History"):
            self.assertIn(words, said)

        pack = self.export(case)
        again = self.export(case, "again.tar")
        self.assertEqual(pack.read_bytes(), again.read_bytes())
        self.fail_with(1, "following", "evidence", "export", case, "--data", self.data, "--out", pack,
                       saying=["is there already"])
        with tarfile.open(pack) as archive:
            members = {one.name: archive.extractfile(one).read() for one in archive}
        jsonschema.validate(json.loads(members["evidence.json"]), schema("following_evidence.v1.json"))
        manifest = json.loads(members["manifest.json"])
        for one in manifest["members"]:
            self.assertEqual(hashlib.sha256(members[one["name"]]).hexdigest(), one["sha256"])
        verdict = json.loads(self.succeed("evidence", "verify", pack, "--key", self.key(), "--json").stdout)
        self.assertTrue(verdict["holds"])
        self.assertTrue(verdict["trusted"])
        self.assertLess(verdict["difference"], 1e-9)

    def test_a_pack_that_somebody_changed_does_not_hold(self):
        self.record()
        pack = self.export(self.cases()["cases"][0]["id"])
        bad = self.folder / "bad.tar"
        bad.write_bytes(pack.read_bytes().replace(b'"confidence":0.9', b'"confidence":0.1', 1))
        self.assertNotEqual(bad.read_bytes(), pack.read_bytes())
        done = self.run_program("evidence", "verify", bad, "--json")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(json.loads(done.stdout)["problem"]["fault"], "member_changed")
        bad.write_bytes(pack.read_bytes()[:5000])
        self.assertEqual(json.loads(self.run_program("evidence", "verify", bad, "--json").stdout)["problem"]["fault"],
                         "archive")

    @unittest.skipUnless(shutil.which("openssl"), "no openssl")
    def test_openssl_agrees_about_the_signature(self):
        self.record()
        with tarfile.open(self.export(self.cases()["cases"][0]["id"])) as archive:
            for one in ("manifest.json", "manifest.sig", "public.pem"):
                (self.folder / one).write_bytes(archive.extractfile(one).read())
        done = subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "public.pem", "-rawin", "-in",
                               "manifest.json", "-sigfile", "manifest.sig"], cwd=self.folder, capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_judgement_is_kept_and_counted(self):
        self.record()
        case = self.cases()["cases"][0]["id"]
        self.succeed("following", "confirm", case, "--data", self.data, "--why", "saw it", "--who", "kim")
        self.fail_with(2, "following", "confirm", case, "--data", self.data, saying=["confirmed"])
        self.record()
        about = json.loads(self.succeed("following", "show", case, "--data", self.data, "--json").stdout)
        self.assertEqual(about["state"], "confirmed")
        self.assertEqual((about["history"][-1]["who"], about["history"][-1]["why"]), ("kim", "saw it"))
        self.succeed("following", "dismiss", case, "--data", self.data)
        listed = self.cases("--state", "dismissed")
        self.assertEqual([one["id"] for one in listed["cases"]], [case])
        self.assertEqual(listed["precision"][0]["dismissed"], 1)
        self.assertEqual(listed["precision"][0]["precision"], 0)

    def test_the_keys_of_others_are_refused(self):
        self.record()
        self.key()
        (self.data / "evidence.key").chmod(0o644)
        self.fail_with(1, "following", "evidence", "export", self.cases()["cases"][0]["id"], "--data", self.data,
                       "--out", self.folder / "x.tar", saying=["chmod 600"])

    def test_a_folder_without_cases_says_what_makes_them(self):
        self.fail_with(1, "following", "cases", "--data", self.folder / "none", saying=["following record"])


if __name__ == "__main__":
    unittest.main()
