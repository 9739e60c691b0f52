"""`vedette process` on what users give it, good and bad."""
import json
import os
import resource
import shutil
import signal
import subprocess
import time
import unittest

import jsonschema

from support import BINARY, DEMO, SHARED, SOURCE, THIRD_PARTY, Case, environment, events_of, make_clip, needs_shared


class Output(Case):
    def test_events_follow_the_schema_and_their_pictures_exist(self):
        out, shots = self.folder / "events.jsonl", self.folder / "shots"
        self.succeed("process", DEMO, "--out", out, "--snapshots", shots, "--discarded")
        schema = json.loads((SOURCE / "schema/event.v1.json").read_text())
        events = events_of(out)
        self.assertGreater(len(events), 0)
        for event in events:
            jsonschema.validate(event, schema)
            if event["type"] == "sighting":
                self.assertTrue((shots / event["snapshot"]).stat().st_size > 500)
        self.assertEqual(len({event["event_id"] for event in events}), len(events))

    def test_the_same_input_gives_the_same_events(self):
        first = self.succeed("process", DEMO, "--out", "-").stdout
        second = self.succeed("process", DEMO, "--out", "-").stdout
        self.assertEqual(first, second)

    def test_standard_output_carries_json_and_nothing_else(self):
        done = self.succeed("process", DEMO, "--out", "-")
        for event in events_of(done.stdout):
            self.assertEqual(event["schema"], 1)

    def test_annotated_video_has_every_picture(self):
        video = self.folder / "a.mp4"
        clip = make_clip(self.folder / "clip.mp4", seconds=2)
        self.succeed("process", clip, "--annotate", video)
        count = subprocess.run(["ffprobe", "-v", "error", "-count_frames", "-show_entries", "stream=nb_read_frames",
                                "-of", "csv=p=0", str(video)], capture_output=True, text=True, check=True).stdout
        self.assertEqual(int(count), 50)

    def test_several_inputs_are_done_one_after_the_other(self):
        one, two = make_clip(self.folder / "one.mp4", seconds=1), make_clip(self.folder / "two.mp4", seconds=1)
        done = self.succeed("process", one, two)
        self.assertIn("one: ", done.stderr)
        self.assertIn("two: ", done.stderr)


class BadInput(Case):
    def test_missing_file(self):
        self.fail_with(1, "process", self.folder / "no.mp4", saying="no.mp4")

    def test_empty_file(self):
        path = self.folder / "empty.mp4"
        path.touch()
        self.fail_with(1, "process", path, saying="empty.mp4")

    def test_text_that_calls_itself_a_video(self):
        path = self.folder / "letter.mp4"
        path.write_text("Dear camera,\n" * 500)
        self.fail_with(1, "process", path, saying="letter.mp4")

    def test_text_that_calls_itself_a_picture(self):
        path = self.folder / "letter.jpg"
        path.write_text("Dear camera,\n" * 500)
        self.fail_with(1, "process", path, saying="letter.jpg")

    def test_a_folder_without_pictures(self):
        self.fail_with(1, "process", self.folder, saying=str(self.folder))

    def test_bad_inputs_do_not_keep_the_others_from_being_done(self):
        good, better = make_clip(self.folder / "good.mp4", seconds=1), make_clip(self.folder / "better.mp4", seconds=1)
        empty = self.folder / "empty.mp4"
        empty.touch()
        done = self.fail_with(1, "process", self.folder / "no.mp4", good, empty, better, "--quiet")
        self.assertEqual(len(done.stderr.splitlines()), 2, done.stderr)
        for line, name in zip(done.stderr.splitlines(), ["no.mp4", "empty.mp4"]):
            self.assertTrue(line.startswith("vedette: ") and name in line, line)
        done = self.fail_with(1, "process", self.folder / "no.mp4", good, empty, better)
        self.assertIn("good: ", done.stderr)
        self.assertIn("better: ", done.stderr)

    def test_a_file_cut_short_keeps_what_came_before(self):
        whole = make_clip(self.folder / "whole.mkv", seconds=4)
        cut = self.folder / "cut.mkv"
        cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
        out = self.folder / "out.jsonl"
        self.run_program("process", cut, "--out", out)
        events_of(out)  # every line is whole

    def test_a_camera_that_is_not_there(self):
        self.fail_with(1, "process", "rtsp://user:geheim@127.0.0.1:9/x", saying="127.0.0.1")

    def test_passwords_are_never_shown(self):
        done = self.fail_with(1, "process", "rtsp://user:geheim@127.0.0.1:9/x")
        self.assertNotIn("geheim", done.stdout + done.stderr)

    def test_an_unknown_scheme_names_the_known_ones(self):
        self.fail_with(1, "process", "gopher://x/y", saying=["gopher", "rtsp"])

    def test_a_misspelt_demo_option_is_named(self):
        self.fail_with(1, "process", "demo://street?sed=7", saying=["sed", "seed"])


