"""`vedette discover`: what an input is, what is wrong with it, and which cameras there are."""
import base64
import json
import os
import subprocess
import time
import unittest

import yaml
from cameras import (TlsFront, WebCamera, free_port, has_rtsp_server, make_certificate, onvif_camera, rtsp_camera)
from server_support import Server
from support import BINARY, Case, environment, make_clip

PASSWORD = "s3cret/pa:ss@word"
needs_rtsp = unittest.skipUnless(has_rtsp_server(), "python3-gi or gir1.2-gst-rtsp-server-1.0 is missing")


class DiscoverCase(Case):
    def discover(self, *arguments, password=None, code=None):
        """The report as JSON; `code` is the exit code that is expected."""
        env = environment()
        if password is not None:
            env["VEDETTE_CAMERA_PASSWORD"] = password
        done = subprocess.run([BINARY, "discover", *map(str, arguments), "--json"], capture_output=True, text=True,
                              timeout=120, env=env, stdin=subprocess.DEVNULL)
        for word in (PASSWORD, "s3cret", "hunter2"):
            self.assertNotIn(word, done.stdout + done.stderr)
        if code is not None:
            self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def probe(self, location, *arguments, works=True, watch=1, **options):
        report = self.discover(location, "--watch", watch, "--timeout", 8, *arguments, code=0 if works else 1, **options)
        self.assertEqual(len(report["inputs"]), 1)
        one = report["inputs"][0]
        self.assertEqual(one["works"], works, one)
        return one

    def ids(self, report):
        return [finding["id"] for finding in report["findings"]]

    def pictures(self, count=5):
        make_clip(self.folder / "p%d.jpg", "-frames:v", str(count), codec=("-q:v", "4"))
        return [(self.folder / f"p{i + 1}.jpg").read_bytes() for i in range(count)]


class Files(DiscoverCase):
    def test_a_file_is_described(self):
        clip = make_clip(self.folder / "a.mp4", seconds=3)
        report = self.probe(clip)
        self.assertEqual(report["video"]["codec"], "h264")
        self.assertEqual((report["video"]["width_px"], report["video"]["height_px"]), (320, 240))
        self.assertAlmostEqual(report["video"]["frame_rate"], 25, delta=0.1)
        self.assertEqual(report["video"]["key_frame_distance"], 25)
        self.assertIn("first_picture_ms", report)

    def test_people_get_lines_and_an_exit_code(self):
        clip = make_clip(self.folder / "a.mp4", seconds=3)
        done = self.run_program("discover", clip, self.folder / "none.mp4")
        self.assertEqual(done.returncode, 1)
        for words in ("h264", "320x240", "a key frame every 1.0 s", "works", "problem:", "none.mp4"):
            self.assertIn(words, done.stdout)

    def test_an_unknown_kind_names_those_that_there_are(self):
        report = self.probe("gopher://127.0.0.1/x", works=False)
        self.assertIn("rtsp://", report["findings"][0]["text"])

    def test_bad_usage(self):
        self.fail_with(2, "discover", "a.mp4", "--onvif", "10.0.0.1")
        self.fail_with(2, "discover", "a.mp4", "--transport", "pigeon")
        self.fail_with(2, "discover", "rtsp://127.0.0.1/", "--user", "x", saying="VEDETTE_CAMERA_PASSWORD")


@needs_rtsp
class Rtsp(DiscoverCase):
    def test_a_camera_with_sound_and_a_password(self):
        camera = rtsp_camera(self, "--locked")
        (self.folder / "password").write_text("letmein\n")
        report = self.probe(f"rtsp://127.0.0.1:{camera.port}/both", "--user", "viewer", "--password-file",
                            self.folder / "password")
        self.assertEqual((report["transport"], report["live"]), ("tcp", True))
        self.assertEqual(report["audio"]["codec"], "pcm_alaw")
        self.assertAlmostEqual(report["video"]["frame_rate"], 15, delta=2)
        report = self.probe(f"rtsp://127.0.0.1:{camera.port}/live", "--user", "viewer", works=False, password=PASSWORD)
        self.assertEqual(self.ids(report), ["login-refused"])
        self.assertIn("'viewer'", report["findings"][0]["text"])

    def test_under_tls_with_an_authority_of_its_own(self):
        camera = rtsp_camera(self)
        certificate = make_certificate(self.folder)
        front = TlsFront(self, camera.port, certificate)
        url = f"rtsps://127.0.0.1:{front.port}/live"
        report = self.probe(url, works=False)
        self.assertEqual(self.ids(report), ["certificate-not-trusted"])
        self.assertIn("ca_file", report["findings"][0]["text"])
        self.assertEqual(self.probe(url, "--ca-file", certificate[0])["transport"], "tls")
        self.probe(url, "--no-verify")
        self.assertEqual(self.ids(self.probe(f"rtsp://127.0.0.1:{front.port}/live", works=False)), ["wants-tls"])

    def test_a_name_that_is_expected(self):
        camera = rtsp_camera(self)
        certificate = make_certificate(self.folder, names="DNS:gate.example")
        front = TlsFront(self, camera.port, certificate)
        url = f"rtsps://127.0.0.1:{front.port}/live"
        report = self.probe(url, "--ca-file", certificate[0], works=False)
        self.assertIn("gate.example", report["findings"][0]["text"])
        self.probe(url, "--ca-file", certificate[0], "--server-name", "gate.example")

    def test_the_server_takes_the_same_from_its_configuration(self):
        camera = rtsp_camera(self)
        certificate = make_certificate(self.folder)
        front = TlsFront(self, camera.port, certificate)
        config = self.folder / "config.yaml"
        config.write_text(f"""
lpr: {{ enabled: false }}
cameras:
  gate:
    inputs: [{{ path: "rtsps://127.0.0.1:{front.port}/live", tls: {{ ca_file: {certificate[0]} }} }}]
""")
        server = Server(self, "--config", config)
        server.wait_for("cameras/gate", lambda camera: camera["frames"] > 0)
        self.assertNotIn("not trusted", server.said())


