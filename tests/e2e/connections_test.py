"""Connections that break in every way there is: what `vedette run` makes of them, and that nobody else notices."""
import re
import signal
import time
import unittest

from faulty_cameras import H265, FaultyCamera, FaultyCase
from server_support import wait_until

FLAPS = 1000


def since(camera):
    return [(one["since"], one["breaks"], one["reconnects"]) for one in camera["inputs"]]


class Faults(FaultyCase):
    def setUp(self):
        super().setUp()
        self.clip("small.h264", size="160x120")
        self.clip("new.h265", codec=H265)
        self.faulty = FaultyCamera(self, self.clip("main.h264"), *(self.folder / name for name in ("small.h264", "new.h265")))
        self.calm = FaultyCamera(self, self.clip("main.h264"))
        self.serve({"gate": f"inputs: [{{ path: '{self.faulty.url('main')}' }}]",
                    "calm": f"inputs: [{{ path: '{self.calm.url('main')}' }}]"})
        self.before = since(self.camera("calm"))

    def breaks(self):
        return self.camera("gate")["inputs"][0]["breaks"]

    def assert_calm(self):
        """The other camera was never away, and all of it is recorded."""
        self.assertEqual(since(self.camera("calm")), self.before)
        self.assertEqual(self.gaps("calm"), [])

    def recovers_from(self, *fault):
        """It breaks off once, and is well again. \\return when that was done, microseconds"""
        broken, began = self.breaks(), time.time() * 1e6
        self.faulty.tell("main", *fault)
        camera = self.wait_for("gate", lambda camera: camera["inputs"][0]["breaks"] > broken
                               and camera["inputs"][0]["state"] == camera["state"] == "online")
        self.assertEqual(camera["inputs"][0]["breaks"], broken + 1, fault)
        frames = camera["frames"]
        self.wait_for("gate", lambda camera: camera["frames"] > frames + 10)
        return began

    def test_whatever_breaks_a_connection_is_over_soon_and_its_gap_tells_the_cause(self):
        causes = {("drop",): "ended the connection", ("reset",): "", ("stall",): "nothing came for 2 s",
                  ("half-open",): "nothing came for 2 s", ("noise", 400_000): "can't be made out"}
        began = [self.recovers_from(*fault) for fault in causes]
        self.assertEqual(self.server.end(signal.SIGTERM), 0)
        gaps = self.gaps("gate")
        self.assertEqual(len(gaps), len(causes), gaps)
        for (fault, cause), at, (start, end, why) in zip(causes.items(), began, gaps):
            self.assertIn(cause, why, fault)
            self.assertGreater(start, at - 2_000_000, fault)
            self.assertLess(end - start, 15_000_000, fault)
        self.assertEqual(self.gaps("calm"), [])

    def test_pictures_that_are_noise_end_no_connection(self):
        before = since(self.camera("gate"))
        self.faulty.tell("main", "garbage", 20)
        time.sleep(2)
        frames = self.camera("gate")["frames"]
        self.wait_for("gate", lambda camera: camera["frames"] > frames + 30)
        self.assertEqual(since(self.camera("gate")), before)
        self.assertEqual(self.gaps("gate"), [])
        self.assert_calm()

    def test_noise_between_packets_is_passed_over_or_ends_the_connection(self):
        for _ in range(3):
            frames = self.camera("gate")["frames"]
            self.faulty.tell("main", "noise", 100_000)
            self.wait_for("gate", lambda camera: camera["frames"] > frames + 30 and camera["state"] == "online")
        self.assertTrue(all(why for _, _, why in self.gaps("gate")))
        self.assert_calm()

    def test_another_size_in_mid_stream_is_followed_and_recorded_as_it_is(self):
        before = since(self.camera("gate"))
        self.faulty.tell("main", "clip", "small")
        self.wait_for("gate", lambda camera: (camera["width_px"], camera["height_px"]) == (160, 120))
        self.faulty.tell("main", "clip", "main")
        self.wait_for("gate", lambda camera: (camera["width_px"], camera["height_px"]) == (320, 240))
        self.assertEqual(since(self.camera("gate")), before, "nothing was opened again")
        self.assert_calm()

    def test_another_codec_is_followed_when_the_camera_comes_back(self):
        self.faulty.tell("main", "clip", "new")
        self.recovers_from("drop")
        wait_until(lambda: [row["codec"] for row in self.rows() if row["camera"] == "gate"],
                   lambda codecs: len(codecs) > 2 and codecs[-1] == "hevc", "codecs", 60)
        self.assertEqual(len(self.gaps("gate")), 1)
        self.assert_calm()

    def test_a_clock_that_is_set_moves_no_recording(self):
        before = since(self.camera("gate"))
        for seconds in (3600, -7200, 0.7):
            self.faulty.tell("main", "jump", seconds)
            rows = len(self.rows())
            wait_until(lambda: len(self.rows()), lambda now: now > rows + 4, "segments", 60)
        self.assertEqual(since(self.camera("gate")), before)
        for row in self.rows():
            self.assertLess(abs(row["end_us_utc"] - time.time() * 1e6), 120e6, row)
        self.assertEqual(self.gaps("gate"), [])
        self.assert_calm()

    def test_a_camera_that_is_away_is_told_and_so_is_its_return(self):
        self.faulty.tell("main", "refuse")
        gone = self.wait_for_event("gate", "camera.offline")
        self.assertEqual((gone["roles"], gone["breaks"], gone["on_fallback"]), (["detect", "live", "record"], 1, False))
        self.assertIn("ended the connection", gone["reason"] + self.server.said())
        self.faulty.tell("main", "silent")
        time.sleep(1)
        self.faulty.tell("main", "well")
        self.wait_for_event("gate", "camera.online", 90)
        self.assertEqual([one["type"] for one in self.events("calm")], ["camera.online"])
        self.assert_calm()


