#!/usr/bin/env python3
"""Whether recording grows or loses: cameras by RTSP that fail at random for hours.

Each camera is reached through a relay of its own, which now and then hangs up, goes silent, refuses, sends garbage, or is
unreachable for a while. Every ten seconds memory, threads and descriptors are noted; at the end the index of recordings is
asked what it has, and what is missing outside the faults is told. A fault ends when the camera could be reached again and
`--recovery` seconds have passed: the longest wait between two attempts and the time to the next key frame. Garbage takes
more (`OPEN_TIMEOUT`): an answer that was made garbage never comes, and is waited for.
Prints JSON. Run by hand; needs GStreamer's RTSP server.

usage: recording_soak.py BINARY [--cameras N] [--minutes M] [--warm-up M] [--between S] [--kinds K...]
                         [--models DIR] [--log]
"""
import argparse
import asyncio
import contextlib
import datetime
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time

import soak
from measuring import SOURCE, end, free_port

DEBIAN_PYTHON = "/usr/bin/python3"  # it has `gi`
OPEN_TIMEOUT = 10  # seconds, of an input
KINDS = ("hang_up", "silent", "refuse", "garbage", "unreachable")


class Relay:
    """One camera's way to the RTSP server. `fault` is what is wrong with it, or None."""

    def __init__(self, port, target, kinds):
        self.port, self.target, self.kinds, self.fault, self.faults, self.pairs = port, target, kinds, None, [], set()

    async def serve(self):
        await asyncio.start_server(self.connect, "127.0.0.1", self.port)

    async def connect(self, client_in, client_out):
        if self.fault in ("refuse", "hang_up"):
            client_out.transport.abort()
            return
        while self.fault == "unreachable":  # takes the connection and says nothing
            await asyncio.sleep(0.1)
        try:
            camera_in, camera_out = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            client_out.transport.abort()
            return
        pair = (client_out, camera_out)
        self.pairs.add(pair)
        try:
            await asyncio.gather(self.pump(client_in, camera_out, False), self.pump(camera_in, client_out, True))
        finally:
            self.pairs.discard(pair)
            for out in pair:
                out.transport.abort()

    async def pump(self, source, target, to_client):
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                while self.fault in ("silent", "unreachable"):
                    await asyncio.sleep(0.1)
                if to_client and self.fault == "garbage":
                    data = random.randbytes(len(data))
                target.write(data)
                await target.drain()
        target.transport.abort()

    async def fail(self, kind, seconds):
        began = time.time()
        self.fault = kind
        if kind in ("hang_up", "refuse"):
            for pair in list(self.pairs):
                for out in pair:
                    out.transport.abort()
        await asyncio.sleep(seconds)
        self.fault = None
        self.faults.append({"kind": kind, "from": began, "to": time.time()})

    async def fail_at_random(self, between, chance):
        while True:
            await asyncio.sleep(chance.uniform(0.2, 1.8) * between)
            await self.fail(chance.choice(self.kinds), chance.uniform(0.1, 40))


class Cameras:
    """The RTSP server and the relays, on a thread of their own."""

    def __init__(self, options):
        self.server = subprocess.Popen([DEBIAN_PYTHON, str(SOURCE / "tools/testing/rtsp_server.py"), "none.mp4"],
                                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        target = int(self.server.stdout.readline().split()[1])
        self.relays = [Relay(free_port(), target, options.kinds) for _ in range(options.cameras)]
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        for i, relay in enumerate(self.relays):
            self.run(relay.serve()).result(10)
            self.run(self.begin_failing(relay, options, random.Random(options.seed * 1000 + i)))

    async def begin_failing(self, relay, options, chance):
        await asyncio.sleep(60)
        await relay.fail_at_random(options.between, chance)

    def run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop)

    async def give_up(self):
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    def close(self):
        self.run(self.give_up()).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        end(self.server)


