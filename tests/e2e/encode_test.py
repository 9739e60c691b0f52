"""Recordings that are encoded again, previews and time lapses, from outside."""
import json
import signal
import subprocess
import unittest
import urllib.error
import urllib.request

from masks_test import MASK, halves
from recording_support import RecordingCase, packets
from server_support import Server, wait_until
from support import BUSY


def probe(path, entries):
    done = subprocess.run(["ffprobe", "-v", "error", "-show_entries", entries, "-of", "json", str(path)], capture_output=True, text=True,
                          check=True, stdin=subprocess.DEVNULL)
    return json.loads(done.stdout)


def first_picture(path):
    return subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", str(path), "-frames:v", "1", "-f", "image2pipe", "-c:v", "mjpeg", "-"],
                          capture_output=True, check=True, timeout=60).stdout


class Encoded(RecordingCase):
    def configure(self, encode, more=""):
        super().configure("{ segment: 2s, continuous: { days: 1 } }")
        self.config.write_text(BUSY + f"""record: {{ segment: 2s, continuous: {{ days: 1 }} }}
cameras:
  c0:
    inputs: [{{ path: {self.folder / 'busy.mp4'} }}]
    record: {{ encode: {encode} }}
{more}""")

    def get(self, server, path):
        with urllib.request.urlopen(server.url + path, timeout=60) as answer:
            return answer.headers, answer.read()

    def about(self, server):
        one, = json.loads(self.get(server, "recordings")[1])["cameras"]
        return one

    def test_what_is_encoded_has_the_mask_and_is_what_was_asked_for(self):
        self.configure("{ enabled: true, encoder: software, quality: high, max_fps: 10, max_height: 90 }", MASK)
        self.assertNotIn("is not burnt into", self.succeed("config", "check", self.config).stdout)
        server = Server(self, "--config", self.config)
        wait_until(lambda: len(self.rows()), lambda rows: rows >= 4, "segments", 120)
        self.assertEqual(server.metric('recording_encode_works{camera="c0"}'), 1)
        self.assertGreater(server.metric('recording_encoded_pictures_total{camera="c0"}'), 30)
        about = self.about(server)
        headers, video = self.get(server, f"recordings/c0/video.mp4?from={about['oldest']}&to={about['newest']}")
        file = self.folder / "all.mp4"
        file.write_bytes(video)
        self.assertIsNone(json.loads(headers["Vedette-Recording"])["goes_on"], "one stream, whatever was going on")
        self.assertEqual(server.end(signal.SIGTERM), 0)
        stream, = probe(file, "stream=codec_name,width,height")["streams"]
        self.assertEqual(stream, {"codec_name": "h264", "width": 160, "height": 90})
        left, right = halves(first_picture(file))
        self.assertLess(left, 24)
        self.assertGreater(right, 120)
        rows = self.rows()
        for before, row in zip(rows, rows[1:]):
            self.assertEqual(row["gap_us"], 0)
            self.assertLess(abs(row["start_us_utc"] - before["end_us_utc"]), 1_500_000, "a busy machine is late")
        pictures = sum(len(packets(self.data / "recordings" / row["file"])) for row in rows)
        seconds = sum(row["end_us_utc"] - row["start_us_utc"] for row in rows) / 1e6
        self.assertLess(pictures / seconds, 11.5)
        self.assertGreater(pictures / seconds, 2)  # on a busy machine half of them, or a quarter
        said = json.loads(self.succeed("doctor", "--json", "--data", self.data).stdout)
        topics = {check["topic"]: check for check in said["checks"]}
        self.assertEqual(topics["recordings"]["state"], "ok", topics["recordings"])
        self.assertEqual(topics["encoder libx264"]["state"], "ok")

    def test_an_encoder_that_is_not_here_gives_way_to_software_and_says_so(self):
        self.configure("{ enabled: true, encoder: h264_vaapi }")
        server = Server(self, "--config", self.config)
        wait_until(lambda: len(self.rows()), lambda rows: rows >= 2, "segments", 120)
        self.assertEqual(server.end(signal.SIGTERM), 0)
        self.assertRegex(server.said(), "the encoder does not work, another one is taken|encoder=h264_vaapi")

    def test_an_encoder_that_nobody_knows_never_shows_what_is_masked(self):
        self.configure("{ enabled: true, encoder: h264_magic }", MASK)
        server = Server(self, "--config", self.config)
        wait_until(lambda: server.said(), lambda said: "nothing is recorded" in said, "the log", 60)
        self.assertIn("h264_magic", server.said())
        problem = wait_until(lambda: self.about(server)["problem"], bool, "the problem", 20)
        self.assertRegex(problem, "privacy mask.*h264_magic.*record.encode.encoder")
        with self.assertRaises(urllib.error.HTTPError) as not_ready:
            server.get("ready")
        self.assertIn("privacy mask", not_ready.exception.read().decode())
        self.assertEqual(server.metric('recording_encode_works{camera="c0"}'), 0)
        self.assertEqual(server.end(signal.SIGTERM), 0)
        self.assertEqual(self.rows(), [])