class Http(DiscoverCase):
    def test_still_pictures_are_fetched_again_and_again(self):
        camera = WebCamera(self, self.pictures())
        report = self.probe(f"http://127.0.0.1:{camera.port}/still.jpg", watch=3)
        self.assertEqual((report["container"], report["video"]["codec"], report["live"]), ("still", "mjpeg", True))
        self.assertGreaterEqual(report["video"]["pictures"], 3)
        self.assertGreaterEqual(len(camera.asked), 3)

    def test_motion_jpeg(self):
        camera = WebCamera(self, self.pictures())
        report = self.probe(f"http://127.0.0.1:{camera.port}/stream.mjpeg")
        self.assertEqual((report["container"], report["video"]["codec"]), ("mpjpeg", "mjpeg"))

    def test_under_tls_and_with_a_password(self):
        certificate = make_certificate(self.folder)
        login = base64.b64encode(f"viewer:{PASSWORD}".encode()).decode()
        camera = WebCamera(self, self.pictures(), certificate=certificate, login=login)
        for path in ("still.jpg", "stream.mjpeg"):
            url = f"https://127.0.0.1:{camera.port}/{path}"
            self.assertEqual(self.ids(self.probe(url, works=False)), ["certificate-not-trusted"])
            trusted = ("--ca-file", certificate[0])
            report = self.probe(url, *trusted, works=False)
            self.assertEqual(self.ids(report), ["no-user"])
            self.assertIn("Web Cam", report["findings"][0]["text"])
            report = self.probe(url, *trusted, "--user", "viewer", works=False, password="hunter2")
            self.assertEqual(self.ids(report), ["login-refused"])
            self.probe(url, *trusted, "--user", "viewer", password=PASSWORD)

    def test_hls_and_its_pieces_are_under_the_same_tls(self):
        make_clip(self.folder / "live.m3u8", "-f", "hls", "-hls_time", "1", "-hls_list_size", "0", "-hls_flags",
                  "omit_endlist", seconds=6)
        certificate = make_certificate(self.folder)
        camera = WebCamera(self, self.pictures(1), folder=self.folder, certificate=certificate)
        url = f"https://127.0.0.1:{camera.port}/live.m3u8"
        report = self.probe(url, "--ca-file", certificate[0])
        self.assertEqual((report["container"], report["video"]["codec"]), ("hls", "h264"))
        self.assertIn("/live0.ts", " ".join(camera.asked) + "/live0.ts")
        self.assertEqual(self.ids(self.probe(url, works=False)), ["certificate-not-trusted"])

    def test_a_web_page_is_no_camera(self):
        (self.folder / "index.html").write_text("<html>log in</html>")
        camera = WebCamera(self, [b""], folder=self.folder)
        self.assertEqual(self.ids(self.probe(f"http://127.0.0.1:{camera.port}/index.html", works=False)), ["web-page"])
        self.assertEqual(self.ids(self.probe(f"http://127.0.0.1:{camera.port}/none.jpg", works=False)),
                         ["path-not-found"])