class Flaps(FaultyCase):
    def figures(self):
        names = ("process_open_fds", "process_threads", "process_resident_memory_bytes")
        return [self.server.metric(name) for name in names]

    def test_a_thousand_flaps_leave_nothing_behind_and_are_a_few_events(self):
        camera = FaultyCamera(self, self.clip("main.h264"))
        calm = FaultyCamera(self, self.clip("main.h264"))
        self.serve({"gate": f"inputs: [{{ path: '{camera.url('main')}' }}]",
                    "calm": f"inputs: [{{ path: '{calm.url('main')}' }}]"}, retry="100ms")
        before = since(self.camera("calm"))
        self.flap(camera, 50)  # what is made once is made
        files, threads, memory = self.figures()
        began = time.monotonic()
        self.flap(camera, FLAPS)
        after = self.figures()
        print(f"{FLAPS} flaps in {time.monotonic() - began:.0f} s: {files:.0f} -> {after[0]:.0f} files, {threads:.0f} -> "
              f"{after[1]:.0f} threads, {memory / 2**20:.1f} -> {after[2] / 2**20:.1f} MiB")
        self.assertLessEqual(after[0], files + 4)
        self.assertLessEqual(after[1], threads + 1)
        self.assertLess(after[2], memory + (32 << 20))
        gate = self.camera("gate")["inputs"][0]
        self.assertGreaterEqual(gate["breaks"], FLAPS)
        self.assertLess(len(self.events("gate")), 30)
        self.assertEqual(since(self.camera("calm")), before)
        self.assertEqual(self.gaps("calm"), [])
        self.assertTrue(all(why for _, _, why in self.gaps("gate")))
        counted = re.search(r'^media_input_breaks_total\{camera="gate",role="detect"\} (\d+)$', self.server.text("metrics"), re.M)
        self.assertGreaterEqual(int(counted.group(1)), FLAPS)

    def flap(self, camera, times):
        camera.tell("main", "flap", times, 12)
        wait_until(lambda: camera.count("main")[2], lambda left: left == 0, "flaps", 540)
        self.wait_for("gate", lambda one: one["state"] == "online")
        frames = self.camera("gate")["frames"]
        self.wait_for("gate", lambda one: one["frames"] > frames + 25)


