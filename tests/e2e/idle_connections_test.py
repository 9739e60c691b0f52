"""Ten thousand clients that connect and say nothing more: others are served, memory stays bounded, and all is well again
when they are gone."""
import http.client
import json
import re
import resource
import selectors
import socket
import time
import unittest
import urllib.request

from server_support import Server, wait_until
from support import Case, make_clip

MOST = 10_000  # api::ApiLimits::connections
KEPT_FREE = 20  # for others
BYTES_EACH = 8_192  # a seat with its socket; about 1 kB was measured
SLOWEST_S = 5  # of an answer: generous, for machines under load
REQUEST = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"


def allow_files(count):
    """-> whether this process may have so many open"""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count:
        return False
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count), hard))
    return True


class IdleConnections(Case):
    def setUp(self):
        super().setUp()
        self.server = Server(self, make_clip(self.folder / "gate.mp4", seconds=1), "--models", self.models_without_weights())
        self.port = int(self.server.url.rstrip("/").rsplit(":", 1)[1])
        self.clients = []
        self.addCleanup(self.hang_up)

    def hang_up(self):
        for client in self.clients:
            client.close()
        self.clients.clear()

    def measured(self, name):
        with urllib.request.urlopen(self.server.url + "metrics", timeout=60) as answer:
            return float(re.search(rf"^{re.escape(name)} (\S+)$", answer.read().decode(), re.M).group(1))

    def connect(self, count):
        """So many clients that had one answer and keep their connection."""
        waiting = selectors.DefaultSelector()
        for _ in range(count):
            client = socket.create_connection(("127.0.0.1", self.port), timeout=60)
            client.sendall(REQUEST)
            self.clients.append(client)
            waiting.register(client, selectors.EVENT_READ)
        while waiting.get_map():
            ready = waiting.select(timeout=60)
            self.assertTrue(ready, "nobody was answered for a minute")
            for key, _ in ready:
                self.assertTrue(key.fileobj.recv(4096).startswith(b"HTTP/1.1 200 "))
                waiting.unregister(key.fileobj)
        waiting.close()

    def fill(self):
        """Takes every seat that is left; those of clients that have gone are free a moment later."""
        end = time.monotonic() + 60
        while len(self.clients) < MOST:
            self.assertLess(time.monotonic(), end, f"only {len(self.clients)} were let in")
            client = socket.create_connection(("127.0.0.1", self.port), timeout=60)
            client.sendall(REQUEST)
            if client.recv(4096).startswith(b"HTTP/1.1 200 "):
                self.clients.append(client)
            else:
                client.close()
                time.sleep(0.05)

    def ask(self):
        """-> status, problem, seconds, of a client of its own"""
        began = time.monotonic()
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            client.request("GET", "/cameras")
            answer = client.getresponse()
            return answer.status, json.loads(answer.read()), time.monotonic() - began
        finally:
            client.close()

    @unittest.skipUnless(allow_files(MOST + 1_000), f"{MOST + 1_000} open files are not allowed here (ulimit -Hn)")
    def test_ten_thousand_of_them_harm_nobody(self):
        before = self.measured("process_resident_memory_bytes")
        self.connect(MOST - KEPT_FREE)
        # An answer of a moment ago may be given again, and a quick machine connects them all in that moment.
        wait_until(lambda: self.measured("api_connections"), lambda open_now: open_now >= MOST - KEPT_FREE,
                   "connections open", 60)
        for _ in range(50):
            status, _, seconds = self.ask()
            self.assertEqual(status, 200)
            self.assertLess(seconds, SLOWEST_S)
        grown = self.measured("process_resident_memory_bytes") - before
        self.assertLess(grown, MOST * BYTES_EACH)
        self.fill()
        status, problem, seconds = self.ask()
        self.assertEqual((status, problem["code"]), (503, "resource_exhausted"))
        self.assertIn("as many connections as it allows", problem["detail"])
        self.assertLess(seconds, SLOWEST_S)
        self.hang_up()
        wait_until(self.ask, lambda answer: answer[0] == 200, "the server full", 60)
        wait_until(lambda: self.measured("api_connections"), lambda open_now: open_now < 10, "connections open", 60)
        self.assertGreaterEqual(self.measured('api_connections_refused_total{reason="full"}'), 1)


if __name__ == "__main__":
    unittest.main()
