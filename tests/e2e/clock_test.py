"""A clock that is set while the server runs: nothing stalls, nothing is lost or sent twice, and nothing is deleted for it."""
import pathlib
import signal
import sqlite3
import unittest
import urllib.error
from datetime import datetime, timedelta, timezone

from log_files import events_in
from server_support import Server, wait_until
from support import BUSY, Case, busy_clip

LIBRARIES = list(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))


@unittest.skipUnless(LIBRARIES, "there is no libfaketime: ./dev deps test")
class Clock(Case):
    def set_clock(self, offset):
        """Seconds off the true time, for the server alone; its monotonic clock goes on."""
        moment = self.folder / "offset.new"
        moment.write_text(f"{offset:+d}\n")
        moment.rename(self.folder / "offset")

    def logged(self):
        """The sightings of the log, in its order."""
        return [one for one in events_in(self.folder / "data/log") if one.kind == "sighting"]

    def goes_on(self, offset):
        """Sets the clock, and waits for sightings that came afterwards and have its dates."""
        before = len(self.logged())
        self.set_clock(offset)
        wait_until(lambda: len(self.logged()), lambda now: now >= before + 10, "sightings in the log", 60)
        for one in self.logged()[before + 5:]:
            wait_until(lambda one=one: self.served(one.id), bool, one.id, 30)
            seen = datetime.fromisoformat(self.served(one.id)["last_seen"].replace("Z", "+00:00"))
            self.assertLess(abs(seen - datetime.now(timezone.utc) - timedelta(seconds=offset)), timedelta(minutes=2))

    def served(self, event):
        try:
            return self.server.get("events/" + event)
        except urllib.error.HTTPError:
            return None  # the store has yet to catch up with the log

    def test_steps_of_an_hour_and_of_years(self):
        config = self.folder / "vedette.yaml"
        busy_clip(self.folder / "busy.mp4")
        config.write_text(BUSY + f"record: {{ segment: 1s }}\ncameras:\n  c0: {{ inputs: [{{ path: {self.folder}/busy.mp4 }}] }}\n")
        self.set_clock(0)
        self.server = Server(self, "--config", config, variables={
            "LD_PRELOAD": str(LIBRARIES[0]), "FAKETIME_TIMESTAMP_FILE": str(self.folder / "offset"),
            "FAKETIME_NO_CACHE": "1", "DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_RESET": "1"})
        steps = (0, 3600, -3600, 0, 10 * 365 * 86400, 0)
        for offset in steps:
            self.goes_on(offset)
        self.assertEqual(self.server.get("ready")["status"], "ready")
        self.assertEqual(self.server.get("cameras/c0")["reconnects"], 0)
        self.assertEqual(self.server.metric("app_events_lost_total"), 0)
        self.assertEqual(self.server.end(signal.SIGTERM), 0)
        log = events_in(self.folder / "data/log")
        self.assertEqual([one.position for one in log], list(range(1, len(log) + 1)))
        self.assertEqual(len({one.id for one in log}), len(log))
        recordings = sqlite3.connect(self.folder / "data/recordings.db")
        recorded = recordings.execute("SELECT file, gap_us, start_us_utc, end_us_utc FROM segments ORDER BY segment_id").fetchall()
        recordings.close()
        self.assertGreater(len(recorded), len(steps) // 2, "a key frame every two seconds, and it takes a dozen")
        for file, gap, start, end in recorded:
            self.assertEqual(gap, 0, f"{file}: the camera sent all the time")
            self.assertLess(end - start, 60_000_000, file)
            self.assertTrue((self.folder / "data/recordings" / file).exists(), file)
        store = sqlite3.connect(self.folder / "data/vedette.db")
        stored = {one for one, in store.execute("SELECT event_id FROM sightings")}
        position, = store.execute("SELECT position FROM subscribers WHERE name = 'store'").fetchone()
        store.close()
        self.assertEqual(stored, {one.id for one in log if one.kind == "sighting" and one.position <= position},
                         "what was seen before a step stays")


if __name__ == "__main__":
    unittest.main()