class Server(soak.Soak):
    def __init__(self, options, cameras, folder):
        self.port = free_port()
        configuration = pathlib.Path(folder, "vedette.yaml")
        configuration.write_text(
            "detect: { gate: packet }\nlpr: { enabled: false }\nlimits: { max_cameras: 64 }\n"
            "record: { continuous: { days: 1 } }\ncameras:\n" + "".join(
                f"  c{i}: {{ stall_timeout: 5s, retry_interval: 2s, inputs: [{{ path: 'rtsp://127.0.0.1:{relay.port}/live' }}] }}\n"
                for i, relay in enumerate(cameras.relays)))
        self.process = subprocess.Popen(
            [options.binary, "run", "--config", str(configuration), "--data", f"{folder}/data", "--listen",
             f"127.0.0.1:{self.port}", *(["--models", options.models] if options.models else [])],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=open(options.messages, "w"))

    def recorded(self, camera):
        """From when to when there is something, seconds since 1970, in order."""
        path, spans = f"/recordings/{camera}/segments?limit=500", []
        while path:
            page = json.loads(self.get(path))
            spans += [[datetime.datetime.fromisoformat(one[key]).timestamp() for key in ("from", "to")] for one in page["segments"]]
            path = page["next"]  # a link
        return spans


def without(spans, holes):
    """What is in `spans` and in none of `holes`, both in order."""
    left = []
    for begin, stop in spans:
        for hole_begin, hole_end in holes:
            if hole_end <= begin or hole_begin >= stop:
                continue
            if hole_begin > begin:
                left.append((begin, hole_begin))
            begin = max(begin, hole_end)
        if begin < stop:
            left.append((begin, stop))
    return left


def cause_of(gap_began, faults):
    """The kind of the last fault before it."""
    before = [one for one in faults if one["from"] <= gap_began + 1]
    return max(before, key=lambda one: one["from"])["kind"] if before else "none"


def coverage(server, cameras, began, until, recovery):
    due = missing = 0
    gaps, after = [], dict.fromkeys((*KINDS, "none"), 0)
    for i, relay in enumerate(cameras.relays):
        faults = sorted((one["from"] - 1, one["to"] + recovery + (OPEN_TIMEOUT if one["kind"] == "garbage" else 0))
                        for one in relay.faults)
        expected = without([(began, until)], faults)
        lost = without(expected, server.recorded(f"c{i}"))
        due += sum(b - a for a, b in expected)
        missing += sum(b - a for a, b in lost)
        gaps += [(round(b - a, 2), f"c{i}", round(a - began, 1), cause_of(a, relay.faults)) for a, b in lost if b - a > 0.2]
        for a, b in lost:
            after[cause_of(a, relay.faults)] += b - a
    return {"due_hours": round(due / 3600, 3), "missing_s": round(missing, 2), "coverage": round(1 - missing / due, 7),
            "missing_s_after": {kind: round(lost, 2) for kind, lost in after.items()}, "longest": sorted(gaps, reverse=True)[:10]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--cameras", type=int, default=16)
    parser.add_argument("--minutes", type=float, default=125)
    parser.add_argument("--warm-up", type=float, default=15, help="minutes that don't count for memory")
    parser.add_argument("--between", type=float, default=240, help="seconds between two faults of a camera, on average")
    parser.add_argument("--recovery", type=float, default=5, help="seconds")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--models")
    parser.add_argument("--messages", default="/dev/null", help="file for what the server says")
    parser.add_argument("--log", action="store_true", help="print every look")
    options = parser.parse_args()
    if options.minutes <= options.warm_up:
        parser.error("--minutes must be more than --warm-up")
    cameras = Cameras(options)
    with tempfile.TemporaryDirectory() as folder:
        server = Server(options, cameras, folder)
        try:
            time.sleep(20)
            began = time.time()
            rows = soak.watch(server, options)
            time.sleep(30)  # what was sent is in segments, and these in the index
            covered = coverage(server, cameras, began, time.time() - 45, options.recovery)
        finally:
            ended = server.stop()
            cameras.close()
    steady = [row for row in rows if row[0] >= options.warm_up * 60]
    per_hour, error = soak.slope([(at, size) for at, size, *_ in steady])
    kinds = [one["kind"] for relay in cameras.relays for one in relay.faults]
    print(json.dumps({"cameras": options.cameras, "minutes": options.minutes, "mib_per_hour": round(per_hour, 3),
                      "plus_minus": round(error, 3), "rss_mib": [round(f(row[1] for row in steady), 1) for f in (min, max)],
                      "threads": [f(row[2] for row in steady) for f in (min, max)],
                      "descriptors": [f(row[3] for row in steady) for f in (min, max)],
                      "faults": {kind: kinds.count(kind) for kind in KINDS}, **covered, "exit": ended}, indent=2))


if __name__ == "__main__":
    sys.exit(main())
