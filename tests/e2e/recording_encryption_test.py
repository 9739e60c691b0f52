"""Encrypted recordings: nobody else can read them, a kill costs no more than without, and what was changed is named."""
import datetime
import json
import signal
import unittest
import urllib.request

from recording_support import RecordingCase, packets
from server_support import Server, wait_until

KEY = "0123456789abcdef" * 4


class Encryption(RecordingCase):
    def encrypt(self, key=KEY, enabled="true"):
        (self.folder / "key").write_text(key + "\n")
        (self.folder / "key").chmod(0o600)
        self.configure("{ segment: 1s, continuous: { days: 1 } }")
        self.config.write_text(self.config.read_text() +
                               f"storage: {{ encryption: {{ enabled: {enabled}, key: '${{file:{self.folder}/key}}' }} }}\n")

    def record(self, until=3, end=signal.SIGTERM):
        before = len(self.rows()) if (self.data / "recordings.db").exists() else 0
        server = Server(self, "--config", self.config)
        wait_until(lambda: len(self.rows()), lambda rows: rows >= before + until, "segments", 60)
        server.end(end)
        return server

    def checked(self, *arguments):
        said = json.loads(self.run_program("doctor", "--json", "--data", self.data, *arguments).stdout)
        found, = [check for check in said["checks"] if check["topic"] == "recordings"]
        return found

    def recordings(self):
        return [name for name in self.files() if name.endswith(".mp4")]

    def test_nobody_else_can_read_them(self):
        self.encrypt()
        self.record()
        for name in self.recordings():
            content = (self.data / "recordings" / name).read_bytes()
            self.assertNotIn(b"ftyp", content)
            self.assertNotIn(b"moof", content)
        self.assertEqual(self.checked("--config", self.config)["state"], "ok")
        without = self.checked()
        self.assertEqual(without["state"], "fail")
        self.assertIn("storage.encryption.key", without["finding"])
        self.encrypt(key="f" * 64)
        other = self.checked("--config", self.config)
        self.assertEqual(other["state"], "fail")
        self.assertIn("another storage.encryption.key", other["finding"])

    def test_after_a_kill_all_but_the_last_fragment_is_there(self):
        self.encrypt()
        for _ in range(3):
            self.record(end=signal.SIGKILL)
        self.record()
        self.assertEqual(self.checked("--config", self.config)["state"], "ok")
        self.assertEqual(sorted(row["file"] for row in self.rows()), sorted(self.recordings()))

    def test_who_has_the_key_can_watch_and_take_them_away(self):
        self.encrypt()
        server = Server(self, "--config", self.config)
        wait_until(lambda: len(self.rows()), lambda rows: rows >= 3, "segments", 60)
        first, *_, last = self.rows()
        span = [datetime.datetime.fromtimestamp(us / 1e6, datetime.timezone.utc).isoformat().replace("+00:00", "Z")
                for us in (first["start_us_utc"], last["end_us_utc"] - 100_000)]  # before the next file
        with urllib.request.urlopen(f"{server.url}recordings/c0/video.mp4?from={span[0]}&to={span[1]}", timeout=30) as answer:
            (self.folder / "played.mp4").write_bytes(answer.read())
        with urllib.request.urlopen(f"{server.url}recordings/c0/picture?at={span[0]}", timeout=30) as picture:
            self.assertEqual(picture.read(2), b"\xff\xd8")
        self.assertEqual(server.end(signal.SIGTERM), 0)
        output = self.folder / "exported.mp4"
        times = ["--from", span[0], "--to", span[1], "--data", self.data]
        self.fail_with(1, "export", "c0", *times, "--output", output, saying="storage.encryption.key")
        self.succeed("export", "c0", *times, "--output", output, "--config", self.config)
        self.assertEqual(packets(output), packets(self.folder / "played.mp4"))
        self.assertGreater(len(packets(output)), 50)

    def test_what_was_changed_is_named(self):
        self.encrypt()
        self.record()
        name = self.recordings()[1]
        path = self.data / "recordings" / name
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        found = self.checked("--config", self.config)
        self.assertEqual(found["state"], "fail")
        self.assertIn(name, found["finding"])
        self.assertIn("was changed after it was recorded", found["finding"])

    def test_it_can_begin_and_end_between_two_starts(self):
        self.encrypt(enabled="false")
        self.record()
        plain = set(self.recordings())
        self.encrypt()
        self.record()
        self.encrypt(enabled="false")
        self.record()
        readable = {name for name in self.recordings() if b"ftyp" in (self.data / "recordings" / name).read_bytes()[:64]}
        self.assertLess(plain, readable)
        self.assertLess(readable, set(self.recordings()))
        self.assertEqual(self.checked("--config", self.config)["state"], "ok")

    def test_a_key_that_is_none_is_refused_and_not_repeated(self):
        self.encrypt(key="correct horse battery staple")
        done = self.run_program("run", "--config", self.config, "--data", self.data, "--listen", "127.0.0.1:0")
        self.assertEqual(done.returncode, 2)
        self.assertIn("storage.encryption.key: a key is 64 hexadecimal digits", done.stderr)
        self.assertNotIn("horse", done.stderr + done.stdout)
        self.config.write_text(self.config.read_text().replace("key: '", "cipher: xchacha20-poly1305 } } #"))
        self.fail_with(1, "config", "check", self.config, saying="storage.encryption.key: is needed")


if __name__ == "__main__":
    unittest.main()
