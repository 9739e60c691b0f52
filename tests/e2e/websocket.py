"""A WebSocket for tests (RFC 6455): as much of it as servers on this machine need."""
import socket
import struct
import urllib.parse

UPGRADE = ("GET {} HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
MORE, TEXT, PING, PONG = 0, 1, 9, 10
FINAL = 0x80
MASK = b"\0\0\0\0"  # which leaves the bytes as they are


class WebSocket:
    def __init__(self, url, timeout=60):
        where = urllib.parse.urlsplit(url)
        self._socket = socket.create_connection((where.hostname, where.port), timeout=timeout)
        self._socket.sendall(UPGRADE.format(where.path, where.netloc).encode())
        self._stream = self._socket.makefile("rb")
        status = self._stream.readline()
        if b" 101 " not in status:
            raise ConnectionError(f"no WebSocket: {status!r}")
        while self._stream.readline() not in (b"\r\n", b""):
            pass

    def receive(self):
        """The next message. Raises OSError when the server is gone."""
        text = b""
        while True:
            first, second = self._exactly(2)
            size = second & 0x7F
            if size >= 126:
                size, = struct.unpack(*((">H", self._exactly(2)) if size == 126 else (">Q", self._exactly(8))))
            data = self._exactly(size)
            kind = first & 0x0F
            if kind == PING:
                self._send(PONG, data)
            elif kind in (TEXT, MORE):
                text += data
                if first & FINAL:
                    return text.decode()

    def send(self, text):
        self._send(TEXT, text.encode())

    def close(self):
        self._stream.close()
        self._socket.close()

    def _send(self, kind, data):
        if len(data) < 126:
            size = bytes([FINAL | len(data)])
        elif len(data) < 1 << 16:
            size = struct.pack(">BH", FINAL | 126, len(data))
        else:
            size = struct.pack(">BQ", FINAL | 127, len(data))
        self._socket.sendall(bytes([FINAL | kind]) + size + MASK + data)

    def _exactly(self, size):
        data = self._stream.read(size)
        if len(data) < size:
            raise ConnectionError("ended")
        return data
