"""A whole server over made-up cameras and events, for the tests of the API."""
import http.client
import json
import pathlib
import subprocess
import unittest

import support

DEMO = pathlib.Path(support.BUILD) / "bin/vedette_api_demo"

needs_demo = unittest.skipUnless(DEMO.exists(), f"{DEMO} was not built")


class Server(unittest.TestCase):
    """Starts it once for all tests of a class."""

    @classmethod
    def setUpClass(cls):
        cls.process = subprocess.Popen([DEMO, "--events", "60"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        cls.addClassCleanup(cls.stop)
        cls.address = cls.process.stdout.readline().strip()
        cls.port = int(cls.address.rsplit(":", 1)[1])

    @classmethod
    def stop(cls):
        cls.process.stdin.close()  # which ends it
        status = cls.process.wait(timeout=60)
        cls.process.stdout.close()
        if status != 0:
            raise AssertionError(f"the server ended with {status}")

    def ask(self, method, target, headers=None, body=None):
        """-> status, headers (lower case), body"""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, target, body=body, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def get_json(self, target):
        status, _, body = self.ask("GET", target)
        self.assertEqual(status, 200, f"{target}: {body[:300]}")
        return json.loads(body)
