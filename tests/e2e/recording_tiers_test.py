"""Recordings on several tiers: what is old moves, whole; a tier that is away loses nothing and is never taken for its folder."""
import datetime
import json
import signal
import sqlite3
import subprocess
import unittest
import urllib.error
import urllib.request

from mounts import mount
from recording_support import RecordingCase, packets
from server_support import Server, wait_until

KEY = "0123456789abcdef" * 4


def iso(microseconds):
    return datetime.datetime.fromtimestamp(microseconds / 1e6, datetime.timezone.utc).isoformat().replace("+00:00", "Z")


class Tiers(RecordingCase):
    def setUp(self):
        super().setUp()
        self.nas = self.folder / "nas"

    def configure_tiers(self, more="", encryption=""):
        self.configure("{ segment: 1s, continuous: { days: 9 } }")
        self.config.write_text(self.config.read_text() + f"storage:\n  tiers:\n    - {{ path: '{self.data}/recordings' }}\n"
                               f"    - {{ path: '{self.nas}', move_after: 30m{more} }}\n{encryption}")

    def marked(self):
        self.nas.mkdir(exist_ok=True)
        (self.nas / ".vedette-tier").touch()

    def record_and_age(self, until=4):
        """Records some files, and makes the index believe that it was an hour ago."""
        before = len(self.rows()) if (self.data / "recordings.db").exists() else 0
        server = Server(self, "--config", self.config)
        wait_until(lambda: len(self.rows()), lambda rows: rows >= before + until, "segments", 90)
        self.assertEqual(server.end(signal.SIGTERM), 0)
        index = sqlite3.connect(self.data / "recordings.db")
        index.execute("UPDATE segments SET start_us_utc = start_us_utc - 3600000000, end_us_utc = end_us_utc - 3600000000")
        index.commit()
        index.close()
        return {row["file"]: row for row in self.rows()}

    def on_nas(self):
        return {str(path.relative_to(self.nas)) for path in self.nas.rglob("*.mp4")}

    def local(self):
        return {name for name in self.files() if name.endswith(".mp4")}

    def doctor(self):
        said = json.loads(self.run_program("doctor", "--json", "--data", self.data, "--config", self.config).stdout)
        return {check["topic"]: check for check in said["checks"] if check["topic"].startswith("recordings")}

    def not_ready(self, server):
        try:
            server.get("ready")
            return ""
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.read().decode()

    def assert_moved(self, server, old):
        wait_until(self.on_nas, lambda there: old <= there, "the NAS", 60)
        wait_until(self.local, lambda here: not old & here, "the first tier", 60)
        rows = {row["file"]: row for row in self.rows()}
        for name in old:
            self.assertNotEqual(rows[name]["tier"], "")
        wait_until(lambda: self.not_ready(server), lambda said: not said, "ready", 30)

    def test_what_is_old_moves_and_is_played_and_taken_away_as_before(self):
        self.marked()
        self.configure_tiers()
        old = self.record_and_age()
        expected = [size for name in sorted(old) for size in packets(self.data / "recordings" / name)]
        server = Server(self, "--config", self.config)
        self.assert_moved(server, set(old))
        first, last = min(row["start_us_utc"] for row in old.values()), max(row["end_us_utc"] for row in old.values())
        with urllib.request.urlopen(f"{server.url}recordings/c0/video.mp4?from={iso(first)}&to={iso(last)}", timeout=30) as answer:
            (self.folder / "played.mp4").write_bytes(answer.read())
        self.assertEqual(packets(self.folder / "played.mp4"), expected)
        with urllib.request.urlopen(f"{server.url}recordings/c0/picture?at={iso(first)}", timeout=30) as picture:
            self.assertEqual(picture.read(2), b"\xff\xd8")
        forecast = server.get("recordings/forecast")
        self.assertEqual([tier["here"] for tier in forecast["tiers"]], [True, True])
        self.assertGreater(forecast["tiers"][1]["bytes"], 0)
        self.assertIn('recording_tier_here{tier="2"} 1', server.text("metrics"))
        self.assertIn('recording_moved_segments_total{tier="2"}', server.text("metrics"))
        self.assertEqual(server.end(signal.SIGTERM), 0)
        self.succeed("export", "c0", "--from", iso(first), "--to", iso(last), "--data", self.data, "--config", self.config,
                     "--output", self.folder / "exported.mp4")
        self.assertEqual(packets(self.folder / "exported.mp4"), expected)
        found = self.doctor()
        self.assertEqual(found["recordings"]["state"], "ok", found)
        self.assertIn(f"{len(self.rows())} segments", found["recordings"]["finding"])
        listed = json.loads(self.succeed("recordings", "list", "--json", "--data", self.data, "--config", self.config).stdout)
        self.assertEqual(listed["tiers"][1]["cameras"][0]["segments"], len(old))
        self.assertIn("days fit", self.succeed("recordings", "forecast", "--data", self.data, "--config", self.config).stdout)

    def test_encrypted_ones_move_with_their_keys(self):
        self.marked()
        (self.folder / "key").write_text(KEY + "\n")
        (self.folder / "key").chmod(0o600)
        self.configure_tiers(encryption=f"  encryption: {{ enabled: true, key: '${{file:{self.folder}/key}}' }}\n")
        old = self.record_and_age()
        server = Server(self, "--config", self.config)
        self.assert_moved(server, set(old))
        self.assertEqual(server.end(signal.SIGTERM), 0)
        self.assertTrue(list(self.nas.rglob("key-*")))
        for name in old:
            self.assertNotIn(b"ftyp", (self.nas / name).read_bytes()[:64])
        self.assertEqual(self.doctor()["recordings"]["state"], "ok")

    def test_a_folder_without_its_marker_stays_empty_and_everything_where_it_is(self):
        self.nas.mkdir()
        self.configure_tiers()
        old = self.record_and_age()
        server = Server(self, "--config", self.config)
        told = wait_until(lambda: self.not_ready(server), lambda said: ".vedette-tier" in said, "ready", 30)
        self.assertIn("touch ", told)
        wait_until(lambda: self.local() - set(old), bool, "a new recording", 60)
        self.assertLessEqual(set(old), self.local())
        self.assertEqual(list(self.nas.iterdir()), [])
        self.assertIn('recording_tier_here{tier="2"} 0', server.text("metrics"))
        self.assertIn("a tier of the recordings is away", server.said())
        self.assertEqual(self.doctor()["recordings elsewhere"]["state"], "warn")
        self.marked()
        self.assert_moved(server, set(old))
        self.assertIn('recording_tier_here{tier="2"} 1', server.text("metrics"))
        self.assertEqual(server.end(signal.SIGTERM), 0)
        self.assertEqual(self.doctor()["recordings"]["state"], "ok")

    def test_what_is_unmounted_is_away_and_comes_back(self):
        disk = self.folder / "disk"
        disk.mkdir()
        (disk / ".vedette-tier").touch()
        mount(self, self.nas, "--bind", disk)
        self.configure_tiers()
        old = self.record_and_age()
        server = Server(self, "--config", self.config)
        self.assert_moved(server, set(old))
        self.assertEqual(server.end(signal.SIGTERM), 0)
        subprocess.run(["umount", self.nas], check=True)
        newer = set(self.record_and_age()) - set(old)
        server = Server(self, "--config", self.config)
        wait_until(lambda: self.not_ready(server), lambda said: "not mounted" in said, "ready", 30)
        self.assertEqual(list(self.nas.iterdir()), [], "nothing is put below the mount point")
        self.assertLessEqual(set(old), {row["file"] for row in self.rows()}, "what is away is not forgotten")
        start = next(row for row in self.rows() if row["file"] in old)["start_us_utc"]
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{server.url}recordings/c0/picture?at={iso(start)}", timeout=30)
        self.assertEqual(refused.exception.code, 503)
        self.assertIn(b"is away", refused.exception.read())
        mount(self, self.nas, "--bind", disk)
        self.assert_moved(server, newer | set(old))
        self.assertEqual(server.end(signal.SIGTERM), 0)
        self.assertEqual(self.doctor()["recordings"]["state"], "ok")

    def test_a_kill_while_files_move_loses_none(self):
        self.marked()
        self.configure_tiers(", move_rate: 40kB")
        old = self.record_and_age(until=8)
        for _ in range(4):
            server = Server(self, "--config", self.config)
            before = len(self.on_nas())
            wait_until(lambda: len(self.on_nas()), lambda now, before=before: now > before or now >= len(old), "the NAS", 60)
            server.end(signal.SIGKILL)
        self.config.write_text(self.config.read_text().replace("40kB", "0B"))
        server = Server(self, "--config", self.config)
        self.assert_moved(server, set(old))
        self.assertEqual(server.end(signal.SIGTERM), 0)
        found = self.doctor()
        self.assertEqual(found["recordings"]["state"], "ok", found)
        self.assertEqual({row["file"] for row in self.rows() if row["tier"]}, self.on_nas())
        self.assertEqual({row["file"] for row in self.rows() if not row["tier"]}, self.local())

    def test_mistakes_of_the_configuration_are_named(self):
        def wrong(tiers, *saying):
            self.configure("{ segment: 1s }")
            self.config.write_text(self.config.read_text() + f"storage: {{ tiers: [{tiers}] }}\n")
            self.fail_with(1, "config", "check", self.config, saying=list(saying))
        wrong("{ path: /a }, { path: /b }", "storage.tiers[1]", "move_after")
        wrong("{ path: /a, move_after: 1d }", "storage.tiers[0].move_after", "first tier")
        wrong("{ path: /a }, { path: /b, move_after: 3d, events: { max_age: 2d } }", "storage.tiers[1].events.max_age", "move_after")

    def test_a_plan_deletes_nothing(self):
        self.configure("{ segment: 1s, detections: { retain: { days: 0 } } }")
        old = self.record_and_age()
        plan = json.loads(self.succeed("recordings", "plan", "--within", "0", "--json", "--data", self.data, "--config",
                                       self.config).stdout)
        self.assertEqual(plan["tiers"][0]["segments"], len(old))
        self.assertEqual({group["reason"] for group in plan["tiers"][0]["groups"]}, {"age"})
        said = self.succeed("recordings", "plan", "--data", self.data, "--config", self.config).stdout
        self.assertIn(f"{len(old)} files go", said)
        self.assertEqual(self.local(), set(old))


