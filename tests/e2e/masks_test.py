"""Privacy masks: what is behind them is in no picture that the server makes, and where it stays that is said."""
import json
import re
import signal
import subprocess
import unittest
import urllib.error
import urllib.request

from recording_support import RecordingCase
from server_support import Server, wait_until
from support import BUSY

LEFT = "0,0,0.5,0,0.5,1,0,1"
MASK = f"    masks: {{ privacy: [\"{LEFT}\"] }}\n"


def brightest(picture, crop):
    """Grey of that part of a JPEG or of the first picture of a video, by ffmpeg."""
    done = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", "pipe:0", "-frames:v", "1", "-vf", f"crop={crop},format=gray",
                           "-f", "rawvideo", "-"], input=picture, capture_output=True, timeout=60, check=True)
    return max(done.stdout)


def halves(picture):
    """Of the left half and of the right half; what lies within a sixteenth of the middle is left out: it is smeared by encoding."""
    return [brightest(picture, crop) for crop in ("iw*7/16:ih:0:0", "iw*7/16:ih:iw*9/16:0")]


class Masks(RecordingCase):
    def configure(self, record="{ segment: 2s, continuous: { days: 1 } }", mask=MASK):
        super().configure(record)  # which makes the clip, too
        self.config.write_text(BUSY + f"record: {record}\ncameras:\n  c0:\n    inputs: [{{ path: {self.folder / 'busy.mp4'} }}]\n{mask}")

    def get(self, server, path):
        with urllib.request.urlopen(server.url + path, timeout=60) as answer:
            return answer.headers, answer.read()

    def assert_masked(self, picture, masked=True):
        left, right = halves(picture)
        self.assertGreater(right, 150)
        (self.assertLess if masked else self.assertGreater)(left, 20 if masked else 150)

    def test_nothing_that_is_decoded_shows_what_is_behind_a_mask(self):
        self.configure()
        server = Server(self, "--config", self.config)
        wait_until(lambda: len(self.rows()), lambda rows: rows >= 3, "segments", 90)
        self.assert_masked(self.get(server, "cameras/c0/latest.jpg")[1])
        row = self.rows()[1]
        middle = (row["start_us_utc"] + row["end_us_utc"]) // 2
        at = subprocess.run(["date", "-u", "-d", f"@{middle / 1e6:.6f}", "+%Y-%m-%dT%H:%M:%S.%6NZ"], capture_output=True, text=True,
                            check=True).stdout.strip()
        self.assert_masked(self.get(server, f"recordings/c0/picture?at={at}")[1])
        about, = json.loads(self.get(server, "recordings")[1])["cameras"]
        self.assertTrue(about["privacy_mask"])
        span = f"from={about['oldest']}&to={about['newest']}"
        headers, video = self.get(server, f"recordings/c0/video.mp4?{span}")
        self.assertEqual(headers["Vedette-Privacy-Mask"], "as-recorded")
        file = self.folder / "copied.mp4"
        file.write_bytes(video)
        shown = subprocess.run(["ffmpeg", "-v", "error", "-i", file, "-frames:v", "1", "-f", "image2pipe", "-c:v", "mjpeg", "-"],
                               capture_output=True, check=True).stdout
        self.assert_masked(shown, False)  # the guide says so
        seen = server.wait_for("events/recent", lambda answer: len(answer["events"]) >= 3)
        for event in seen["events"]:
            left, _, width, _ = event["box"]
            self.assertGreater(left + width, 0.5, "nothing is seen behind it")
            snapshot = self.get(server, f"snapshots/{event['snapshot']}")[1]  # of the box
            self.assertGreater(brightest(snapshot, "iw:ih:0:0"), 150)
            if (behind := (0.5 - left) / width) > 0.2:
                self.assertLess(brightest(snapshot, f"iw*{behind / 2}:ih:0:0"), 20)
        self.assertEqual(server.end(signal.SIGTERM), 0)
        self.assertIn("is not burnt into what is recorded", server.said())
        self.exported(about)

    def exported(self, about):
        """By the command, also where the server's configuration is not at hand."""
        for name, arguments in (("a", []), ("b", ["--config", self.config])):
            file = self.folder / f"{name}.mp4"
            self.succeed("export", "c0", "--data", self.data, "--from", about["oldest"], "--to", about["newest"], "--exact", "--output",
                         file, *arguments)
            shown = subprocess.run(["ffmpeg", "-v", "error", "-i", file, "-frames:v", "1", "-f", "image2pipe", "-c:v", "mjpeg", "-"],
                                   capture_output=True, check=True).stdout
            self.assert_masked(shown)
            self.assertTrue(json.loads(file.with_suffix(".json").read_text())["privacy_mask"])
        copied = self.succeed("export", "c0", "--data", self.data, "--from", about["oldest"], "--to", about["newest"], "--output",
                              self.folder / "c.mp4")
        self.assertIn("--exact burns it in", copied.stderr)
        self.assertFalse(json.loads((self.folder / "c.json").read_text())["privacy_mask"])

    def test_a_mask_counts_from_the_reload_on_that_brings_it(self):
        self.configure(mask="")
        server = Server(self, "--config", self.config)
        server.wait_for("cameras", lambda answer: answer["cameras"][0]["frames"] > 5)
        self.assert_masked(self.get(server, "cameras/c0/latest.jpg")[1], False)
        self.config.write_text(self.config.read_text() + MASK)
        server.post("config/reload")
        wait_until(lambda: halves(self.get_or_none(server) or self.blank())[0], lambda left: left < 20, "the masked half", 60)

    def test_a_reload_that_fails_leaves_every_mask_as_it_was(self):
        self.configure(mask="    location: { lat: 51.5, lon: -0.1 }\n")
        server = Server(self, "--config", self.config)
        server.wait_for("cameras", lambda answer: answer["cameras"][0]["frames"] > 5)
        (self.data / "following.db").mkdir()  # so that following cannot begin
        self.config.write_text(self.config.read_text() + MASK + "watchlists: { family: { kind: known, plates: [AB12CDE] } }\n"
                               "following: { enabled: true, subjects: [family], min_distinct_places: 1 }\n")
        with self.assertRaises(urllib.error.HTTPError) as refused:
            server.post("config/reload")
        self.assertIn("following.db", refused.exception.read().decode())
        about, = json.loads(self.get(server, "recordings")[1])["cameras"]
        self.assertFalse(about["privacy_mask"])
        self.assert_masked(self.get(server, "cameras/c0/latest.jpg")[1], False)
        self.assertFalse((self.data / "masks.json").exists())

    def get_or_none(self, server):
        try:
            return self.get(server, "cameras/c0/latest.jpg")[1]
        except urllib.error.HTTPError:
            return None

    def blank(self):
        return subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=white:s=64x64", "-frames:v", "1", "-f", "image2pipe",
                               "-c:v", "mjpeg", "-"], capture_output=True, check=True).stdout

    def test_the_configuration_says_where_it_cannot_be(self):
        self.configure()
        said = self.succeed("config", "check", self.config)
        line = next(i for i, text in enumerate(self.config.read_text().splitlines(), 1) if "masks:" in text)
        self.assertRegex(said.stdout, re.escape(f"vedette.yaml:{line}: cameras.c0.masks.privacy: is not burnt into what is recorded"))
        self.assertNotIn("does nothing with it yet", said.stdout)
        warnings = json.loads(self.succeed("config", "check", self.config, "--json").stdout)["warnings"]
        self.assertEqual(len(warnings), 1)
        self.config.write_text(self.config.read_text().replace(LEFT, "0,0,0.5,0,0.5"))
        self.fail_with(1, "config", "check", self.config, saying=[f"vedette.yaml:{line}", "an x and a y for each corner"])


if __name__ == "__main__":
    unittest.main()