class Roles(FaultyCase):
    """A camera that is analysed by one stream and recorded by another."""

    def setUp(self):
        super().setUp()
        self.cameras = FaultyCamera(self, self.clip("main.h264"), self.clip("sub.h264", size="160x120"),
                                    self.clip("low.h264", size="96x64"))
        main, sub, low = map(self.cameras.url, ("main", "sub", "low"))
        self.main = f"{{ path: '{main}', roles: [record], fallback: {{ path: '{low}', after: 2, try_again: 2s }} }}"
        self.serve({"gate": f"inputs: [{self.main}, {{ path: '{sub}' }}]"})
        self.detect = since(self.camera("gate"))[0]

    def recorded(self):
        return self.camera("gate")["inputs"][1]

    def assert_detect_went_on(self):
        self.assertEqual(since(self.camera("gate"))[0], self.detect)

    def test_a_recorded_stream_that_stalls_is_opened_again_and_the_analysed_one_does_not_notice(self):
        roles = [one["roles"] for one in self.camera("gate")["inputs"]]
        self.assertEqual(roles, [["detect", "live"], ["record"]])
        self.cameras.tell("main", "stall")
        self.wait_for("gate", lambda camera: camera["inputs"][1]["breaks"] == 1 and camera["inputs"][1]["state"] == "online")
        text = self.server.text("metrics")
        self.assertIn('media_input_breaks_total{camera="gate",role="record"} 1', text)
        self.assertIn('media_input_breaks_total{camera="gate",role="detect"} 0', text)
        self.assert_detect_went_on()
        (_, _, why), = wait_until(lambda: self.gaps("gate"), bool, "gaps", 60)
        self.assertIn("nothing came for 2 s", why)

    def test_a_fallback_stands_in_and_is_left_when_the_stream_is_well_again(self):
        self.cameras.tell("main", "refuse")
        lower = self.wait_for("gate", lambda camera: camera["inputs"][1].get("on_fallback")
                              and camera["inputs"][1]["state"] == "online")["inputs"][1]
        self.assertEqual(lower["source"], self.cameras.url("low"))
        self.assertIn("fallback_reason", lower)
        self.assertIn('media_input_on_fallback{camera="gate",role="record"} 1', self.server.text("metrics"))
        told = self.wait_for_event("gate", "camera.fallback_on")
        self.assertEqual((told["roles"], told["on_fallback"], told["source"]), (["record"], True, lower["source"]))
        wait_until(lambda: self.rows()[-1]["width_px"], lambda width: width == 96, "width", 60)
        self.cameras.tell("main", "well")
        back = self.wait_for("gate", lambda camera: camera["inputs"][1]["on_fallback"] is False
                             and camera["inputs"][1]["state"] == "online", 120)["inputs"][1]
        self.assertEqual(back["source"], self.cameras.url("main"))
        self.wait_for_event("gate", "camera.fallback_off")
        wait_until(lambda: self.rows()[-1]["width_px"], lambda width: width == 320, "width", 60)
        start, end, why = self.gaps("gate")[-1]
        self.assertIn("gone back to", why)
        self.assertLess(end - start, 5_000_000, "it was tried beside its fallback first")
        self.assert_detect_went_on()

    def test_a_recorded_input_that_is_away_is_told(self):
        self.serve_without_fallback()
        self.cameras.tell("main", "refuse")
        told = self.wait_for_event("gate", "camera.record_offline")
        self.assertEqual(told["roles"], ["record"])
        self.assertTrue(told["reason"])
        self.assertEqual(self.camera("gate")["state"], "online")
        self.cameras.tell("main", "well")
        self.wait_for_event("gate", "camera.record_online", 90)
        self.assertNotIn("camera.offline", [one["type"] for one in self.events("gate")])

    def serve_without_fallback(self):
        self.config.write_text(re.sub(r", fallback: \{[^}]*\}", "", self.config.read_text()))
        self.assertEqual(self.server.post("config/reload")["changed"], ["recording changed"])
        self.wait_for("gate", lambda camera: "on_fallback" not in camera["inputs"][1]
                      and camera["inputs"][1]["state"] == "online")
        self.assert_detect_went_on()

    def test_what_is_kept_of_a_recording_changes_without_opening_it_anew(self):
        before = self.recorded()
        self.config.write_text(self.config.read_text().replace("continuous: { days: 1 }", "continuous: { days: 1 }, fail_open: false"))
        self.assertEqual(self.server.post("config/reload")["changed"], ["recording changed"])
        self.assertEqual([self.recorded()[key] for key in ("state", "since", "reconnects")],
                         ["online", before["since"], before["reconnects"]])
        self.assert_detect_went_on()

    def test_another_recorded_stream_leaves_the_analysed_one_alone(self):
        self.config.write_text(self.config.read_text().replace("/main'", "/sub'"))
        self.assertEqual(self.server.post("config/reload")["changed"], ["recording changed"])
        self.wait_for("gate", lambda camera: camera["inputs"][1]["source"] == self.cameras.url("sub")
                      and camera["inputs"][1]["state"] == "online")
        self.assert_detect_went_on()
        self.config.write_text(self.config.read_text().replace("continuous: { days: 1 } }", "enabled: false }"))
        self.assertEqual(self.server.post("config/reload")["changed"], ["recording changed"])
        self.wait_for("gate", lambda camera: len(camera["inputs"]) == 1)
        self.assert_detect_went_on()


if __name__ == "__main__":
    unittest.main()
