"""What was recorded is found, played, sought and exported: by the API of a running server and by the command."""
import datetime
import hashlib
import http.client
import io
import json
import random
import re
import signal
import subprocess
import tarfile
import time
import unittest
import urllib.parse

import jsonschema

import browser
from recording_support import RecordingCase, packets
from server_support import Server, wait_until
from support import BUSY, SOURCE, busy_clip


def probe(source, entries, *arguments):
    done = subprocess.run(["ffprobe", "-v", "error", *arguments, "-show_entries", entries, "-of", "json", str(source)],
                          capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120)
    if done.returncode != 0 or done.stderr:
        raise AssertionError(f"ffprobe {source}: {done.stderr}")
    return json.loads(done.stdout)


def pictures(source, *before, after=()):
    """MD5 of each decoded picture, by ffmpeg."""
    done = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", *before, "-i", str(source), "-map", "0:v", *after, "-f", "framemd5", "-"],
                          capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120)
    if done.returncode != 0 or done.stderr:
        raise AssertionError(f"ffmpeg {source}: {done.stderr}")
    return [line.split(",")[-1].strip() for line in done.stdout.splitlines() if not line.startswith("#")]


def microseconds(text):
    return round(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1e6)


class Played(RecordingCase):
    """A server that has recorded something."""

    def record(self, record="{ segment: 2s, continuous: { days: 1 } }", segments=4, **how):
        self.configure(record, **how)
        server = Server(self, "--config", self.config)
        wait_until(lambda: len(self.rows()), lambda rows: rows >= segments, "segments", 90)
        return server

    def ask(self, server, path, method="GET", **headers):
        """-> status, headers (lower case), body"""
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(server.url).netloc, timeout=60)
        self.addCleanup(connection.close)
        connection.request(method, f"/recordings{path}", headers={name.replace("_", "-"): text for name, text in headers.items()})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()

    def span(self, server, camera="c0"):
        """All that is recorded now: from, to."""
        about, = [one for one in json.loads(self.ask(server, "")[2])["cameras"] if one["id"] == camera]
        return about["oldest"], about["newest"]

    def query(self, from_, to):
        return urllib.parse.urlencode({"from": from_, "to": to})

    def recorded(self, rows):
        return [size for row in rows for size in packets(self.data / "recordings" / row["file"])]


