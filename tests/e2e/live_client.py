"""Hears what `/ws/events` says, on a thread of its own, until the server is gone."""
import json
import threading
import urllib.parse

from websocket import WebSocket


class LiveClient:
    """`heard` grows by one message after the other; join() waits for the end of the connection."""

    def __init__(self, url):
        self.heard = []
        self._socket = WebSocket(urllib.parse.urljoin(url, "/ws/events"))
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def join(self):
        self._thread.join(timeout=60)
        self._socket.close()
        return self.heard

    def _listen(self):
        try:
            while True:
                self.heard.append(json.loads(self._socket.receive()))
        except OSError:
            pass  # the server is gone
