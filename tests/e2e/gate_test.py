"""`detect.gate: packet`: a camera on which nothing happens costs its key frames, and what comes is found all the same."""
import json
import signal
import subprocess
import unittest

from server_support import Server
from support import Case, events_of

IDLE_S = 30    # before the vehicle comes
CROSSING_S = 4


def idle_clip(path, seconds=IDLE_S + 12, codec=("-g", "50", "-bf", "0")):
    """A wall with the noise of a sensor; after IDLE_S something as large as a car crosses it."""
    box = f"[0][1]overlay=x='if(between(t,{IDLE_S},{IDLE_S + CROSSING_S}),(t-{IDLE_S})*{int(380 / CROSSING_S)}-60,-100)':y=90"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"color=c=gray:s=320x180:r=25:d={seconds}", "-f", "lavfi", "-i",
                    f"testsrc2=s=60x34:r=25:d={seconds}", "-filter_complex", box + ",noise=alls=6:allf=t:all_seed=7", "-c:v",
                    "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", *codec, str(path)], check=True,
                   stdin=subprocess.DEVNULL)
    return path


CONFIG = """
detect: {{ min_initialized: 2, max_disappeared: 10, stationary: {{ threshold: 10 }}, packet: {{ stay_awake: 3s }} }}
lpr: {{ enabled: false }}
models: {{ object: {{ id: none }} }}
record: {{ enabled: false }}
cameras:
  always: {{ inputs: [{{ path: '{clip}', loop: false }}] }}
  idle: {{ inputs: [{{ path: '{clip}', loop: false }}], detect: {{ gate: packet }} }}
"""


MOVES = "models: { object: { id: none } }\n"  # what crosses the picture is no vehicle


class Gate(Case):
    def test_an_idle_camera_is_nearly_free_and_finds_what_another_one_finds(self):
        config = self.folder / "vedette.yaml"
        config.write_text(CONFIG.format(clip=idle_clip(self.folder / "wall.mp4")))
        server = Server(self, "--config", config)
        server.wait_for("cameras/idle", lambda camera: camera["gate"]["asleep"], seconds=60)
        self.assertIn('pipeline_gate_asleep{camera="idle"} 1', server.text("metrics"))
        server.wait_for("cameras/idle", lambda camera: not camera["gate"]["asleep"], seconds=60)
        for name in ("always", "idle"):
            camera = server.wait_for(f"cameras/{name}", lambda camera: camera["state"] == "ended", seconds=60)
        self.assertEqual(camera["gate"]["mode"], "packet")
        self.assertEqual(camera["gate"]["packets"], (IDLE_S + 12) * 25)
        self.assertLess(camera["gate"]["decoded"], 0.8 * camera["gate"]["packets"])
        wakes = camera["gate"]["wakes"]
        self.assertGreaterEqual(wakes["sizes"] + wakes["picture"], 1)
        self.assertEqual(wakes["long_group"] + wakes["stream"], 0)
        self.assertEqual(server.get("cameras/always")["gate"], {"mode": "motion"})
        always, idle = (server.wait_for(f"events/recent?camera={name}", lambda answer: answer["events"], seconds=60)["events"]
                        for name in ("always", "idle"))
        self.assertEqual([event["label"] for event in always], ["moving"], "what crosses the picture is one sighting")
        self.assertEqual([event["label"] for event in idle], ["moving"], "a gate loses nothing")
        self.assertAlmostEqual(always[0]["detections"], idle[0]["detections"], delta=3, msg="looks at it")
        text = server.text("metrics")
        self.assertIn('pipeline_gate_asleep{camera="always"} 0', text)
        self.assertEqual(server.end(signal.SIGTERM), 0)

    def test_a_file_is_analysed_the_same_way_twice_and_finds_the_same(self):
        clip = idle_clip(self.folder / "wall.mp4", codec=("-g", "40", "-bf", "2"))
        config = self.folder / "vedette.yaml"
        config.write_text(MOVES + "lpr: { enabled: false }\ndetect: { gate: packet, packet: { stay_awake: 3s } }\n")
        outs = []
        for name in ("one", "two"):
            out = self.folder / f"{name}.jsonl"
            self.succeed("process", clip, "-q", "--config", config, "--out", out)
            outs.append(out.read_text())
        self.assertEqual(outs[0], outs[1])
        plain = self.folder / "plain.jsonl"
        self.succeed("process", clip, "-q", "--model", "object=none", "--out", plain)
        self.assertTrue(plain.read_text(), "what crosses the picture")
        gated, all_of_it = events_of(outs[0]), events_of(plain)
        self.assertEqual([event["label"] for event in gated], [event["label"] for event in all_of_it])
        self.assertEqual([event["first_seen"] for event in gated], [event["first_seen"] for event in all_of_it])

    def test_eval_gate_says_what_it_saves_and_what_it_costs(self):
        clip = idle_clip(self.folder / "wall.mp4")
        said = json.loads(self.succeed("eval", "gate", clip, "--model", "object=none", "--gates", "motion,packet", "--json").stdout)
        self.assertGreater(said["clips"][0]["gates"]["motion"]["sightings"], 0)
        gates = said["clips"][0]["gates"]
        self.assertEqual(gates["motion"]["pictures_decoded"], (IDLE_S + 12) * 25)
        self.assertEqual(gates["packet"]["packets"], (IDLE_S + 12) * 25)
        self.assertLess(gates["packet"]["packets_decoded"], gates["packet"]["packets"])
        self.assertEqual(gates["packet"]["of"], gates["motion"]["sightings"])
        self.assertEqual(gates["packet"]["missed"], 0)
        self.assertEqual(said["total"]["packet"]["missed"], 0)
        table = self.succeed("eval", "gate", clip, "--model", "object=none", "--gates", "motion,packet").stdout
        self.assertIn("wakes", table.splitlines()[0])
        self.assertEqual(len(table.splitlines()), 3)

    def test_a_changed_gate_restarts_that_camera_alone(self):
        config = self.folder / "vedette.yaml"
        text = CONFIG.format(clip=idle_clip(self.folder / "wall.mp4", seconds=8)).replace(", loop: false", "")
        config.write_text(text)
        server = Server(self, "--config", config)
        for name in ("always", "idle"):
            server.wait_for(f"cameras/{name}", lambda camera: camera["state"] == "online", seconds=60)
        since = server.get("cameras/always")["since"]
        config.write_text(text.replace("gate: packet", "gate: motion"))
        self.assertEqual(server.post("config/reload")["changed"], ["camera idle changed"])
        server.wait_for("cameras/idle", lambda camera: camera["gate"] == {"mode": "motion"}, seconds=60)
        self.assertEqual(server.get("cameras/always")["since"], since)

    def test_words_that_no_gate_has_are_refused(self):
        config = self.folder / "vedette.yaml"
        config.write_text("detect: { gate: packets, packet: { max_time: 1h, max_byte: 3MB } }\n")
        done = self.run_program("config", "check", config)
        self.assertNotEqual(done.returncode, 0)
        for word in ("packets", "max_time", "max_byte"):
            self.assertIn(word, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