class Playing(Played):
    def test_one_file_of_all_segments_has_the_packets_that_were_sent(self):
        server = self.record()
        from_, to = self.span(server)
        status, headers, body = self.ask(server, f"/c0/video.mp4?{self.query(from_, to)}")
        self.assertEqual(status, 200)
        file = self.folder / "all.mp4"
        file.write_bytes(body)
        self.assertEqual(int(headers["content-length"]), len(body))
        self.assertRegex(headers["content-type"], r'^video/mp4; codecs="avc1\.[0-9a-f]{6}"$')
        about = json.loads(headers["vedette-recording"])
        rows = [row for row in self.rows() if row["end_us_utc"] <= microseconds(to)]
        self.assertGreaterEqual(len(rows), 4)
        self.assertEqual(packets(file), self.recorded(rows))
        self.assertEqual((about["from"], about["to"], about["goes_on"]), (from_, to, None))
        times = [float(one["dts_time"]) for one in probe(file, "packet=dts_time")["packets"]]
        self.assertEqual(times[0], 0)
        for before, time in zip(times, times[1:]):
            self.assertAlmostEqual(time - before, 0.04, delta=0.002)
        length = float(probe(file, "format=duration")["format"]["duration"])
        self.assertAlmostEqual(length, len(times) * 0.04, delta=0.05)
        self.assertAlmostEqual(length, about["seconds"], delta=0.05)
        self.assertEqual(len(pictures(file)), len(times), "every picture can be decoded")
        self.assertEqual(server.end(signal.SIGTERM), 0)

    def test_a_seek_shows_the_picture_that_was_sent(self):
        server = self.record()
        query = self.query(*self.span(server))
        address = f"{server.url}recordings/c0/video.mp4?{query}"
        every = pictures(address)
        for picture in (0, 10, 60, 110, 149):
            shown = pictures(address, "-ss", f"{picture * 0.04:.3f}", after=("-frames:v", "1"))
            self.assertEqual(shown, [every[picture]], f"picture {picture}")
        self.assertEqual(server.end(signal.SIGTERM), 0)

    def test_ranges_are_those_of_the_whole(self):
        server = self.record()
        path = f"/c0/video.mp4?{self.query(*self.span(server))}"
        _, whole_headers, whole = self.ask(server, path)
        etag, size = whole_headers["etag"], len(whole)
        chance = random.Random(3)
        spans = [(0, 0), (0, size - 1), (size - 1, size + 99), *(sorted(chance.sample(range(size), 2)) for _ in range(25))]
        for first, last in spans:
            status, headers, part = self.ask(server, path, Range=f"bytes={first}-{last}", If_Range=etag)
            end = min(last, size - 1)
            self.assertEqual((status, headers["content-range"]), (206, f"bytes {first}-{end}/{size}"))
            self.assertEqual(part, whole[first:end + 1])
        self.assertEqual(self.ask(server, path, Range="bytes=-9")[2], whole[-9:])
        status, headers, body = self.ask(server, path, Range=f"bytes={size}-")
        self.assertEqual((status, headers["content-range"], json.loads(body)["code"]), (416, f"bytes */{size}", "range_not_satisfiable"))
        self.assertEqual(self.ask(server, path, Range="bytes=0-9", If_Range='"another"')[::2], (200, whole))
        status, headers, body = self.ask(server, path, "HEAD", Range="bytes=0-9")
        self.assertEqual((status, int(headers["content-length"]), body), (200, size, b""))
        self.assertEqual(self.ask(server, path, If_None_Match=etag)[0], 304)
        self.assertEqual(server.end(signal.SIGTERM), 0)

    def test_an_hls_player_plays_all_of_it(self):
        server = self.record()
        from_, to = self.span(server)
        address = f"{server.url}recordings/c0/playlist.m3u8?{self.query(from_, to)}"
        playlist = self.ask(server, f"/c0/playlist.m3u8?{self.query(from_, to)}")[2].decode()
        self.assertIn(f"#EXT-X-PROGRAM-DATE-TIME:{from_}", playlist)
        self.assertNotIn("#EXT-X-DISCONTINUITY", playlist)
        whole = pictures(f"{server.url}recordings/c0/video.mp4?{self.query(from_, to)}")
        self.assertEqual(pictures(address), whole)
        middle = json.loads(self.ask(server, "/c0/segments?limit=3")[2])["segments"][2]["from"]
        part = self.ask(server, f"/c0/playlist.m3u8?{self.query(middle, to)}")[2].decode()
        self.assertLess(part.count("#EXTINF"), playlist.count("#EXTINF"))
        self.assertEqual(server.end(signal.SIGTERM), 0)

    def test_a_gap_and_another_picture_size_are_told_and_played(self):
        server = self.record(segments=2)
        self.assertEqual(server.end(signal.SIGTERM), 0)
        time.sleep(3)  # what is shorter than a step is no gap
        (self.folder / "busy.mp4").unlink()
        busy_clip(self.folder / "busy.mp4", scale=2)
        again = Server(self, "--config", self.config)
        wait_until(lambda: {row["width_px"] for row in self.rows()}, lambda widths: widths == {320, 640}, "another size", 90)
        from_, to = self.span(again)
        timeline = json.loads(self.ask(again, f"/c0/timeline?{self.query(from_, to)}")[2])
        self.assertEqual([one["width_px"] for one in timeline["stretches"]], [320, 640])
        gap, = timeline["gaps"]
        self.assertIn("server was not running", gap["cause"])
        self.assertEqual((gap["from"], gap["to"]), (timeline["stretches"][0]["to"], timeline["stretches"][1]["from"]))
        self.assertTrue(timeline["activity"], "something was seen")
        playlist = self.ask(again, f"/c0/playlist.m3u8?{self.query(from_, to)}")[2].decode()
        self.assertEqual((playlist.count("#EXT-X-MAP"), playlist.count("#EXT-X-DISCONTINUITY")), (2, 1))
        _, headers, body = self.ask(again, f"/c0/video.mp4?{self.query(from_, to)}")
        self.assertEqual(json.loads(headers["vedette-recording"])["goes_on"], timeline["stretches"][1]["from"])
        (self.folder / "first.mp4").write_bytes(body)
        self.assertEqual(probe(self.folder / "first.mp4", "stream=width")["streams"], [{"width": 320}])
        self.assertEqual(again.end(signal.SIGTERM), 0)

    def test_a_picture_of_a_moment(self):
        server = self.record()
        segment = json.loads(self.ask(server, "/c0/segments?limit=1")[2])["segments"][0]
        status, headers, body = self.ask(server, f"/c0/picture?at={segment['from']}")
        self.assertEqual((status, headers["content-type"], body[:2]), (200, "image/jpeg", b"\xff\xd8"))
        about = json.loads(headers["vedette-picture"])
        self.assertEqual((about["at"], about["width_px"], about["segment"]), (segment["from"], 320, segment["id"]))
        self.assertEqual(self.ask(server, f"/c0/picture?at={segment['from']}&size=160")[0], 200)
        self.assertEqual(self.ask(server, f"/c0/picture?at={segment['from']}", If_None_Match=headers["etag"])[0], 304)
        self.assertEqual(server.end(signal.SIGTERM), 0)

    def test_pages_of_segments_leave_none_out_and_files_are_what_was_recorded(self):
        server = self.record()
        self.assertEqual(server.end(signal.SIGTERM), 0)
        rows = self.rows()
        self.config.write_text(BUSY + f"cameras: {{ other: {{ inputs: [{{ path: {self.folder}/busy.mp4 }}], record: {{ enabled: false }} }} }}\n"
                               "record: { continuous: { days: 1 } }\n")
        again = Server(self, "--config", self.config)  # c0 is not configured any more
        seen, next_ = [], "/recordings/c0/segments?limit=2"
        while next_:
            page = again.get(next_.lstrip("/"))
            seen += page["segments"]
            next_ = page["next"]
        self.assertEqual([(one["sha256"], one["bytes"]) for one in seen], [(row["sha256"], row["bytes"]) for row in rows])
        for one in seen[:2]:
            body = self.ask(again, one["file"].removeprefix("/recordings"))[2]
            self.assertEqual(hashlib.sha256(body).hexdigest(), one["sha256"])
        about, = again.get("recordings")["cameras"]
        self.assertEqual((about["id"], about["recording"], about["segments"]), ("c0", False, len(rows)))
        self.assertEqual(self.ask(again, f"/c0/video.mp4?{self.query(*self.span(again))}")[0], 200)
        self.assertEqual(again.end(signal.SIGTERM), 0)

    def test_what_is_kept_stays(self):
        server = self.record("{ segment: 1s, detections: { retain: { days: 0 } } }", segments=3)
        segment = json.loads(self.ask(server, "/c0/segments?limit=1")[2])["segments"][0]
        query = self.query(segment["from"], segment["to"])
        self.assertEqual(self.ask(server, f"/c0/keep?{query}", "PUT")[0], 200)
        self.assertTrue(json.loads(self.ask(server, "/c0/segments?limit=1")[2])["segments"][0]["kept"])
        timeline = json.loads(self.ask(server, f"/c0/timeline?{query}")[2])
        self.assertTrue(timeline["stretches"][0]["kept"])
        self.assertEqual(json.loads(self.ask(server, f"/c0/keep?{query}", "DELETE")[2])["kept"], False)
        self.assertEqual(server.end(signal.SIGTERM), 0)

    def test_sound_that_mp4_does_not_hold_says_what_to_do(self):
        clip = self.folder / "busy.mkv"
        busy_clip(self.folder / "silent.mp4")
        subprocess.run(["ffmpeg", "-v", "error", "-i", str(self.folder / "silent.mp4"), "-f", "lavfi", "-i", "sine=d=2:r=8000", "-c:v", "copy",
                        "-c:a", "pcm_alaw", str(clip)], check=True, stdin=subprocess.DEVNULL)
        self.configure("{ segment: 2s, continuous: { days: 1 } }", inputs=f"{{{{ path: {clip}, roles: [detect, record, audio] }}}}")
        server = Server(self, "--config", self.config)
        wait_until(lambda: len(self.rows()), lambda rows: rows >= 2, "segments", 90)
        from_, to = self.span(server)
        stretch = json.loads(self.ask(server, f"/c0/timeline?{self.query(from_, to)}")[2])["stretches"][0]
        self.assertEqual((stretch["playable"], stretch["whole"], stretch["audio_codec"]), (True, False, "pcm_alaw"))
        address = f"{server.url}recordings/c0/playlist.m3u8?{self.query(from_, to)}"
        recorded = [one for row in self.rows() if row["end_us_utc"] <= microseconds(to)
                    for one in pictures(self.data / "recordings" / row["file"])]
        self.assertEqual(pictures(address)[:len(recorded)], recorded, "the pictures are played, without their sound")
        playlist = self.ask(server, f"/c0/playlist.m3u8?{self.query(from_, to)}")[2].decode()
        self.assertEqual(playlist.count("#EXT-X-MAP"), 1, "one head will do")
        for route in ("video.mp4", "export"):
            status, _, body = self.ask(server, f"/c0/{route}?{self.query(from_, to)}")
            self.assertEqual(status, 400)
            self.assertIn("Matroska", json.loads(body)["detail"])
        self.assertEqual(self.ask(server, f"/c0/picture?at={from_}")[0], 200)
        self.assertEqual(server.end(signal.SIGTERM), 0)
        self.succeed("export", "c0", "--from", from_, "--to", to, "--exact", "--data", self.data, "--output", self.folder / "exact.mp4")
        self.assertGreater(len(packets(self.folder / "exact.mp4")), 60)

    def test_mistakes_are_named(self):
        server = self.record(segments=1)
        from_, to = self.span(server)
        day = "from=2026-01-01T00:00:00Z&to=2026-01-02T01:00:01Z"
        cases = [(f"/none/video.mp4?{self.query(from_, to)}", 404, "none"), (f"/c0/video.mp4?{self.query(to, from_)}", 400, "before"),
                 ("/c0/video.mp4?from=2001-01-01T00:00:00Z&to=2001-01-01T00:00:01Z", 404, from_), (f"/c0/video.mp4?{day}", 400, "25 hours"),
                 ("/c0/video.mp4", 400, "from is missing"), (f"/c0/video.mp4?from={from_}&to=tomorrow", 400, "to must be a time"),
                 (f"/c0/timeline?{self.query(from_, to)}&step=0", 400, "step"), ("/c0/timeline?from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z", 400, "31 days"),
                 ("/c0/segments/999999/file", 404, "999999"), ("/c0/segments/-1/head.mp4", 404, "-1"), ("/c0/picture", 400, "at is missing"),
                 (f"/c0/playlist.m3u8?{self.query(from_, to)}&speed=2", 400, "speed"), (f"/none/export?{self.query(from_, to)}", 404, "none")]
        for path, status, words in cases:
            with self.subTest(path):
                got, _, body = self.ask(server, path)
                self.assertEqual(got, status, body)
                self.assertIn(words, json.loads(body)["detail"])
        none = self.ask(server, f"/none/timeline?{self.query(from_, to)}")
        self.assertEqual((none[0], json.loads(none[2])["stretches"]), (200, []))
        self.assertEqual(server.end(signal.SIGTERM), 0)


