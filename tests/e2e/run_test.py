"""The server as people run it: cameras in, answers on HTTP out, nothing lost when it is killed."""
import signal
import unittest
import urllib.error
import urllib.request

from server_support import Server
from support import DEMO, Case


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

    def test_an_unknown_event_is_a_problem_document(self):
        server = Server(self, DEMO)
        with self.assertRaises(urllib.error.HTTPError) as refused:
            server.get("events/no.such.event")
        self.assertEqual(refused.exception.code, 404)
        self.assertIn("application/problem+json", refused.exception.headers["Content-Type"])
        refused.exception.close()


if __name__ == "__main__":
    unittest.main()