class BadUse(Case):
    def test_no_input(self):
        self.fail_with(2, "process", saying="INPUT")

    def test_unknown_option(self):
        self.fail_with(2, "process", "x.mp4", "--sideways", saying="--sideways")

    def test_annotating_two_inputs(self):
        self.fail_with(2, "process", "a.mp4", "b.mp4", "--annotate", "o.mp4", saying="one INPUT")

    def test_a_models_folder_that_is_not_there(self):
        self.fail_with(1, "process", "a.mp4", "--models", self.folder / "none", saying="none")

    def test_a_model_that_is_not_there_names_those_that_are(self):
        self.fail_with(1, "process", "a.mp4", "--model", "ocr=nobody", saying=["nobody", "tesseract-ocr@1"])

    def test_a_broken_configuration_names_the_line(self):
        config = self.folder / "v.yaml"
        config.write_text("detect:\n  fsp: 5\n")
        self.fail_with(2, "process", "a.mp4", "--config", config, saying=["v.yaml:2", "fsp", "fps"])


class BadOutput(Case):
    def test_full_disk(self):
        self.fail_with(1, "process", DEMO, "--out", "/dev/full", saying=["/dev/full", "space"])

    def test_full_standard_output(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([BINARY, "process", DEMO, "--out", "-"], stdout=full, stderr=subprocess.PIPE, text=True,
                                  env=environment(), timeout=300)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("standard output", done.stderr)

    def test_a_folder_that_is_not_there(self):
        self.fail_with(1, "process", DEMO, "--out", self.folder / "no/such/out.jsonl", saying="make the folder")

    def test_a_file_where_the_snapshots_should_go(self):
        (self.folder / "shots").touch()
        self.fail_with(1, "process", DEMO, "--snapshots", self.folder / "shots", saying="shots")


class LimitedDisk(Case):
    """Files that may not grow beyond a size stand in for a disk that fills up on the way."""

    def run_limited(self, limit_bytes, *arguments):
        done = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=300,
                              env=environment(), stdin=subprocess.DEVNULL,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes)))
        self.assertEqual(done.returncode, 1, done.stderr)
        return done

    def test_events_end_with_a_whole_line(self):
        self.succeed("process", DEMO, "--out", self.folder / "all.jsonl", "--discarded")
        out = self.folder / "out.jsonl"
        done = self.run_limited(5000, "process", DEMO, "--out", out, "--discarded", "--quiet")
        self.assertIn("out.jsonl", done.stderr)
        written, wanted = events_of(out), events_of(self.folder / "all.jsonl")
        self.assertGreater(len(written), 0)
        self.assertEqual(written, wanted[: len(written)])

    def test_what_cannot_be_written_is_not_tried_again_for_every_input(self):
        done = self.run_limited(10, "process", DEMO, DEMO, DEMO, "--out", self.folder / "o.jsonl", "--discarded",
                                "--quiet")
        self.assertIn("2 INPUT more not analysed", done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 2, done.stderr)

    def test_no_snapshot_is_half_written(self):
        shots = self.folder / "shots"
        self.run_limited(6000, "process", DEMO, "--snapshots", shots, "--discarded", "--quiet")
        for shot in shots.iterdir():
            data = shot.read_bytes()
            self.assertEqual((data[:2], data[-2:]), (b"\xff\xd8", b"\xff\xd9"), shot.name)

    def test_an_annotated_video_can_be_watched_up_to_the_end_that_came(self):
        video = self.folder / "a.mp4"
        done = self.run_limited(200_000, "process", DEMO, "--annotate", video, "--quiet")
        self.assertIn("a.mp4", done.stderr)
        probe = subprocess.run(["ffprobe", "-v", "quiet", "-count_frames", "-show_entries", "stream=nb_read_frames",
                                "-of", "csv=p=0", str(video)], capture_output=True, text=True, check=True)
        self.assertGreater(int(probe.stdout), 0)

    def test_metrics_say_so(self):
        clip = make_clip(self.folder / "clip.mp4", seconds=1)
        done = self.run_limited(100, "process", clip, "--metrics", self.folder / "m.prom", "--quiet")
        self.assertIn("m.prom", done.stderr)


