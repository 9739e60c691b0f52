#!/usr/bin/python3
"""A camera on loopback that fails when it is told to: RTSP with pictures over TCP, for tests.

usage: faulty_camera.py CLIP.h264|CLIP.h265...

Serves each clip (Annex B, 25 pictures a second) over and over at rtsp://127.0.0.1:PORT/NAME, NAME being the file's without
its ending. Prints "ready PORT", then reads commands from stdin, a line each, and answers each with "ok" and what there is
to say. It ends with its stdin.

  NAME drop             ends its connections
  NAME reset            the same, as a machine does that has forgotten them (RST)
  NAME stall            sends nothing more on them, and goes on answering requests
  NAME half-open        neither reads nor writes them any more, and leaves them open: the camera lost its power
  NAME garbage N        the next N pictures are noise, in packets as they should be
  NAME noise N          N bytes of noise in between: what follows is no packets any more
  NAME jump SECONDS     its clock is set: time stamps jump; on connections that are open and on later ones
  NAME clip OTHER       goes on with the pictures of another clip; a caller is only told if he comes after that
  NAME refuse           drops, and answers 503 until `well`
  NAME silent           drops, then takes connections and answers nothing until `well`
  NAME flap N PICTURES  drops, and gives each of the next N callers so many pictures at once before it drops him
  NAME well             whatever was to last is over
  NAME count            how many connections there are, how many were ever played, how many flaps are left
"""
import asyncio
import base64
import os
import pathlib
import random
import socket
import struct
import sys

RATE = 25
CLOCK = 90_000
LARGEST = 1400  # bytes of a packet's payload
SILENCE = 3600


class Clip:
    """The pictures of a file: each a list of NAL units, the first one a key frame with its parameter sets."""

    def __init__(self, path):
        self.hevc = path.suffix in (".h265", ".hevc")
        units = [unit for unit in path.read_bytes().replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if unit]
        self.parameter_sets, self.pictures, waiting = [], [], []
        for unit in units:
            if self.is_parameter_set(unit) and unit not in self.parameter_sets:
                self.parameter_sets.append(unit)
            if self.begins_picture(unit):
                self.pictures.append(waiting + [unit])
                waiting = []
            elif self.is_slice(unit):
                self.pictures[-1].append(unit)
            else:
                waiting.append(unit)

    def kind(self, unit):
        return unit[0] >> 1 & 63 if self.hevc else unit[0] & 31

    def is_slice(self, unit):
        return self.kind(unit) < 32 if self.hevc else self.kind(unit) in (1, 5)

    def begins_picture(self, unit):
        return self.is_slice(unit) and unit[2 if self.hevc else 1] & 0x80

    def is_parameter_set(self, unit):
        return self.kind(unit) in ((32, 33, 34) if self.hevc else (7, 8))

    def sdp(self):
        sets = [base64.b64encode(one).decode() for one in self.parameter_sets]
        if self.hevc:
            names = {32: "sprop-vps", 33: "sprop-sps", 34: "sprop-pps"}
            form = "; ".join(f"{names[self.kind(one)]}={text}" for one, text in zip(self.parameter_sets, sets))
        else:
            form = "packetization-mode=1;sprop-parameter-sets=" + ",".join(sets)
        return ("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=faulty\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\n"
                f"a=rtpmap:96 {'H265' if self.hevc else 'H264'}/{CLOCK}\r\na=fmtp:96 {form}\r\n"
                f"a=framerate:{RATE}\r\na=control:track1\r\n")

    def payloads(self, picture):
        """What goes into the packets of a picture; large units in fragments (RFC 6184 FU-A, RFC 7798 FU)."""
        for unit in picture:
            if len(unit) <= LARGEST:
                yield unit
                continue
            head = 2 if self.hevc else 1
            indicator = bytes([unit[0] & 0x81 | 49 << 1, unit[1]]) if self.hevc else bytes([unit[0] & 0xE0 | 28])
            rest = unit[head:]
            for at in range(0, len(rest), LARGEST):
                ends = (0x80 if at == 0 else 0) | (0x40 if at + LARGEST >= len(rest) else 0)
                yield indicator + bytes([ends | self.kind(unit)]) + rest[at:at + LARGEST]

    def noise(self, picture):
        head = 2 if self.hevc else 1
        return [unit[:head] + random.randbytes(len(unit) - head) for unit in picture]


class Camera:
    """What is served at one path, and what is wrong with it."""

    def __init__(self, clip):
        self.clip = clip
        self.callers = set()
        self.played = 0
        self.refuses = self.is_silent = False
        self.flaps = self.flap_pictures = 0
        self.garbage = 0
        self.jumped = 0

    def command(self, clips, word, *values):
        if word in ("drop", "refuse", "silent", "flap"):
            self.end_all()
        if word == "refuse":
            self.refuses = True
        elif word == "silent":
            self.is_silent = True
        elif word == "flap":
            self.flaps, self.flap_pictures = int(values[0]), int(values[1])
        elif word == "well":
            self.refuses = self.is_silent = False
            self.flaps = 0
        elif word == "reset":
            for caller in self.callers:
                caller.reset()
        elif word in ("stall", "half-open"):
            for caller in self.callers:
                caller.stalled = True
                caller.deaf = word == "half-open"
        elif word == "garbage":
            self.garbage = int(values[0])
        elif word == "noise":
            for caller in self.callers:
                caller.writer.write(random.randbytes(int(values[0])).replace(b"$", b"#"))
        elif word == "jump":
            self.jumped += float(values[0])
        elif word == "clip":
            self.clip = clips[values[0]]
        elif word == "count":
            return f"{len(self.callers)} {self.played} {self.flaps}"
        elif word != "drop":
            raise ValueError(word)
        return ""

    def end_all(self):
        for caller in list(self.callers):
            caller.writer.close()


