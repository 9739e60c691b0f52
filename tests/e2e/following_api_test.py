"""Cases of following through a running server: it finds the first one without a restart, and what is said to it and what
the commands say is one."""
import json
import sqlite3
import subprocess
import tarfile
import unittest
import urllib.error
import urllib.request

import json_schema
from server_support import Server
from support import DEMO, Case


class FollowingApi(Case):
    def setUp(self):
        super().setUp()
        self.town = self.folder / "town"
        self.succeed("simulate", "traffic", "--out", self.town, "--seed", 7, "--days", 10, "--vehicles", 600,
                     "--cameras", 60, "--subjects", 1, "--followers", 2, "--trips", "5")
        self.subject = json.loads((self.town / "truth.json").read_text())["subjects"][0]["plate"]
        self.server = Server(self, DEMO)

    def record(self):
        self.succeed("following", "record", self.town / "sightings.jsonl", "--cameras", self.town / "cameras.csv",
                     "--subject", self.subject, "--data", self.server.data)

    def ask(self, path, body=None):
        """-> status, body"""
        request = urllib.request.Request(self.server.url + path, method="GET" if body is None else "POST",
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def refused(self, path, status, saying, body=None):
        got, answer = self.ask(path, body)
        self.assertEqual(got, status, answer)
        self.assertIn(saying, json.loads(answer)["detail"])

    def has_form(self, name, answer):
        document = self.server.get("openapi.json")
        self.assertEqual(list(json_schema.mistakes(document, {"$ref": f"#/components/schemas/{name}"}, answer)), [])

    def test_the_first_case_needs_no_restart(self):
        for path in ("following/cases", "following/cases/fc-none", "following/cases/fc-none/evidence", "following/subjects"):
            self.refused(path, 404, "vedette following record --data")
        self.refused("following/cases/fc-none/confirm", 404, "vedette following record", {})
        self.assertFalse((self.server.data / "following.db").exists(), "asking makes no store")
        self.record()
        found = self.server.get(f"following/cases?subject={self.subject.lower()}&min_llr=1")["cases"]
        self.assertGreater(len(found), 0)
        for one in found:
            self.has_form("FollowingSummary", one)
        subjects = self.server.get("following/subjects")
        self.assertEqual([(one["subject"], one["cases"]) for one in subjects["subjects"]], [(self.subject, len(found))])

        about = self.server.get(f"following/cases/{found[0]['id']}")
        self.has_form("FollowingCase", about)
        told = json.loads(self.succeed("following", "show", about["id"], "--data", self.server.data, "--json").stdout)
        self.assertEqual({name: about[name] for name in told}, told)
        cameras = {line.split(",")[0] for line in (self.town / "cameras.csv").read_text().splitlines()[1:]}
        self.assertEqual({one["camera"] for one in about["places"]},
                         {one["camera"] for one in about["sightings"]} & cameras)

        for file in self.server.data.glob("following.db*"):
            file.unlink()
        self.refused("following/cases", 404, "vedette following record")
        self.record()
        self.assertEqual(len(self.server.get("following/cases")["cases"]), len(found), "the new file, not the old one")

    def test_judgements_are_one_with_those_of_the_commands(self):
        self.record()
        case = self.server.get("following/cases")["cases"][0]["id"]
        status, answer = self.ask(f"following/cases/{case}/confirm", {"who": "kim", "why": "saw it", "revision": 1})
        self.assertEqual(status, 200, answer)
        again = self.ask(f"following/cases/{case}/confirm", {"who": "kim", "why": "saw it", "revision": 1})
        self.assertEqual(again, (200, answer))
        listed = json.loads(self.succeed("following", "cases", "--data", self.server.data, "--json").stdout)
        self.assertEqual(listed["precision"][0]["confirmed"], 1)
        self.succeed("following", "dismiss", case, "--data", self.server.data, "--who", "lee")
        self.refused(f"following/cases/{case}/confirm", 409, "look at it again", {"revision": 2})
        self.assertEqual(self.server.get("following/subjects")["precision"][0]["dismissed"], 1)

    def add_picture(self, case, picture):
        """As the analysis of a running server names one."""
        key = "gate/seen.jpg"
        (self.server.data / "snapshots/gate").mkdir(parents=True, exist_ok=True)
        (self.server.data / "snapshots" / key).write_bytes(picture)
        with sqlite3.connect(self.server.data / "following.db") as store:
            about = json.loads(store.execute("SELECT body FROM following_cases WHERE case_id = ?", (case,)).fetchone()[0])
            about["sightings"][0]["vehicle_snapshot"] = key
            store.execute("UPDATE following_cases SET body = ? WHERE case_id = ?", (json.dumps(about), case))
        store.close()

    def test_the_pack_is_the_one_that_the_command_writes(self):
        self.record()
        case = self.server.get("following/cases")["cases"][0]["id"]
        picture = b"\xff\xd8 a picture \xff\xd9"
        self.add_picture(case, picture)
        self.assertEqual(self.ask(self.server.get(f"following/cases/{case}")["sightings"][0]["vehicle_picture"].lstrip("/")),
                         (200, picture))
        status, pack = self.ask(f"following/cases/{case}/evidence")
        self.assertEqual(status, 200, pack[:300])
        by_server, by_command, key = (self.folder / name for name in ("server.tar", "command.tar", "server.pem"))
        by_server.write_bytes(pack)
        self.succeed("following", "evidence", "export", case, "--data", self.server.data, "--out", by_command)
        self.assertEqual(pack, by_command.read_bytes())
        key.write_text(self.succeed("evidence", "key", "--data", self.server.data).stdout)
        verdict = json.loads(self.succeed("evidence", "verify", by_server, "--key", key, "--json").stdout)
        self.assertTrue(verdict["holds"] and verdict["trusted"])
        with tarfile.open(by_server) as archive:
            self.assertEqual(archive.extractfile("pictures/gate/seen.jpg").read(), picture)
            self.assertIn("camera,lat,lon", archive.extractfile("places.csv").read().decode())

        (self.server.data / "evidence.key").chmod(0o644)
        self.refused(f"following/cases/{case}/evidence", 403, "chmod 600")

    def test_pictures_beyond_what_the_server_holds_are_left_to_the_command(self):
        self.record()
        case = self.server.get("following/cases")["cases"][0]["id"]
        with sqlite3.connect(self.server.data / "following.db") as store:
            about = json.loads(store.execute("SELECT body FROM following_cases WHERE case_id = ?", (case,)).fetchone()[0])
            for number, sighting in enumerate(about["sightings"][:5]):
                sighting["vehicle_snapshot"] = f"gate/{number}.jpg"
            store.execute("UPDATE following_cases SET body = ? WHERE case_id = ?", (json.dumps(about), case))
        store.close()
        (self.server.data / "snapshots/gate").mkdir(parents=True, exist_ok=True)
        for number in range(5):
            subprocess.run(["truncate", "-s", "16M", self.server.data / f"snapshots/gate/{number}.jpg"], check=True)
        self.refused(f"following/cases/{case}/evidence", 503, "vedette following evidence export")


if __name__ == "__main__":
    unittest.main()