class Configured(Case):
    def write_configuration(self, text):
        path = self.folder / "vedette.yaml"
        path.write_text(text)
        return path

    def test_a_camera_brings_its_own_input_and_secrets(self):
        clip = make_clip(self.folder / "clip.mp4", seconds=1)
        (self.folder / "where").write_text(str(clip) + "\n")
        path = self.write_configuration(f"cameras: {{ gate: {{ inputs: [{{ path: '${{file:{self.folder}/where}}' }}] }} }}\n")
        self.assertIn("gate: ", self.succeed("process", "--config", path, "--camera", "gate").stderr)

    def test_metrics_go_to_the_file_of_the_configuration(self):
        clip = make_clip(self.folder / "clip.mp4", seconds=1)
        path = self.write_configuration(f"telemetry: {{ metrics: {{ file: {self.folder}/m.prom }} }}\n")
        self.succeed("process", clip, "--config", path)
        self.assertRegex((self.folder / "m.prom").read_text(), r'pipeline_frames_decoded_total{camera="clip"} [1-9]')

    def test_too_little_memory_ends_with_one_clear_line(self):
        path = self.write_configuration("limits: { memory: 64MB }\n")
        clip = make_clip(self.folder / "clip.mp4", seconds=2, size="1920x1080")
        self.fail_with(1, "process", clip, "--config", path, saying=["clip.mp4", "limits.memory", "64MB"])


class Stopping(Case):
    def test_an_interrupt_keeps_whole_lines_and_ends_soon(self):
        clip = make_clip(self.folder / "long.mp4", seconds=120, size="640x360")
        out = self.folder / "out.jsonl"
        process = subprocess.Popen([BINARY, "process", str(clip), str(clip), str(clip), str(clip), "--out", str(out)],
                                   env=environment(), stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 60
        while not out.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 1, said)
        events_of(out)


class RealClips(Case):
    """With the models and clips beside the project."""

    def labels_in(self, clip, *arguments):
        out = self.folder / "out.jsonl"
        self.succeed("process", SHARED / "data/video" / clip, "--models", THIRD_PARTY, "--out", out, *arguments, timeout=600)
        return events_of(out)

    @needs_shared
    def test_vehicles_and_their_plates_at_a_toll_gate(self):
        events = self.labels_in("parkpow_cars.mp4")
        self.assertGreaterEqual(sum(event["label"] in ("car", "truck", "bus") for event in events), 3)
        read = {event["plate"]["resolved"] for event in events if "plate" in event}
        known = {row.split("\t")[1] for row in (SHARED / "data/video/plates.tsv").read_text().splitlines()[1:]
                 if row.startswith("parkpow")}
        self.assertGreaterEqual(len(read & known), 2, f"read {read}, known {known}")

    @needs_shared
    def test_each_picture_stands_for_itself(self):
        pictures = sorted((SHARED / "data/alpr/openalpr-eu").glob("*.jpg"))[:4]
        folder = self.folder / "pictures"
        folder.mkdir()
        for i, picture in enumerate(pictures):
            shutil.copy(picture, folder / f"{i}.jpg")
        out, one = self.folder / "out.jsonl", self.folder / "one.jsonl"
        self.succeed("process", folder, "--models", THIRD_PARTY, "--out", out, timeout=300)
        events = events_of(out)
        self.assertEqual({event["detections"] for event in events}, {1})
        self.assertEqual(len({event["media_offset_us"] for event in events}), len(pictures), "a sighting in every picture")
        self.assertTrue(any("plate" in event for event in events))
        self.succeed("process", pictures[0], "--models", THIRD_PARTY, "--out", one, timeout=300)
        self.assertEqual([event["box"] for event in events_of(one)],
                         [event["box"] for event in events if event["media_offset_us"] == 0])

    @needs_shared
    def test_people_crossing_a_room(self):
        events = self.labels_in("intel_one-by-one-person-detection.mp4")
        self.assertGreaterEqual(sum(event["label"] == "person" for event in events), 3)

    @needs_shared
    def test_a_still_corridor_is_quiet(self):
        self.assertLessEqual(len(self.labels_in("frigate_motion1.mp4")), 3)


if __name__ == "__main__":
    unittest.main()
