"""A camera that can't see what it was set up to see is told of: from the configuration to the event and the API."""
import json
import signal
import subprocess
import unittest

from server_support import Server
from support import SHARED, SOURCE, Case

CLEAR_S = 30
COVERED_S = 14


def clip(path, group=25, covered=True):
    """A test picture with the noise of a sensor; after CLEAR_S it is grey for COVERED_S, then as before."""
    cover = f"drawbox=c=0x808080:t=fill:enable='between(t,{CLEAR_S},{CLEAR_S + COVERED_S})'" if covered else "null"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"smptehdbars=s=320x180:r=5:d={CLEAR_S + COVERED_S + 16}",
                    "-vf", f"drawgrid=w=31:h=29:t=3:c=black,{cover},noise=alls=4:allf=t:all_seed=7", "-c:v", "libx264", "-preset",
                    "ultrafast", "-pix_fmt", "yuv420p", "-g", str(group), "-bf", "0", str(path)],
                   check=True, stdin=subprocess.DEVNULL)
    return path


CONFIG = """
record: {{ enabled: false }}
lpr: {{ enabled: false }}
tamper: {{ enabled: true, min_duration: 4s, settle: 0s }}
cameras:
  plain: {{ inputs: [{{ path: '{clip}', loop: false }}] }}
  idle: {{ inputs: [{{ path: '{clip}', loop: false }}], detect: {{ gate: packet, packet: {{ stay_awake: 2s }} }} }}
  deaf: {{ inputs: [{{ path: '{clip}', loop: false }}], tamper: {{ enabled: false }} }}
"""


class Tamper(Case):
    def test_a_covered_camera_is_told_and_that_it_is_over(self):
        config = self.folder / "vedette.yaml"
        config.write_text(CONFIG.format(clip=clip(self.folder / "clip.mp4", group=5)))
        server = Server(self, "--config", config)
        for name in ("plain", "idle"):
            seen = server.wait_for(f"cameras/{name}", lambda camera: camera["tamper"]["state"] == "tampered", seconds=120)
            self.assertEqual(seen["tamper"]["kind"], "uniform", name)
            self.assertLess(seen["tamper"]["detail"], 0.3)
            self.assertIn(f'pipeline_camera_tampered{{camera="{name}",kind="uniform"}} 1', server.text("metrics"))
        for name in ("plain", "idle"):
            server.wait_for(f"cameras/{name}", lambda camera: camera["tamper"]["state"] == "ok", seconds=120)
        self.assertEqual(server.get("cameras/deaf")["tamper"], {"state": "off"})
        self.assertEqual(server.end(signal.SIGTERM), 0)
        schema = json.loads((SOURCE / "schema/camera_tampered.v1.json").read_text())
        for name in ("plain", "idle", "deaf"):
            told = [json.loads(line) for line in
                    self.succeed("replay", "--data", self.folder / "data", "--kind", "camera", "--camera", name).stdout.splitlines()]
            told = [event for event in told if event["type"] in schema["properties"]["type"]["enum"]]
            self.assertEqual([event["type"] for event in told],
                             [] if name == "deaf" else ["camera.tampered", "camera.tamper_ended"])
            for event in told:
                self.assertEqual([key for key in schema["required"] if key not in event], [])
                self.assertEqual([key for key in event if key not in schema["properties"]], [])
                self.assertEqual(event["kind"], "uniform")
            if told:
                self.assertEqual(told[0]["since"], told[1]["since"])
                self.assertFalse(told[1]["accepted"])
        self.assertIn("can't see what it was set up to see", server.said())

    def test_words_that_it_does_not_have_are_refused(self):
        config = self.folder / "vedette.yaml"
        config.write_text("tamper: { sensitivity: 3, min_duration: 1s, colour: true }\n")
        done = self.run_program("config", "check", config)
        self.assertNotEqual(done.returncode, 0)
        for word in ("sensitivity", "min_duration", "colour"):
            self.assertIn(word, done.stdout + done.stderr)

    @unittest.skipUnless((SHARED / "data/video").is_dir(), f"no shared data at {SHARED} (VEDETTE_SHARED)")
    def test_nothing_is_made_up_on_clips_of_real_cameras(self):
        clips = sorted(path for path in (SHARED / "data/video").iterdir() if path.suffix in (".mp4", ".avi"))
        self.assertGreater(len(clips), 3)
        said = json.loads(self.succeed("eval", "tamper", *clips, "--step", "0.5", "--trial", "nothing", "--json").stdout)
        self.assertEqual(said["total"]["false_alarms"], 0, said)
        self.assertGreater(said["total"]["watched_h"], 0.5)

    def test_eval_tamper_says_what_is_found(self):
        said = json.loads(self.succeed("eval", "tamper", clip(self.folder / "clip.mp4", covered=False), "--trial", "cap on", "--json").stdout)
        self.assertEqual(said["trials"]["cap on the lens"]["found"], 1)
        self.assertEqual(said["trials"]["cap on the lens"]["to_be_told"], "black")
        table = self.succeed("eval", "tamper", self.folder / "clip.mp4", "--trial", "cap on").stdout
        self.assertIn("1 of 1 found, 0 false alarms", table)
        self.fail_with(2, "eval", "tamper", self.folder / "clip.mp4", "--trial", "cap_on", saying="no trial has 'cap_on'")
        self.fail_with(2, "eval", "tamper", self.folder / "clip.mp4", "--trial", "cap on", "--hours", "1", saying="go on for hours")
        self.fail_with(1, "eval", "tamper", self.folder / "none.mp4", saying="none.mp4")
        hours = json.loads(self.succeed("eval", "tamper", self.folder / "clip.mp4", "--trial", "lightning", "--hours", "0.2",
                                        "--json").stdout)
        self.assertAlmostEqual(hours["total"]["watched_h"], 0.2, delta=0.1)


if __name__ == "__main__":
    unittest.main()