@browser.needs_browser
class InABrowser(Played):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.browser = browser.Browser(cls)

    def talking(self, name, codec, rate):
        """A clip with sound."""
        busy_clip(self.folder / "silent.mp4")
        subprocess.run(["ffmpeg", "-v", "error", "-i", str(self.folder / "silent.mp4"), "-f", "lavfi", "-i", f"sine=d=2:r={rate}", "-c:v", "copy",
                        "-c:a", codec, str(self.folder / name)], check=True, stdin=subprocess.DEVNULL)
        return f"{{{{ path: {self.folder}/{name}, roles: [detect, record, audio] }}}}"

    def play_over_files(self, server, sound):
        """Opens the page and looks seven seconds on, then some back."""
        from_, _ = self.span(server)
        page = self.browser.open(f"{server.url}recordings?camera=c0&at={from_}")
        self.addCleanup(page.close)
        page.wait_for("document.querySelector('#video').readyState >= 2", 30)
        page.value("Object.assign(document.querySelector('#speed'), { value: '2' }).dispatchEvent(new Event('change'))")
        page.value("document.querySelector('#play').click()")
        start = microseconds(from_) / 1e6
        shown = "document.querySelector('#strip').getAttribute('aria-valuenow') - 0"
        page.wait_for(f"{shown} >= {start + 7}", 40)
        self.assertIsNone(page.value("document.querySelector('#video').error"))
        self.assertEqual(page.value("document.querySelector('#video').webkitAudioDecodedByteCount > 0"), sound)
        page.wait_for("document.querySelector('#strip').getAttribute('aria-valuetext').includes(', recorded, 320')", 20)
        page.value("document.querySelector('#strip').focus()")
        page.press("ArrowLeft")
        page.wait_for(f"{shown} < {start + 3}", 20)
        self.assertEqual(page.complaints(), [])
        self.assertEqual(server.end(signal.SIGTERM), 0)

    def test_pictures_and_sound_go_on_across_files(self):
        server = self.record(segments=5, inputs=self.talking("talking.mp4", "aac", 48000))
        self.assertEqual({row["audio_codec"] for row in self.rows()}, {"aac"})
        self.play_over_files(server, sound=True)

    def test_of_matroska_the_pictures_are_played(self):
        server = self.record(segments=5, inputs=self.talking("talking.mkv", "pcm_alaw", 8000))
        self.assertEqual({row["audio_codec"] for row in self.rows()}, {"pcm_alaw"})
        self.play_over_files(server, sound=False)


