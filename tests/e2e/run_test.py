"""The server as people run it: cameras in, answers on HTTP out, nothing lost when it is killed."""
import json
import os
import pathlib
import signal
import subprocess
import time
import unittest
import urllib.error
import urllib.request

from server_support import Server, wait_until
from support import BINARY, DEMO, Case, environment, make_clip


class Run(Case):
    def test_a_server_without_a_camera_says_so(self):
        self.fail_with(2, "run", "--data", self.folder, saying="there is no camera")

    def test_a_port_that_is_taken_is_named(self):
        server = Server(self, DEMO)
        port = server.url.rstrip("/").rsplit(":", 1)[1]
        self.fail_with(1, "run", DEMO, "--data", self.folder / "other", "--listen", f"127.0.0.1:{port}", saying=port)

    def test_a_folder_that_another_server_uses_is_refused(self):
        server = Server(self, DEMO)
        done = self.run_program("run", DEMO, "--data", server.data, "--listen", "127.0.0.1:0")
        self.assertEqual(done.returncode, 1)
        self.assertIn(str(server.data), done.stderr)

    def test_more_cameras_than_the_limit_are_refused(self):
        file = self.folder / "few.yaml"
        file.write_text("limits: { max_cameras: 1 }\n")
        self.fail_with(2, "run", "--config", file, "a.mp4", "b.mp4", saying=["limits.max_cameras", "2"])

    def test_two_cameras_of_one_name_are_refused(self):
        self.fail_with(2, "run", "north/gate.mp4", "south/gate.mp4", saying=["'gate'", "north/gate.mp4"])

    def test_a_video_that_is_played_once_ends(self):
        clip = make_clip(self.folder / "gate.mp4", seconds=1)
        server = Server(self, "--once", clip)
        server.wait_for("cameras/gate", lambda camera: camera["state"] == "ended", seconds=60)
        self.assertEqual(server.get("cameras/gate")["frames"], 25)
        self.assertEqual(server.end(signal.SIGTERM), 0)

    @unittest.skipUnless(os.environ.get("VEDETTE_EARLY_THREAD"), "the build makes the library; ctest says where it is")
    def test_signals_reach_it_though_a_library_has_a_thread_of_its_own(self):
        loaded = {"LD_PRELOAD": os.environ["VEDETTE_EARLY_THREAD"]}
        config = self.folder / "vedette.yaml"
        config.write_text(f"cameras: {{ street: {{ inputs: [{{ path: '{DEMO}' }}] }} }}\n")
        server = Server(self, "--config", config, variables=loaded)
        config.write_text("cameras: 7\n")
        server.process.send_signal(signal.SIGHUP)
        wait_until(server.said, lambda said: "cameras" in said, "the log", 60)
        self.assertEqual(server.get("health")["status"], "ok")
        self.assertEqual(server.end(signal.SIGTERM), 0)
        done = subprocess.Popen([BINARY, "process", DEMO, "--quiet"], env=environment() | loaded, stdin=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, text=True)
        self.addCleanup(done.stderr.close)
        time.sleep(1)
        done.send_signal(signal.SIGINT)
        self.assertNotEqual(done.wait(timeout=60), -signal.SIGINT)

    def test_without_a_model_no_engine_is_in_memory(self):
        server = Server(self, "--once", make_clip(self.folder / "gate.mp4", seconds=1), "--models", self.models_without_weights())
        server.wait_for("cameras/gate", lambda camera: camera["frames"] > 0, seconds=60)
        maps = pathlib.Path(f"/proc/{server.process.pid}/maps").read_text()
        self.assertIn("libavcodec", maps)
        self.assertNotRegex(maps, "backend-|openvino|onnxruntime")
        self.assertEqual(server.end(signal.SIGTERM), 0)

    def test_sightings_are_found_again_after_a_kill(self):
        self.succeed("process", DEMO, "--quiet")  # renders the clip, once
        server = Server(self, DEMO)
        self.assertEqual(server.get("health")["status"], "ok")
        server.wait_for("cameras", lambda answer: answer["cameras"][0]["state"] == "online")
        before = server.wait_for("events/recent", lambda answer: len(answer["events"]) >= 2)["events"]
        with urllib.request.urlopen(server.url + "cameras/demo-street/latest.jpg", timeout=20) as picture:
            self.assertEqual(picture.read(2), b"\xff\xd8")
        server.end(signal.SIGKILL)
        again = Server(self, DEMO)
        for event in before:
            self.assertEqual(again.get("events/" + event["event_id"])["event_id"], event["event_id"])
        self.assertEqual(again.end(signal.SIGTERM), 0)

    def test_more_memory_than_allowed_is_told_once(self):
        config = self.folder / "vedette.yaml"
        config.write_text("limits: { memory: 64MB }\n")  # less than it needs
        server = Server(self, "--config", config, make_clip(self.folder / "gate.mp4", seconds=1))
        server.wait_for("cameras/gate", lambda camera: camera["frames"] > 0, seconds=60)
        wait_until(server.said, lambda said: "more memory is in use than limits.memory allows" in said, "the log", 60)
        with urllib.request.urlopen(server.url + "metrics", timeout=20) as answer:
            self.assertIn("\napp_memory_short 1\n", answer.read().decode())
        with self.assertRaises(urllib.error.HTTPError) as not_ready:
            server.get("ready")
        memory = next(check for check in json.load(not_ready.exception)["checks"] if check["name"] == "memory")
        self.assertFalse(memory["well"])
        self.assertEqual(server.end(signal.SIGTERM), 0)
        self.assertEqual(server.said().count("doing without pictures"), 1)
        told = self.succeed("replay", "--data", server.data).stdout
        self.assertEqual(told.count('"type":"node.memory_short"'), 1)

    def test_an_unknown_event_is_a_problem_document(self):
        server = Server(self, DEMO)
        with self.assertRaises(urllib.error.HTTPError) as refused:
            server.get("events/no.such.event")
        self.assertEqual(refused.exception.code, 404)
        self.assertIn("application/problem+json", refused.exception.headers["Content-Type"])
        refused.exception.close()


if __name__ == "__main__":
    unittest.main()