class Triggers(RecordingCase):
    def post(self, server, path, body):
        request = urllib.request.Request(server.url + path, method="POST", data=json.dumps(body).encode(),
                                         headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def test_what_somebody_says_matters_is_an_alert_and_stays(self):
        self.configure("{ segment: 1s, alerts: { retain: { days: 5 } }, detections: { retain: { days: 0 } } }")
        self.config.write_text(self.config.read_text() + "review: { alerts: { labels: [nobody] } }\n")
        server = Server(self, "--config", self.config)
        wait_until(lambda: len(self.rows()), lambda rows: rows >= 2, "segments", 90)
        made = self.post(server, "recordings/c0/trigger", {"reason": "the bell", "before_s": 1, "after_s": 2, "keep": True})
        self.assertEqual((made["camera"], made["reason"], made["keep"]), ("c0", "the bell", True))
        later = wait_until(lambda: [row for row in self.rows() if iso(row["start_us_utc"]) > made["to"]], bool, "later ones", 60)
        self.assertEqual(server.get("recordings/triggers?camera=c0")["triggers"], [made])
        with self.assertRaises(urllib.error.HTTPError) as refused:
            self.post(server, "recordings/nowhere/trigger", {})
        self.assertEqual(refused.exception.code, 404)
        self.assertEqual(server.end(signal.SIGTERM), 0)
        self.assertEqual({row["alert"] for row in later}, {0})
        during = [row for row in self.rows() if iso(row["end_us_utc"]) > made["from"] and iso(row["start_us_utc"]) < made["to"]]
        self.assertGreaterEqual(len(during), 2, "before and after")
        self.assertEqual({(row["alert"], row["kept"]) for row in during}, {(1, 1)})


if __name__ == "__main__":
    unittest.main()
