"""`vedette run` for tests that look at it from outside."""
import json
import re
import signal
import subprocess
import time
import urllib.request

from support import BINARY, environment


class Server:
    """A running server on a free port; ended with the test. Without `wait` it may not listen yet, and has no url."""

    def __init__(self, case, *arguments, wait=True, variables=None):
        self.data = case.folder / "data"
        self.messages = case.folder / "stderr.txt"
        with open(self.messages, "wb") as messages:
            self.process = subprocess.Popen(
                [BINARY, "run", *map(str, arguments), "--data", self.data, "--listen", "127.0.0.1:0"],
                stdout=subprocess.PIPE, stderr=messages, text=True, env=environment() | (variables or {}))
        case.addCleanup(self.end)
        if wait:
            self.listens(case)

    def listens(self, case):
        first = self.process.stdout.readline()
        found = re.search(r"http://\S+/", first)
        case.assertTrue(found, first + self.said())
        self.url = found.group(0)

    def said(self):
        return self.messages.read_text()

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=20) as answer:
            return json.load(answer)

    def text(self, path):
        with urllib.request.urlopen(self.url + path, timeout=20) as answer:
            return answer.read().decode()

    def metric(self, name):
        """The value of a metric that has no labels."""
        return float(re.search(rf"^{name} (\S+)$", self.text("metrics"), re.MULTILINE).group(1))

    def post(self, path):
        with urllib.request.urlopen(urllib.request.Request(self.url + path, method="POST"), timeout=60) as answer:
            return json.load(answer)

    def wait_for(self, path, holds, seconds=240):
        return wait_until(lambda: self.get(path), holds, path, seconds)

    def end(self, how=signal.SIGKILL):
        if self.process.poll() is None:
            self.process.send_signal(how)
        self.process.communicate(timeout=60)
        return self.process.returncode


def wait_until(look, holds, what, seconds=240):
    """What `look` gives as soon as it `holds`."""
    end = time.monotonic() + seconds
    while True:
        seen = look()
        if holds(seen):
            return seen
        if time.monotonic() > end:
            raise AssertionError(f"{what} stayed {seen}")
        time.sleep(0.2)
