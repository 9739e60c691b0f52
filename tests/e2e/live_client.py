"""A WebSocket client for tests: hears what `/ws/events` says, on a thread of its own, until the server is gone."""
import json
import socket
import struct
import threading
import urllib.parse

UPGRADE = ("GET /ws/events HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
TEXT, PING, PONG = 1, 9, 10


class LiveClient:
    """`heard` grows by one message after the other; join() waits for the end of the connection."""

    def __init__(self, url):
        host = urllib.parse.urlsplit(url).netloc
        name, port = host.rsplit(":", 1)
        self.heard = []
        self._socket = socket.create_connection((name, int(port)), timeout=60)
        self._socket.sendall(UPGRADE.format(host).encode())
        self._stream = self._socket.makefile("rb")
        status = self._stream.readline()
        if b" 101 " not in status:
            raise ConnectionError(f"no WebSocket: {status!r}")
        while self._stream.readline() not in (b"\r\n", b""):
            pass
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def join(self):
        self._thread.join(timeout=60)
        self._stream.close()
        self._socket.close()
        return self.heard

    def _exactly(self, size):
        data = self._stream.read(size)
        if len(data) < size:
            raise ConnectionError("ended")
        return data

    def _frame(self):
        first, second = self._exactly(2)
        size = second & 0x7F
        if size >= 126:
            size, = struct.unpack(*((">H", self._exactly(2)) if size == 126 else (">Q", self._exactly(8))))
        return first & 0x0F, self._exactly(size)

    def _listen(self):
        try:
            while True:
                kind, data = self._frame()
                if kind == TEXT:
                    self.heard.append(json.loads(data))
                elif kind == PING:
                    mask = b"\0\0\0\0"  # which leaves the bytes as they are
                    self._socket.sendall(bytes([0x80 | PONG, 0x80 | len(data)]) + mask + data)
        except OSError:
            pass  # the server is gone