class Exporting(Played):
    def check_manifest(self, manifest, bytes_):
        self.assertEqual(manifest["result"]["sha256"], hashlib.sha256(bytes_).hexdigest())
        self.assertEqual(manifest["result"]["bytes"], len(bytes_))
        jsonschema.validate(manifest, json.loads((SOURCE / "schema/recording_export.v1.json").read_text()))
        digests = {row["file"]: row["sha256"] for row in self.rows()}
        self.assertTrue(manifest["sources"])
        for source in manifest["sources"]:
            self.assertEqual(digests[source["file"]], source["sha256"])
            stored = (self.data / "recordings" / source["file"]).read_bytes()
            self.assertEqual(hashlib.sha256(stored).hexdigest(), source["sha256"])

    def test_the_archive_of_the_server_holds_file_and_manifest(self):
        server = self.record()
        query = self.query(*self.span(server))
        _, headers, body = self.ask(server, f"/c0/export?{query}")
        self.assertEqual(int(headers["content-length"]), len(body))
        name = re.search(r'filename="(.*)\.tar"', headers["content-disposition"]).group(1)
        with tarfile.open(fileobj=io.BytesIO(body)) as archive:
            self.assertEqual(archive.getnames(), [f"{name}.mp4", f"{name}.json"])
            video = archive.extractfile(f"{name}.mp4").read()
            manifest = json.load(archive.extractfile(f"{name}.json"))
        self.assertEqual(video, self.ask(server, f"/c0/video.mp4?{query}")[2])
        self.check_manifest(manifest, video)
        self.assertEqual(manifest["camera"], "c0")
        self.assertEqual(server.end(signal.SIGTERM), 0)

    def test_the_command_exports_beside_a_server_and_without_one(self):
        server = self.record()
        from_, to = self.span(server)
        for number in range(2):
            file = self.folder / f"out{number}.mp4"
            said = json.loads(self.succeed("export", "c0", "--from", from_, "--to", to, "--data", self.data, "--output", file, "--json").stdout)
            manifest = json.loads(file.with_suffix(".json").read_text())
            self.check_manifest(manifest, file.read_bytes())
            self.assertTrue(manifest["sources_checked"])
            self.assertEqual((said["result"], said["goes_on"]), (manifest["result"], None))
            self.assertEqual(file.stat().st_mode & 0o777, 0o600)
            self.assertGreater(len(packets(file)), 150)
            self.assertEqual(server.end(signal.SIGTERM), 0)
        first, second = (packets(self.folder / f"out{number}.mp4") for number in range(2))
        self.assertEqual(second[:len(first)], first, "what was finished later may overlap the time, too")

    def test_exactly_is_what_was_asked_for(self):
        server = self.record()
        self.assertEqual(server.end(signal.SIGTERM), 0)
        row = self.rows()[1]
        start = row["start_us_utc"]

        def text(us):
            return datetime.datetime.fromtimestamp(us / 1e6, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

        file = self.folder / "exact.mp4"
        self.succeed("export", "c0", "--from", text(start + 480_000), "--to", text(start + 1_480_000), "--exact", "--data", self.data,
                     "--output", file)
        self.assertEqual(len(packets(file)), 25)
        manifest = json.loads(file.with_suffix(".json").read_text())
        self.assertTrue(manifest["exact"])
        self.assertEqual([one["file"] for one in manifest["sources"]], [row["file"]])
        self.check_manifest(manifest, file.read_bytes())

    def test_mistakes_are_named_and_leave_nothing(self):
        server = self.record(segments=2)
        from_, to = self.span(server)
        self.assertEqual(server.end(signal.SIGTERM), 0)
        file = self.folder / "out.mp4"
        base = ("--data", self.data, "--output", file)
        self.fail_with(1, "export", "none", "--from", from_, "--to", to, *base, saying="nothing is recorded of 'none'")
        self.fail_with(1, "export", "c0", "--from", "2001-01-01T00:00:00Z", "--to", "2001-01-01T01:00:00Z", *base, saying=["at that time", from_])
        self.fail_with(2, "export", "c0", "--from", to, "--to", from_, *base, saying="--from must be before --to")
        self.fail_with(2, "export", "c0", "--from", "noon", "--to", to, *base, saying="--from")
        self.fail_with(2, "export", "c0", "--from", "2026-01-01T00:00:00Z", "--to", "2026-01-03T00:00:00Z", *base, saying="25 hours")
        self.fail_with(1, "export", "c0", "--from", from_, "--to", to, "--data", self.folder / "nowhere", "--output", file, saying="nothing was recorded")
        self.assertEqual(list(self.folder.glob("out*")), [])
        damaged = self.data / "recordings" / self.rows()[0]["file"]
        bytes_ = bytearray(damaged.read_bytes())
        bytes_[-5] ^= 1
        damaged.write_bytes(bytes_)
        self.fail_with(1, "export", "c0", "--from", from_, "--to", to, *base, saying=[str(self.rows()[0]["file"]), "not those that were recorded"])
        self.assertEqual(list(self.folder.glob("out*")), [])
        file.write_text("mine")
        self.fail_with(1, "export", "c0", "--from", from_, "--to", to, *base, saying="is there already")
        self.assertEqual(file.read_text(), "mine")


if __name__ == "__main__":
    unittest.main()
