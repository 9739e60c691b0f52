"""Pictures and sightings stay within their sizes while they come in, and the limits change while the server runs."""
import datetime
import signal
import unittest
import urllib.error
import urllib.request

from log_files import write_log
from server_support import Server, wait_until
from support import BUSY, Case, busy_clip, events_of

MB = 1_000_000


class SizeLimits(Case):
    def setUp(self):
        super().setUp()
        self.clip = busy_clip(self.folder / "busy.mp4", scale=3)
        self.config = self.folder / "vedette.yaml"

    def limit(self, pictures, store):
        cameras = "".join(f"  c{i}: {{ inputs: [{{ path: {self.clip} }}] }}\n" for i in range(4))
        self.config.write_text(f"{BUSY}snapshots: {{ quality: 100, retain: {{ max_size: {pictures} }} }}\n"
                               f"database: {{ max_size: {store} }}\ncameras:\n{cameras}")

    def picture_bytes(self):
        total = 0
        for path in (self.server.data / "snapshots").rglob("*"):
            try:
                total += path.stat().st_size if path.is_file() else 0
            except FileNotFoundError:
                pass  # it went meanwhile
        return total

    def store_bytes(self):
        return (self.server.data / "vedette.db").stat().st_size

    def written_bytes(self):
        """With what is still to be taken over from the write-ahead log."""
        return self.store_bytes() + (self.server.data / "vedette.db-wal").stat().st_size

    def has_picture(self, event):
        try:
            with urllib.request.urlopen(self.server.url + "snapshots/" + event["snapshot"].replace("/", "%2F"),
                                        timeout=20) as answer:
                return answer.read(2) == b"\xff\xd8"
        except urllib.error.HTTPError as refused:
            with refused:
                return False

    def events(self):
        """All of them, newest first."""
        events, page = [], {"next": "/events/recent?limit=500"}
        while page["next"]:
            page = self.server.get(page["next"].lstrip("/"))
            events += page["events"]
        return events

    def test_pictures_stay_within_their_limit(self):
        self.limit("2MB", "1GB")
        self.server = Server(self, "--config", self.config)
        wait_until(lambda: self.server.metric("app_snapshots_removed_for_space_total"), lambda gone: gone > 50, "pictures", 120)
        self.assertLess(self.picture_bytes(), 4 * MB)  # what one second brings may be too much
        oldest = self.events()[-100:]
        self.assertNotIn("snapshot", oldest[-1])
        for event in oldest:
            if "snapshot" in event and not self.has_picture(event):  # it may have gone since
                self.assertNotIn("snapshot", self.server.get("events/" + event["event_id"]))
        self.limit("1MB", "1GB")
        self.assertEqual(self.server.post("config/reload")["changed"], ["retention changed"])
        wait_until(self.picture_bytes, lambda size: size <= 1.5 * MB, "pictures", 60)
        self.assertEqual(self.server.end(signal.SIGTERM), 0)
        self.succeed("doctor", "--data", self.server.data)

    def test_the_store_stays_within_its_limit_and_shrinks(self):
        self.succeed("process", self.clip, "--config", self.config_of_one(), "--out", self.folder / "events.jsonl", "--quiet")
        model = events_of(self.folder / "events.jsonl")[0]
        now = datetime.datetime.now(datetime.timezone.utc)
        written = write_log(self.folder / "data/log", (self.like(model, i, now) for i in range(6000)))
        self.limit("1GB", "1GB")
        self.server = Server(self, "--config", self.config)
        self.server.wait_for("stats", lambda stats: stats["sightings"] >= written, 60)
        wait_until(self.written_bytes, lambda size: size > 2 * MB, "vedette.db and its log", 60)
        self.limit("1GB", "1MB")
        self.server.process.send_signal(signal.SIGHUP)
        wait_until(self.store_bytes, lambda size: size <= MB, "vedette.db", 60)
        left = [event["event_id"] for event in self.events() if event["event_id"].startswith("made-up.")]
        self.assertEqual(left, [f"made-up.{i:06}" for i in reversed(range(6000 - len(left), 6000))], "the oldest went")
        self.assertGreater(len(left), 500)
        self.assertEqual(self.server.end(signal.SIGTERM), 0)
        self.succeed("doctor", "--data", self.server.data)

    def config_of_one(self):
        file = self.folder / "process.yaml"
        file.write_text(BUSY)
        return file

    @staticmethod
    def like(event, number, now):
        """Another sighting, a second after the one before."""
        at = (now - datetime.timedelta(seconds=10_000 - number)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return event | {"event_id": f"made-up.{number:06}", "first_seen": at, "last_seen": at, "best_seen": at}

    def test_a_limit_of_one_camera_is_refused(self):
        self.config.write_text("cameras:\n  gate:\n    inputs: [{ path: x.mp4 }]\n"
                               "    snapshots: { retain: { max_size: 1GB } }\n")
        self.fail_with(2, "run", "--config", self.config, saying=["max_size", "all cameras"])


if __name__ == "__main__":
    unittest.main()
