"""Recordings as people get them: segments that play, survive a kill, and go when their time has come."""
import json
import os
import random
import signal
import sqlite3
import time
import unittest

from recording_support import RecordingCase, packet_hashes
from server_support import Server, wait_until
from support import busy_clip


class Recording(RecordingCase):
    def assert_whole(self):
        """Rows and files are the same, and every file is what was recorded."""
        self.assertEqual({row["file"]: row["bytes"] for row in self.rows()}, self.files())
        said = json.loads(self.succeed("doctor", "--json", "--data", self.data).stdout)
        found, = [check for check in said["checks"] if check["topic"] == "recordings"]
        self.assertEqual(found["state"], "ok", found)

    def test_what_is_recorded_is_what_was_sent(self):
        self.configure("{ segment: 2s, continuous: { days: 1 } }")
        server = Server(self, "--config", self.config)
        wait_until(lambda: len(self.rows()), lambda rows: rows >= 4, "segments", 90)
        self.assertEqual(server.end(signal.SIGTERM), 0)
        rows = self.rows()
        sent = packet_hashes(self.folder / "busy.mp4")
        recorded = [one for row in rows for one in packet_hashes(self.data / "recordings" / row["file"])]
        self.assertGreater(len(recorded), 150)
        start = sent.index(recorded[0])
        for i, one in enumerate(recorded):
            self.assertEqual(one, sent[(start + i) % len(sent)], f"picture {i}")
        for before, row in zip(rows, rows[1:]):
            self.assertEqual(row["gap_us"], 0)
            self.assertLess(abs(row["start_us_utc"] - before["end_us_utc"]), 1_000_000, "a busy machine is late")
        self.assertTrue(any(row["object"] > 0 for row in rows), "something is seen")
        self.assert_whole()

    def test_a_kill_loses_no_more_than_a_fragment_and_leaves_no_orphan(self):
        self.configure("{ segment: 5s, continuous: { days: 1 } }", cameras=2)
        chance = random.Random(5)
        for _ in range(6):
            server = Server(self, "--config", self.config)
            files = set(self.files())
            wait_until(lambda: set(self.files()) - files, bool, "a new file", 60)
            time.sleep(chance.uniform(1.5, 4))
            killed_us = time.time() * 1e6
            server.end(signal.SIGKILL)
            last = Server(self, "--config", self.config)
            last.wait_for("cameras", lambda answer: all(one["state"] == "online" for one in answer["cameras"]), 60)
            for camera in ("c0", "c1"):
                ends = [row["end_us_utc"] for row in self.rows()
                        if row["camera"] == camera and row["start_us_utc"] < killed_us]
                self.assertGreater(max(ends), killed_us - 4_000_000, "a fragment is a second, and a busy machine is late")
            self.assertEqual(last.end(signal.SIGTERM), 0)
            self.assert_whole()

    def test_kills_without_number(self):
        """VEDETTE_KILLS=200 for figures worth publishing; a few in every run."""
        kills = int(os.environ.get("VEDETTE_KILLS", "4"))
        self.configure("{ segment: 3s, continuous: { days: 1 } }")
        chance = random.Random(11)
        losses, killed_us, orphans = [], None, 0
        for number in range(kills + 1):
            before = self.files()
            known = {row["file"] for row in self.rows()} if before else set()
            orphans += len(set(before) - known)
            server = Server(self, "--config", self.config)
            wait_until(lambda before=before: set(self.files()) - set(before), bool, "a new file", 60)
            rows, files = self.rows(), self.files()
            self.assertLessEqual(set(before) & set(files), {row["file"] for row in rows}, "no orphan after the start")
            for row in rows:
                self.assertEqual(files[row["file"]], row["bytes"], "no row without its bytes")
            if killed_us:
                losses.append(killed_us / 1e6 - max(row["end_us_utc"] for row in rows if row["start_us_utc"] < killed_us) / 1e6)
            if number == kills:
                self.assertEqual(server.end(signal.SIGTERM), 0)
                break
            time.sleep(chance.uniform(1.2, 4.5))
            killed_us = time.time() * 1e6
            server.end(signal.SIGKILL)
        self.assertLess(max(losses), 4, "a fragment is a second, and a busy machine is late")
        print(f"{kills} kills, {orphans} files cut off: lost at most {max(losses):.2f} s, {sum(losses) / len(losses):.2f} s on "
              "average, of which what had not left the camera's buffer", flush=True)
        self.assert_whole()

    def test_where_nothing_was_seen_nothing_stays(self):
        self.configure("{ segment: 1s, detections: { retain: { days: 0 } } }")
        server = Server(self, "--config", self.config)
        wait_until(lambda: len(self.rows()), lambda rows: rows >= 3, "segments", 60)
        self.assertEqual(server.end(signal.SIGTERM), 0)
        hour_ago = sqlite3.connect(self.data / "recordings.db")
        hour_ago.execute("UPDATE segments SET start_us_utc = start_us_utc - 3600000000, end_us_utc = end_us_utc - 3600000000")
        hour_ago.commit()
        hour_ago.close()
        old = set(self.files())
        again = Server(self, "--config", self.config)
        wait_until(lambda: old & set(self.files()), lambda left: not left, "old files", 60)
        wait_until(lambda: len(self.rows()), lambda rows: rows >= 1, "new segments", 60)
        self.assertEqual(again.end(signal.SIGTERM), 0)
        self.assertTrue(self.rows(), "what is new is kept for minutes")
        self.assert_whole()

    def test_the_main_stream_is_recorded_and_the_other_one_watched(self):
        main = self.folder / "main.mp4"
        busy_clip(main, scale=2)
        self.configure("{ segment: 2s, continuous: { days: 1 } }",
                       inputs=f"{{{{ path: {main}, roles: [record] }}}}, {{{{ path: {{clip}}, roles: [detect] }}}}")
        server = Server(self, "--config", self.config)
        rows = wait_until(self.rows, lambda rows: len(rows) >= 3, "segments", 90)
        self.assertEqual(server.get("cameras/c0")["width_px"], 320)
        self.assertEqual(server.end(signal.SIGTERM), 0)
        self.assertEqual({row["width_px"] for row in rows}, {640})

    def test_nothing_is_recorded_where_that_is_not_wanted(self):
        self.configure("{ enabled: false }")
        server = Server(self, "--config", self.config)
        server.wait_for("cameras/c0", lambda camera: camera["frames"] > 50, 60)
        self.assertEqual(server.end(signal.SIGTERM), 0)
        self.assertEqual(self.files(), {})
        tried_out = Server(self, self.folder / "busy.mp4")
        tried_out.wait_for("cameras/busy", lambda camera: camera["frames"] > 50, 60)
        self.assertEqual(tried_out.end(signal.SIGTERM), 0)
        self.assertEqual(self.files(), {}, "an INPUT of the command line is not recorded unless record.enabled says so")

    def test_an_index_that_is_damaged_is_made_again(self):
        self.configure("{ segment: 1s }")
        server = Server(self, "--config", self.config)
        wait_until(lambda: len(self.rows()), lambda rows: rows >= 3, "segments", 60)
        self.assertEqual(server.end(signal.SIGTERM), 0)
        before = {row["file"]: row["sha256"] for row in self.rows()}
        index = self.data / "recordings.db"
        index.write_bytes(b"not a database, though it is long enough to be one" * 100)
        self.fail_with(1, "run", "--config", self.config, "--data", self.data, "--listen", "127.0.0.1:0",
                       saying=[str(index), "aside"])
        index.rename(self.folder / "aside.db")
        again = Server(self, "--config", self.config)
        again.wait_for("cameras/c0", lambda camera: camera["state"] == "online", 60)
        self.assertEqual(again.end(signal.SIGTERM), 0)
        after = {row["file"]: (row["sha256"], row["object"]) for row in self.rows()}
        for file, sha256 in before.items():
            self.assertEqual(after[file], (sha256, 1), "what went on in it is not known: it is kept as if somebody was seen")

    def test_a_foreign_file_stays_and_is_named(self):
        self.configure("{ segment: 1s }")
        foreign = self.data / "recordings/holiday.mp4"
        foreign.parent.mkdir(parents=True)
        foreign.write_bytes(b"mine")
        server = Server(self, "--config", self.config)
        wait_until(server.said, lambda said: "holiday.mp4" in said, "stderr", 30)
        self.assertEqual(server.end(signal.SIGTERM), 0)
        self.assertEqual(foreign.read_bytes(), b"mine")

    def test_a_folder_that_may_not_be_written_is_named(self):
        self.configure("{ segment: 1s }")
        file = self.folder / "in the way"
        file.write_text("")
        self.config.write_text(self.config.read_text() + f"storage: {{ tiers: [{{ path: '{file}/recordings' }}] }}\n")
        self.fail_with(2, "run", "--config", self.config, "--data", self.data, "--listen", "127.0.0.1:0", saying=str(file))


if __name__ == "__main__":
    unittest.main()