class Caller:
    """One connection."""

    def __init__(self, cameras, reader, writer):
        self.cameras, self.reader, self.writer = cameras, reader, writer
        self.camera = None
        self.player = None
        self.stalled = self.deaf = False
        self.number = random.randrange(65536)

    async def serve(self):
        try:
            while True:
                first = await self.reader.readexactly(1)
                while self.deaf:
                    await asyncio.sleep(SILENCE)
                if first == b"$":  # the caller's own reports
                    _, size = struct.unpack("!BH", await self.reader.readexactly(3))
                    await self.reader.readexactly(size)
                    continue
                head = (first + await self.reader.readuntil(b"\r\n\r\n")).decode()
                if not await self.answer(*head.split("\r\n")[0].split(" ")[:2], head):
                    return
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            pass
        finally:
            self.end()

    def end(self):
        if self.player:
            self.player.cancel()
        if self.camera:
            self.camera.callers.discard(self)
        self.writer.close()

    def reset(self):
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.close()

    async def answer(self, method, url, head):
        """\\return whether the connection goes on"""
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head.split("\r\n")[1:])}
        name = url.split("/")[3].split("?")[0] if url.count("/") >= 3 else ""
        self.camera = self.cameras.get(name, self.camera)
        if self.camera and method != "TEARDOWN":
            self.camera.callers.add(self)
        if self.camera and self.camera.is_silent:
            await asyncio.sleep(SILENCE)
        status, more, body = "200 OK", {}, ""
        if not self.camera:
            status = "404 Not Found"
        elif self.camera.refuses:
            status = "503 Service Unavailable"
        elif method == "OPTIONS":
            more["Public"] = "OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN"
        elif method == "DESCRIBE":
            body = self.camera.clip.sdp()
            more = {"Content-Type": "application/sdp", "Content-Base": url.rstrip("/") + "/"}
        elif method == "SETUP" and "TCP" not in fields.get("transport", ""):
            status = "461 Unsupported Transport"
        elif method == "SETUP":
            more["Transport"] = "RTP/AVP/TCP;unicast;interleaved=0-1"
        lines = [f"RTSP/1.0 {status}", f"CSeq: {fields.get('cseq', '0')}", "Session: 4711;timeout=60"]
        lines += [f"{key}: {value}" for key, value in more.items()]
        lines += [f"Content-Length: {len(body)}"] if body else []
        self.writer.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode())
        if method == "PLAY" and status == "200 OK" and not self.player:
            self.camera.played += 1
            self.player = asyncio.create_task(self.play())
        return method != "TEARDOWN" and status == "200 OK"

    async def play(self):
        camera, clock = self.camera, asyncio.get_running_loop().time
        flap = camera.flap_pictures if camera.flaps > 0 else 0
        camera.flaps -= 1 if flap else 0
        clip, at, began = camera.clip, 0, clock()
        stamp = random.randrange(1 << 32)
        try:
            for count in range(1 << 40):
                if clip is not camera.clip:
                    clip, at = camera.clip, 0
                if not self.stalled:
                    await self.send(clip, clip.pictures[at % len(clip.pictures)],
                                    stamp + int((count / RATE + camera.jumped) * CLOCK))
                at += 1
                if flap and count + 1 >= flap:
                    break
                if not flap:
                    await asyncio.sleep(max(0, began + (count + 1) / RATE - clock()))
        except OSError:
            pass
        self.writer.close()

    async def send(self, clip, picture, stamp):
        if self.camera.garbage > 0:
            self.camera.garbage -= 1
            picture = clip.noise(picture)
        payloads = list(clip.payloads(picture))
        for payload in payloads:
            self.number = (self.number + 1) % 65536
            marker = 0x80 if payload is payloads[-1] else 0
            head = struct.pack("!BBHII", 0x80, marker | 96, self.number, stamp % (1 << 32), 4711)
            self.writer.write(struct.pack("!BBH", 0x24, 0, len(head) + len(payload)) + head + payload)
        await self.writer.drain()


async def main():
    clips = {path.stem: Clip(path) for path in map(pathlib.Path, sys.argv[1:])}
    cameras = {name: Camera(clip) for name, clip in clips.items()}
    server = await asyncio.start_server(lambda *streams: Caller(cameras, *streams).serve(), "127.0.0.1", 0)
    print("ready", server.sockets[0].getsockname()[1], flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        name, *words = line.split()
        print("ok", cameras[name].command(clips, *words), flush=True)
    os._exit(0)  # whoever still calls is left alone


if __name__ == "__main__":
    asyncio.run(main())
