"""Events of the log again: as lines, and to the store."""
import json
import signal
import sqlite3
import unittest

from server_support import Server
from support import DEMO, Case, events_of


class Replay(Case):
    def setUp(self):
        super().setUp()
        self.server = Server(self, DEMO)
        self.data = self.server.data

    def lines(self, *arguments):
        return events_of(self.succeed("replay", "--data", self.data, *arguments).stdout)

    def test_events_come_again_while_the_server_runs(self):
        seen = self.server.wait_for("events/recent", lambda answer: len(answer["events"]) >= 2)["events"]
        again = {event["event_id"]: event for event in self.lines("--kind", "sighting")}
        for event in seen:
            self.assertEqual(again[event["event_id"]]["first_seen"], event["first_seen"])
        first = min(event["first_seen"] for event in again.values())
        later = self.lines("--kind", "sighting", "--from", first, "--camera", "demo-street")
        self.assertLessEqual(set(again), {event["event_id"] for event in later})
        self.assertEqual(self.lines("--kind", "sighting", "--to", first), [])
        self.assertEqual(self.lines("--from", "2020-01-01", "--to", "2020-01-02"), [])
        self.assertEqual([event["type"] for event in self.lines("--kind", "camera")], ["camera.online"])
        out = self.folder / "again.jsonl"
        self.assertEqual(self.succeed("replay", "--data", self.data, "--kind", "sighting", "--out", out).stdout, "")
        self.assertLessEqual(set(again), {event["event_id"] for event in events_of(out)})
        self.fail_with(1, "replay", "--data", self.data, "--to-subscriber", "store", saying="stop it first")
        self.assertIn("a server runs on it", self.succeed("doctor", "--data", self.data).stdout)
        self.fail_with(1, "doctor", "--data", self.data, "--repair", saying="stop it first")

    def test_what_the_store_lost_is_brought_back_once(self):
        self.server.wait_for("events/recent", lambda answer: len(answer["events"]) >= 2)
        self.assertEqual(self.server.end(signal.SIGTERM), 0)
        logged = {event["event_id"] for event in self.lines("--kind", "sighting")}
        with sqlite3.connect(self.data / "vedette.db") as store:
            store.execute("DELETE FROM sightings WHERE seq = 1")
            store.execute("UPDATE totals SET events = events - 1")
        sick = self.fail_with(1, "doctor", "--data", self.data)
        self.assertIn("fail    store", sick.stdout)
        self.assertIn("--repair", sick.stdout)
        self.assertIn("store repaired", self.succeed("doctor", "--data", self.data, "--repair").stdout)
        for _ in range(2):
            self.succeed("replay", "--data", self.data, "--to-subscriber", "store")
        with sqlite3.connect(self.data / "vedette.db") as store:
            stored = [row[0] for row in store.execute("SELECT event_id FROM sightings")]
        self.assertEqual(sorted(stored), sorted(logged))
        well = {check["topic"]: check for check in json.loads(
            self.succeed("doctor", "--data", self.data, "--json").stdout)["checks"]}
        for topic in ("event log", "store", "position", "pictures"):
            self.assertEqual(well[topic]["state"], "ok", well[topic])

    def test_wrong_arguments_are_bad_usage(self):
        self.fail_with(2, "replay", "--data", self.data, "--from", "yesterday", saying=["yesterday", "2026"])
        self.fail_with(2, "replay", "--data", self.data, "--from", "1h", "--to", "2h", saying="--from must be before")
        self.fail_with(2, "replay", "--data", self.data, "--to-subscriber", "alerts", saying=["alerts", "store"])
        self.fail_with(1, "replay", "--data", self.folder / "none", saying=["no event log", "none"])
        self.fail_with(1, "replay", "--data", self.data, "--out", self.folder / "no/such/folder", saying="make the folder")
        self.fail_with(2, "doctor", "--repair", saying="--data")


if __name__ == "__main__":
    unittest.main()
