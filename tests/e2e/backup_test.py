"""Backup while events come in, restore, and what must be refused on the way."""
import hashlib
import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import unittest

from mounts import make_read_only, mount_memory
from server_support import Server
from support import BINARY, DEMO, Case, environment


def seal(backup):
    """Writes the sums of a changed backup anew, as if it had been made like this."""
    sums = []
    for path in sorted(backup.rglob("*")):
        name = path.relative_to(backup).as_posix()
        if path.is_file() and name not in ("SHA256SUMS", "backup.json"):
            sums.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n")
    (backup / "SHA256SUMS").write_text("".join(sums))
    manifest = json.loads((backup / "backup.json").read_text())
    manifest["sha256"] = hashlib.sha256((backup / "SHA256SUMS").read_bytes()).hexdigest()
    (backup / "backup.json").write_text(json.dumps(manifest))


class Backup(Case):
    def setUp(self):
        super().setUp()
        self.data = self.folder / "data"
        self.backup = self.folder / "backup"

    def all_events(self, server):
        events, page = {}, {"next": "/events/recent?limit=100"}
        while page["next"]:
            page = server.get(page["next"].lstrip("/"))
            for event in page["events"]:
                self.assertNotIn(event["event_id"], events)
                events[event["event_id"]] = event
        return events

    def back_up_a_running_server(self):
        """-> what the backup says of itself; the server is killed after it saw more."""
        server = Server(self, DEMO)
        server.wait_for("events/recent", lambda answer: len(answer["events"]) >= 2)
        before = self.all_events(server)
        made = json.loads(self.succeed("backup", self.backup, "--data", self.data, "--json").stdout)
        self.assertGreaterEqual(made["sightings"], len(before))
        server.wait_for("events/recent", lambda answer: len(answer["events"]) > made["sightings"])
        after = self.all_events(server)
        server.end(signal.SIGKILL)
        return before, after, made

    def test_a_backup_of_a_running_server_is_served_elsewhere(self):
        before, after, made = self.back_up_a_running_server()
        shutil.rmtree(self.data)
        self.succeed("restore", self.backup, "--data", self.data)
        server = Server(self, DEMO)
        log = made["log"]
        restored = server.wait_for("stats", lambda stats: stats["events_in_log"] >= log["last"])
        self.assertGreaterEqual(restored["sightings"], made["sightings"])
        kept = {event: seen for event, seen in self.all_events(server).items() if event in after}
        self.assertLessEqual(set(before), set(kept))
        for event, seen in kept.items():
            self.assertEqual(server.get("events/" + event), after[event])
            self.assertTrue((self.data / "snapshots" / seen["snapshot"]).is_file())
        self.assertEqual(server.end(signal.SIGTERM), 0)

    def test_a_running_server_is_not_restored_over(self):
        self.back_up_a_running_server()
        server = Server(self, DEMO)
        self.fail_with(1, "restore", self.backup, "--data", self.data, "--replace", saying=["stop it first", "data"])
        self.assertEqual(server.get("health")["status"], "ok")

    def test_what_was_there_is_kept_and_comes_back(self):
        _, after, made = self.back_up_a_running_server()
        self.fail_with(1, "restore", self.backup, "--data", self.data, saying="--replace")
        done = json.loads(self.succeed("restore", self.backup, "--data", self.data, "--replace", "--json").stdout)
        self.assertEqual(done["put_aside"], str(self.data / "before-restore"))
        with sqlite3.connect(self.data / "vedette.db") as store:
            self.assertEqual(store.execute("SELECT count(*) FROM sightings").fetchone()[0], made["sightings"])
        self.succeed("restore", "--undo", "--data", self.data)
        server = Server(self, DEMO)
        self.assertLessEqual(set(after), set(self.all_events(server)))

    def test_what_is_damaged_or_newer_is_refused(self):
        self.back_up_a_running_server()
        elsewhere = self.folder / "elsewhere"
        with open(self.backup / "vedette.db", "r+b") as store:
            store.seek(2 * 4096)  # the beginning of a page
            store.write(b"damaged")
        self.fail_with(1, "restore", self.backup, "--data", elsewhere, saying=["damaged", "vedette.db"])
        seal(self.backup)
        self.fail_with(1, "restore", self.backup, "--data", elsewhere, saying="damaged")
        os.remove(self.backup / "vedette.db")
        self.succeed("backup", self.folder / "second", "--data", self.data)
        with sqlite3.connect(self.folder / "second/vedette.db") as store:
            store.execute("PRAGMA user_version = 99")
        seal(self.folder / "second")
        self.fail_with(2, "restore", self.folder / "second", "--data", elsewhere, saying=["99", "update Vedette"])
        self.assertFalse((elsewhere / "vedette.db").exists())
        self.assertFalse((elsewhere / "log").exists())

    def test_a_place_that_cannot_hold_it_is_named(self):
        server = Server(self, DEMO)
        server.end(signal.SIGTERM)
        (self.folder / "file").write_text("in the way")
        self.fail_with(1, "backup", self.folder / "file", "--data", self.data, saying="file")
        self.fail_with(1, "backup", self.folder / "file/below", "--data", self.data, saying="file")
        self.fail_with(2, "backup", self.data / "inside", "--data", self.data, saying="inside")

    def test_a_read_only_place_is_named(self):
        server = Server(self, DEMO)
        server.end(signal.SIGTERM)
        locked = self.folder / "locked"
        if os.geteuid() == 0:  # to whom a folder without rights is open
            mount_memory(self, locked, 1)
            make_read_only(self, locked)
        else:
            locked.mkdir(mode=0o500)
        self.fail_with(1, "backup", locked / "backup", "--data", self.data, saying="locked")

    def test_a_full_disk_leaves_nothing_behind(self):
        server = Server(self, DEMO)
        server.wait_for("events/recent", lambda answer: len(answer["events"]) >= 1)
        server.end(signal.SIGTERM)
        # A file of more than 20 kB cannot be written: what EFBIG says is what a full disk says.
        done = self.run_program_with_limit("backup", self.backup, "--data", self.data)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("free some space", done.stderr)
        self.assertEqual(list(self.folder.glob("backup*")), [])
        self.succeed("backup", self.backup, "--data", self.data)
        done = self.run_program_with_limit("restore", self.backup, "--data", self.folder / "new")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("free some space", done.stderr)
        self.assertEqual([path for path in (self.folder / "new").rglob("*") if path.name != "vedette.db.lock"], [])

    def test_wrong_arguments_are_bad_usage(self):
        self.fail_with(2, "backup", saying="FOLDER")
        self.fail_with(2, "restore", "--data", self.data, saying="backup")
        self.fail_with(2, "restore", self.backup, "--undo", saying="--undo")
        self.fail_with(1, "backup", self.backup, "--data", self.folder / "none", saying=["none", "--data"])
        self.fail_with(1, "restore", self.folder / "none", "--data", self.data, saying="no backup")
        self.fail_with(1, "restore", "--undo", "--data", self.data, saying="put anything aside")

    def run_program_with_limit(self, *arguments):
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
        return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=300,
                              env=environment(), stdin=subprocess.DEVNULL, preexec_fn=limit)


if __name__ == "__main__":
    unittest.main()