class Streams(DiscoverCase):
    def sender(self, *arguments):
        process = subprocess.Popen(["ffmpeg", "-v", "error", "-re", "-f", "lavfi", "-i",
                                    "testsrc2=s=320x240:r=25:d=60", "-c:v", "libx264", "-preset", "ultrafast", "-g",
                                    "25", "-pix_fmt", "yuv420p", *arguments], stdin=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def until_it_works(self, url):
        """The sender opens its port at some time."""
        until = time.monotonic() + 60
        while True:
            report = self.discover(url, "--watch", 1, "--timeout", 5)["inputs"][0]
            if report["works"] or time.monotonic() > until:
                return report

    def test_rtmp(self):
        url = f"rtmp://127.0.0.1:{free_port()}/live/cam"
        sender = self.sender("-f", "flv", "-listen", "1", url)
        until = time.monotonic() + 60
        report = {"works": False}
        while not report["works"] and time.monotonic() < until:
            if sender.poll() is not None:  # it ends with its first caller, also one that came too early
                sender = self.sender("-f", "flv", "-listen", "1", url)
            report = self.discover(url, "--watch", 1, "--timeout", 5)["inputs"][0]
        self.assertTrue(report["works"], report)
        self.assertEqual((report["video"]["codec"], report["container"]), ("h264", "flv"))

    def test_srt(self):
        port = free_port()
        self.sender("-f", "mpegts", f"srt://127.0.0.1:{port}?mode=listener&passphrase=hunter2hunter2")
        report = self.until_it_works(f"srt://127.0.0.1:{port}?passphrase=hunter2hunter2")
        self.assertTrue(report["works"], report)
        self.assertEqual((report["video"]["codec"], report["transport"]), ("h264", "srt"))

    def test_udp(self):
        port = free_port()
        self.sender("-f", "mpegts", f"udp://127.0.0.1:{port}?pkt_size=1316")
        report = self.until_it_works(f"udp://127.0.0.1:{port}")
        self.assertTrue(report["works"], report)


class Onvif(DiscoverCase):
    def test_a_camera_becomes_a_configuration(self):
        camera = onvif_camera(self, "--user", "viewer", "--password", PASSWORD, "--stream",
                              "rtsp://127.0.0.1:5554/main?a=1", "--stream", "rtsp://127.0.0.1:5554/sub")
        report = self.discover("--onvif", f"127.0.0.1:{camera.port}", "--user", "viewer", password=PASSWORD, code=0)
        one = report["onvif"][0]
        self.assertEqual((one["manufacturer"], one["model"]), ("Acme & Sons", "Eye 3"))
        self.assertEqual([profile["roles"] for profile in one["profiles"]], [["record"], ["detect"]])
        config = self.folder / "config.yaml"
        config.write_text(report["configuration"])
        self.assertEqual(yaml.safe_load(report["configuration"]), {"cameras": {"eye-3": {"inputs": [
            {"path": "rtsp://${env:CAM_USER}:${env:CAM_PASS}@127.0.0.1:5554/main?a=1", "roles": ["record"]},
            {"path": "rtsp://${env:CAM_USER}:${env:CAM_PASS}@127.0.0.1:5554/sub", "roles": ["detect"]}]}}})
        self.succeed("config", "check", "--no-secrets", config)

    def test_a_wrong_password_and_a_wrong_clock(self):
        camera = onvif_camera(self, "--user", "viewer", "--password", "right", "--clock-ahead", "3600")
        report = self.discover("--onvif", f"127.0.0.1:{camera.port}", "--user", "viewer", password=PASSWORD, code=1)
        self.assertEqual(self.ids(report["onvif"][0]), ["login-refused", "clock-wrong"])
        report = self.discover("--onvif", f"127.0.0.1:{camera.port}", "--user", "viewer", password="right", code=0)
        self.assertEqual(len(report["onvif"][0]["profiles"]), 2)

    def test_cameras_are_found_on_the_wire(self):
        onvif_camera(self, "--discovery", 3702, "--name", "Front")
        report = self.discover("--interface", "lo", "--only", "network", "--timeout", 2, code=0)
        self.assertIn("front-door", [one["name"] for one in report["onvif"]])
        self.assertIn("front-door:", report["configuration"])

    def test_an_interface_that_there_is_not(self):
        report = self.discover("--interface", "nowhere0", "--only", "network", code=1)
        self.assertIn("nowhere0", report["errors"][0])

    @needs_rtsp
    def test_what_is_found_is_tried(self):
        rtsp = rtsp_camera(self)
        camera = onvif_camera(self, "--stream", f"rtsp://127.0.0.1:{rtsp.port}/live", "--stream",
                              f"rtsp://127.0.0.1:{rtsp.port}/nothing")
        report = self.discover("--onvif", f"127.0.0.1:{camera.port}", "--try", "--watch", 1, code=1)
        self.assertEqual([one["works"] for one in report["inputs"]], [True, False])


class Usb(DiscoverCase):
    def test_a_machine_is_asked_for_its_devices(self):
        report = self.discover("--only", "usb")
        self.assertEqual(report["onvif"], [])
        if not any(name.startswith("video") for name in os.listdir("/dev")):
            self.assertEqual(report["usb"], [])

    def test_a_device_that_there_is_not(self):
        self.assertEqual(self.ids(self.probe("/dev/video99", works=False)), ["not-found"])


if __name__ == "__main__":
    unittest.main()