class PreviewsAndTimelapses(RecordingCase):
    def test_a_time_lapse_of_what_was_recorded(self):
        self.configure("{ segment: 2s, continuous: { days: 1 } }")
        server = Server(self, "--config", self.config)
        wait_until(lambda: len(self.rows()), lambda rows: rows >= 8, "segments", 120)
        one, = json.loads(urllib.request.urlopen(server.url + "recordings", timeout=20).read())["cameras"]
        span = f"from={one['oldest']}&to={one['newest']}"
        with urllib.request.urlopen(f"{server.url}recordings/c0/timelapse.mp4?{span}&speed=20", timeout=120) as answer:
            said = json.loads(answer.headers["Vedette-Timelapse"])
            (self.folder / "api.mp4").write_bytes(answer.read())
        self.assertEqual(said["speed"], 20)
        self.assertEqual(server.end(signal.SIGTERM), 0)
        for name, speed, least, most in (("keys", "20x", 3, 30), ("all", "4", 60, 200)):
            file = self.folder / f"{name}.mp4"
            self.succeed("export", "c0", "--data", self.data, "--from", one["oldest"], "--to", one["newest"], "--timelapse", speed,
                         "--output", file)
            manifest = json.loads(file.with_suffix(".json").read_text())
            self.assertEqual(manifest["speed"], float(speed.rstrip("x")))
            self.assertTrue(manifest["sources_checked"])
            shown = len(packets(file))
            self.assertGreaterEqual(shown, least)
            self.assertLessEqual(shown, most)
            recorded = sum(row["end_us_utc"] - row["start_us_utc"] for row in self.rows()[:8]) / 1e6
            lasts = float(probe(file, "format=duration")["format"]["duration"])
            self.assertLess(lasts, recorded / manifest["speed"] * 1.5 + 1)
        self.fail_with(2, "export", "c0", "--data", self.data, "--from", one["oldest"], "--to", one["newest"], "--timelapse", "fast",
                       "--output", self.folder / "x.mp4", saying=["--timelapse", "like 60x"])

    def test_previews_come_with_recordings_and_go_with_them(self):
        self.configure("{ segment: 2s, continuous: { days: 1 } }")
        server = Server(self, "--config", self.config)
        strips = lambda: sorted((self.data / "recordings").rglob("*.strip-*.jpg"))
        wait_until(strips, bool, "previews", 150)
        one, = json.loads(urllib.request.urlopen(server.url + "recordings", timeout=20).read())["cameras"]
        about = json.loads(urllib.request.urlopen(
            f"{server.url}recordings/c0/previews?from={one['oldest']}&to={one['newest']}", timeout=20).read())
        self.assertGreaterEqual(len(about["strips"]), 1)
        self.assertIn(True, about["strips"][0]["has"])
        with urllib.request.urlopen(server.url.rstrip("/") + about["strips"][0]["image"], timeout=20) as answer:
            self.assertEqual(answer.headers["Content-Type"], "image/jpeg")
            (self.folder / "strip.jpg").write_bytes(answer.read())
        stream, = probe(self.folder / "strip.jpg", "stream=width,height")["streams"]
        self.assertEqual((stream["width"], stream["height"]), (6 * about["width_px"], about["height_px"]))
        self.assertEqual(server.end(signal.SIGTERM), 0)
        for path in (self.data / "recordings").rglob("*.mp4"):
            path.unlink()
        again = Server(self, "--config", self.config)
        wait_until(strips, lambda left: not left, "previews of recordings that are gone", 60)
        self.assertEqual(again.end(signal.SIGTERM), 0)


if __name__ == "__main__":
    unittest.main()
