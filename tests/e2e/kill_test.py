"""The server is killed at any moment, again and again on one folder: what it told anybody stays, and nothing comes twice.

VEDETTE_KILLS=100 kills it that often, VEDETTE_KILLS_SEED=n at other moments."""
import collections
import http.client
import json
import os
import random
import shutil
import signal
import sqlite3
import threading
import time
import unittest

from live_client import LiveClient
from log_files import events_in
from server_support import Server
from support import BUSY, Case, busy_clip

KILLS = int(os.environ.get("VEDETTE_KILLS", "15"))
SEED = int(os.environ.get("VEDETTE_KILLS_SEED", "20261121"))
CAMERAS = 4
GONE = (OSError, http.client.HTTPException, json.JSONDecodeError)


class Store:
    """What stands in a store that nobody serves, read from a copy, so that nothing is mended by looking."""

    def __init__(self, data, scratch):
        for suffix in ("", "-wal"):
            (scratch / f"copy.db{suffix}").unlink(missing_ok=True)
            if (data / f"vedette.db{suffix}").exists():
                shutil.copy(data / f"vedette.db{suffix}", scratch / f"copy.db{suffix}")
        database = sqlite3.connect(scratch / "copy.db")
        try:
            tables = {name for name, in database.execute("SELECT name FROM sqlite_schema")}
            made = "sightings" in tables  # not if the first start was killed early
            self.events = [one for one, in database.execute("SELECT event_id FROM sightings")] if made else []
            self.position = dict(database.execute("SELECT name, position FROM subscribers")).get("store", 0) if made else 0
        finally:
            database.close()


class Kill(Case):
    def setUp(self):
        super().setUp()
        busy_clip(self.folder / "busy.mp4")
        cameras = "".join(f"  c{i}: {{ inputs: [{{ path: {self.folder}/busy.mp4 }}] }}\n" for i in range(CAMERAS))
        self.config = self.folder / "vedette.yaml"
        self.config.write_text(BUSY + "cameras:\n" + cameras)
        self.data = self.folder / "data"
        self.chance = random.Random(SEED)
        self.told = {}      # id -> event, as the API gave it
        self.heard = {}     # position -> id, event: as the WebSocket gave it
        self.last_seen = 0  # position up to which pictures were looked at
        self.kills = collections.Counter()

    # What may happen

    def killed_while_starting(self):
        server = Server(self, "--config", self.config, wait=False)
        time.sleep(self.chance.uniform(0, 0.4))
        server.end()

    def killed_at_work(self):
        server = self.restarted()
        self.ask_until_gone(server, self.chance.uniform(0.2, 1.8), [])

    def killed_while_stopping(self):
        server = self.restarted()
        self.ask_until_gone(server, self.chance.uniform(0.5, 1.5), [(signal.SIGTERM, self.chance.uniform(0, 0.25))])

    def ask_until_gone(self, server, seconds, before):
        """Somebody asks and somebody listens all the while; what was answered whole counts as told."""
        listener = LiveClient(server.url)

        def kill():
            time.sleep(seconds)
            for signal_number, pause in before:
                server.process.send_signal(signal_number)
                time.sleep(pause)
            server.process.kill()
        killer = threading.Thread(target=kill)
        killer.start()
        try:
            while True:
                for event in server.get("events/recent?limit=50")["events"]:
                    self.told[event["event_id"]] = event
        except GONE:
            pass
        killer.join()
        server.end()
        for message in listener.join():
            self.assertNotIn("lost", message)
            self.assertNotIn(int(message["position"]), self.heard)
            self.heard[int(message["position"])] = message["id"], message["event"]

    def restarted(self):
        """A server that gives again what those before it gave."""
        server = Server(self, "--config", self.config)
        known = sorted(self.told)
        for event in self.chance.sample(known, min(len(known), 10)):
            self.assertEqual(server.get("events/" + event), self.told[event])
        return server

    # What must hold

    def check_what_is_left(self):
        log = events_in(self.data / "log") if (self.data / "log").is_dir() else []
        self.assertEqual([one.position for one in log], list(range(1, len(log) + 1)))
        by_id = {one.id: one for one in log}
        self.assertEqual(len(by_id), len(log), "an event stands twice in the log")
        self.assertLessEqual(set(self.told), set(by_id))
        for position, (event_id, event) in self.heard.items():
            self.assertEqual((log[position - 1].id, log[position - 1].event), (event_id, event))
        if not (self.data / "vedette.db").exists():
            self.assertEqual(self.told, {})
            return log
        store = Store(self.data, self.folder)
        taken = sorted(one.id for one in log if one.kind == "sighting" and one.position <= store.position)
        self.assertEqual(sorted(store.events), taken)
        self.assertLessEqual(set(self.told), set(taken))
        for one in log[self.last_seen:]:
            self.check_pictures(one)
        self.last_seen = len(log)
        return log

    def check_pictures(self, record):
        for name in ("snapshot", "plate_snapshot"):
            if record.kind == "sighting" and name in record.event:
                picture = (self.data / "snapshots" / record.event[name]).read_bytes()
                self.assertEqual((picture[:2], picture[-2:]), (b"\xff\xd8", b"\xff\xd9"), record.event[name])

    def test_nothing_is_lost_or_doubled(self):
        moments = [self.killed_while_starting, self.killed_at_work, self.killed_at_work, self.killed_while_stopping]
        for _ in range(KILLS):
            moment = self.chance.choice(moments)
            moment()
            self.kills[moment.__name__] += 1
            self.check_what_is_left()
        server = self.restarted()
        logged = sum(one.kind == "sighting" for one in events_in(self.data / "log"))
        server.wait_for("stats", lambda stats: stats["sightings"] >= logged, 60)
        self.assertEqual(server.end(signal.SIGTERM), 0)
        log = self.check_what_is_left()
        self.assertEqual(Store(self.data, self.folder).position, len(log))
        self.succeed("doctor", "--data", self.data)
        print(f"\n{dict(self.kills)}; {len(log)} events, {len(self.told)} told, {len(self.heard)} heard", end=" ")
        self.assertGreater(len(self.told), KILLS)
        self.assertGreater(len(self.heard), KILLS)


if __name__ == "__main__":
    unittest.main()
