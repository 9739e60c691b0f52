"""A disk that is full, or that the kernel has made read-only: what can go on goes on, somebody is told, nothing is lost."""
import signal
import sqlite3
import subprocess
import unittest
import urllib.error
import urllib.request

from log_files import events_in
from mounts import fill, make_read_only, mount_fragile, mount_memory
from server_support import Server, wait_until
from support import BUSY, Case, busy_clip


class Disk(Case):
    def setUp(self):
        super().setUp()
        self.data = self.folder / "data"
        self.config = self.folder / "vedette.yaml"
        cameras = "".join(f"  c{i}: {{ inputs: [{{ path: {self.folder}/busy.mp4 }}] }}\n" for i in range(2))
        self.config.write_text(BUSY + "logger: { default: info }\ncameras:\n" + cameras)

    def started(self):
        """A server that has seen something; -> what it said of that"""
        busy_clip(self.folder / "busy.mp4")
        self.server = Server(self, "--config", self.config)
        return self.server.wait_for("events/recent?limit=500", lambda answer: len(answer["events"]) >= 10, 60)["events"]

    def ready(self):
        try:
            return self.server.get("ready")
        except urllib.error.HTTPError as refused:
            with refused:
                return {"status": refused.reason, "said": refused.read().decode()}

    def assert_goes_on(self, before):
        """Everything but writing."""
        self.assertEqual(self.server.get("health")["status"], "ok")
        with urllib.request.urlopen(self.server.url, timeout=20) as page:
            self.assertEqual(page.status, 200)
        frames = [camera["frames"] for camera in self.server.get("cameras")["cameras"]]
        wait_until(lambda: [camera["frames"] for camera in self.server.get("cameras")["cameras"]],
                   lambda now: all(new > old for new, old in zip(now, frames)), "frames", 60)
        with urllib.request.urlopen(self.server.url + "cameras/c0/latest.jpg", timeout=20) as picture:
            self.assertEqual(picture.read(2), b"\xff\xd8")
        for event in before:
            self.assertEqual(self.server.get("events/" + event["event_id"]), event)

    def assert_told(self):
        told = wait_until(self.ready, lambda ready: "wait for the disk" in ready.get("said", ""), "ready", 60)
        self.assertEqual(told["status"], "Service Unavailable")
        self.assertGreater(self.server.metric("app_events_waiting"), 0)
        wait_until(self.server.said, lambda said: "they wait in memory" in said, "stderr", 60)

    def assert_whole(self, before):
        """The log has no gap and no event twice, the store what its position says, and nothing of `before` is missing."""
        log = events_in(self.data / "log")
        self.assertEqual([one.position for one in log], list(range(1, len(log) + 1)))
        self.assertEqual(len({one.id for one in log}), len(log))
        store = sqlite3.connect(self.data / "vedette.db")
        position, = store.execute("SELECT position FROM subscribers WHERE name = 'store'").fetchone()
        stored = {one for one, in store.execute("SELECT event_id FROM sightings")}
        store.close()
        self.assertEqual(stored, {one.id for one in log if one.kind == "sighting" and one.position <= position})
        self.assertLessEqual({event["event_id"] for event in before}, stored)
        self.succeed("doctor", "--data", self.data)
        return log

    def test_a_full_disk_is_waited_out(self):
        mount_memory(self, self.data, 24)
        before = self.started()
        ballast = self.data / "ballast"
        fill(ballast)
        self.assert_told()
        self.assert_goes_on(before)
        waiting = self.server.metric("app_events_waiting")
        ballast.unlink()
        wait_until(self.ready, lambda ready: ready["status"] == "ready", "ready", 60)
        wait_until(self.server.said, lambda said: "events can be written again" in said, "stderr", 60)
        self.assertEqual(self.server.said().count("a snapshot could not be written"), 1)
        self.assertEqual(self.server.metric("app_events_lost_total"), 0)
        self.assertEqual(self.server.end(signal.SIGTERM), 0)
        self.assertGreater(len(self.assert_whole(before)), len(before) + waiting)

    def test_a_disk_that_is_full_at_the_start_is_named(self):
        mount_memory(self, self.data, 1)
        fill(self.data / "ballast")
        self.fail_with(1, "run", self.folder / "x.mp4", "--data", self.data, "--listen", "127.0.0.1:0",
                       saying=[str(self.data), "free some space"])

    def test_a_disk_that_turns_read_only_stops_the_writing_alone(self):
        damage = mount_fragile(self, self.data, 64)
        before = self.started()
        damage()
        self.assert_told()
        self.assert_goes_on(before)
        self.server.end(signal.SIGTERM)
        self.assertIn("the disk refused them to the end", self.server.said())
        subprocess.run(["umount", self.data], check=True)
        mount_fragile(self, self.data, 64)  # its journal is played back
        again = Server(self, "--config", self.config)

        def served(event):
            try:
                return again.get("events/" + event["event_id"])
            except urllib.error.HTTPError:
                return None  # the store has yet to catch up with the log
        for event in before:
            wait_until(lambda event=event: served(event), lambda seen, event=event: seen == event, event["event_id"], 30)
        self.assertEqual(again.end(signal.SIGTERM), 0)
        self.assert_whole(before)

    def test_a_read_only_disk_is_named(self):
        mount_memory(self, self.data, 24)
        make_read_only(self, self.data)
        self.fail_with(1, "run", self.folder / "x.mp4", "--data", self.data, "--listen", "127.0.0.1:0",
                       saying=[str(self.data), "Read-only file system"])


if __name__ == "__main__":
    unittest.main()
