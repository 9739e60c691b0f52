"""The configuration is read again while the server runs: by SIGHUP and by the API, and only what changed restarts."""
import json
import signal
import socket
import subprocess
import unittest
import urllib.error
import urllib.request

from server_support import Server, wait_until
from support import BINARY, Case, environment

SCENE = "demo://street?seed=7&seconds=4&width=320&height=180&time=day"


def cameras_of(names, fps=2):
    """A configuration with these cameras, `fps` being that of the last one."""
    lines = ["logger: { default: info }", "cameras:"]
    for name in names:
        rate = fps if name == names[-1] else 2
        lines.append(f"  {name}: {{ inputs: [{{ path: \"{SCENE}\" }}], detect: {{ fps: {rate} }} }}")
    return "\n".join(lines) + "\n"


class Reload(Case):
    def setUp(self):
        super().setUp()
        self.succeed("process", SCENE, "--quiet")  # renders the clip, once
        self.file = self.folder / "vedette.yaml"
        self.file.write_text(cameras_of(["gate", "yard"]))
        self.server = Server(self, "--config", self.file)
        self.server.wait_for("cameras", lambda answer: all(one["frames"] > 0 for one in answer["cameras"]))

    def names(self):
        return [one["id"] for one in self.server.get("cameras")["cameras"]]

    def camera(self, name):
        return self.server.get("cameras/" + name)

    def by_signal(self):
        self.server.process.send_signal(signal.SIGHUP)

    def by_api(self):
        return self.server.post("config/reload")["changed"]

    def becomes(self, *names):
        wait_until(self.names, lambda seen: seen == list(names), "cameras", 60)

    def assert_went_on(self, before):
        """The camera runs as it did: since the same moment, its counters from where they were."""
        now = self.camera(before["id"])
        self.assertEqual((now["state"], now["since"]), ("online", before["since"]))
        self.assertGreaterEqual(now["frames"], before["frames"])
        wait_until(lambda: self.camera(before["id"])["frames"], lambda frames: frames > now["frames"], "frames", 60)

    def test_a_signal_adds_changes_and_removes_cameras(self):
        gate = self.camera("gate")
        self.file.write_text(cameras_of(["gate", "yard", "lane"]))
        self.by_signal()
        self.becomes("gate", "yard", "lane")
        lane = self.server.wait_for("cameras/lane", lambda one: one["frames"] > 0)
        yard = self.camera("yard")
        self.file.write_text(cameras_of(["gate", "yard", "lane"], fps=4))
        self.by_signal()
        self.server.wait_for("cameras/lane", lambda one: one["state"] == "online" and one["since"] != lane["since"])
        self.file.write_text(cameras_of(["gate", "yard"]))
        self.by_signal()
        self.becomes("gate", "yard")
        self.assert_went_on(gate)
        self.assert_went_on(yard)
        for change in ("camera lane added", "camera lane changed", "camera lane removed"):
            self.assertIn(change, self.server.said())

    def test_the_api_does_the_same_and_tells_what_changed(self):
        gate = self.camera("gate")
        self.file.write_text(cameras_of(["gate", "lane"], fps=4))
        self.assertEqual(self.by_api(), ["camera lane added", "camera yard removed"])
        self.file.write_text(cameras_of(["gate", "lane"], fps=5))
        self.assertEqual(self.by_api(), ["camera lane changed"])
        self.assertEqual(self.by_api(), [])
        self.becomes("gate", "lane")
        self.assert_went_on(gate)

    def test_what_only_counts_at_the_start_is_named(self):
        self.file.write_text(cameras_of(["gate", "yard"]) + "limits: { worker_threads: 2 }\n")
        self.assertEqual(self.by_api(), ["limits.worker_threads changed: counts from the next start"])

    def test_shorter_retention_is_applied_at_once(self):
        self.file.write_text(cameras_of(["gate"]) + "sites: { home: { cameras: [gate] } }\n")
        self.assertEqual(self.by_api(), ["camera gate changed", "camera yard removed"])
        found = self.server.wait_for("events/camera/gate", lambda answer: any(
            event["event_id"].startswith("home.gate.") for event in answer["events"]))["events"]
        self.file.write_text(self.file.read_text() + "privacy: { retain: { plates: 1s } }\n")
        self.assertEqual(self.by_api(), ["retention changed"])
        wait_until(lambda: self.status_of("events/" + found[0]["event_id"]), lambda status: status == 404, "status", 60)
        wait_until(lambda: self.status_of("snapshots/" + found[0]["snapshot"].replace("/", "%2F")),
                   lambda status: status == 404, "status", 60)

    def status_of(self, path):
        try:
            with urllib.request.urlopen(self.server.url + path, timeout=20) as answer:
                return answer.status
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code

    def test_a_bad_file_is_refused_and_everything_goes_on(self):
        gate, yard = self.camera("gate"), self.camera("yard")
        self.file.write_text(cameras_of(["gate"]) + "detect: { fps: fast }\nlpr: { enabeld: true }\n")
        self.by_signal()
        wait_until(self.server.said, lambda said: "is refused" in said, "stderr", 60)
        for words in ("detect.fps", "enabeld"):
            self.assertIn(words, self.server.said())
        with self.assertRaises(urllib.error.HTTPError) as refused:
            self.by_api()
        self.assertEqual(refused.exception.code, 400)
        self.assertIn("detect.fps", json.load(refused.exception)["detail"])
        self.file.write_text(cameras_of(["gate", "yard", "lane"]) + "limits: { max_cameras: 2 }\n")
        with self.assertRaises(urllib.error.HTTPError) as refused:
            self.by_api()
        self.assertEqual(refused.exception.code, 400)
        self.assertIn("limits.max_cameras: allows 2 cameras, and 3 are enabled", json.load(refused.exception)["detail"])
        self.file.unlink()
        with self.assertRaises(urllib.error.HTTPError) as refused:
            self.by_api()
        self.assertEqual(refused.exception.code, 400)
        refused.exception.close()
        self.assertEqual(self.names(), ["gate", "yard"])
        self.assert_went_on(gate)
        self.assert_went_on(yard)
        self.assertEqual(self.server.end(signal.SIGTERM), 0)


class Hangup(Case):
    def test_another_command_ends_when_its_terminal_goes(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            silent.settimeout(60)
            process = subprocess.Popen([BINARY, "process", f"rtsp://127.0.0.1:{silent.getsockname()[1]}/x"],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment())
            self.addCleanup(process.kill)
            with silent.accept()[0]:  # it waits for an answer that never comes
                process.send_signal(signal.SIGHUP)
                _, said = process.communicate(timeout=10)
        self.assertEqual(process.returncode, 1)
        self.assertIn("stopped", said)


if __name__ == "__main__":
    unittest.main()
