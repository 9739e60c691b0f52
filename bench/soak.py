#!/usr/bin/env python3
"""Whether `vedette run` grows: looped cameras for an hour or more, its memory, threads and descriptors all the while.

Every ten seconds /stats, /metrics and the recent events are asked for, as a dashboard would, and the resident size is
noted. Prints, as JSON, the slope of the line through the sizes after the warm-up (least squares) with the 95 % interval
of its error, the smallest and largest size, and what was done in that time. Run by hand; not part of `./dev bench`.

usage: soak.py BINARY --clip FILE [--clip FILE ...] [--cameras N] [--minutes M] [--warm-up M] [--models DIR] [--data DIR]
"""
import argparse
import json
import math
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

from measuring import free_port

PERIOD_S = 10


def slope(points):
    """MiB an hour and the half width of its 95 % interval, by least squares over (seconds, MiB)."""
    n = len(points)
    mean_x = sum(x for x, _ in points) / n
    mean_y = sum(y for _, y in points) / n
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    rise = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    left = sum((y - mean_y - rise * (x - mean_x)) ** 2 for x, y in points)
    error = math.sqrt(left / (n - 2) / spread) if n > 2 else math.inf
    return rise * 3600, 1.96 * error * 3600


class Soak:
    def __init__(self, options, folder):
        self.port = free_port()
        configuration = pathlib.Path(folder, "vedette.yaml")
        configuration.write_text("cameras:\n" + "".join(
            f"  camera-{i}: {{ inputs: [{{ path: '{options.clip[i % len(options.clip)].resolve()}' }}] }}\n"
            for i in range(options.cameras)))
        self.process = subprocess.Popen(
            [options.binary, "run", "--config", str(configuration), "--data", str(options.data or f"{folder}/data"),
             "--listen", f"127.0.0.1:{self.port}", *(["--models", options.models] if options.models else [])],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
            return answer.read().decode()

    def counted(self, name):
        return sum(int(float(value)) for value in re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)$", self.get("/metrics"), re.M))

    def look(self):
        """Resident MiB, threads, descriptors, and what the MiB are made of: of no file, of files, heap in use, heap free."""
        if self.process.poll() is not None:
            sys.exit(f"the server ended with {self.process.returncode}")
        for path in ("/stats", "/events/recent"):
            self.get(path)
        metrics = self.get("/metrics")
        heap = (float(re.search(rf"^process_heap_{kind}_bytes (\S+)$", metrics, re.M)[1]) / 2**20 for kind in ("used", "free"))
        folder = pathlib.Path(f"/proc/{self.process.pid}")
        status = (folder / "status").read_text()
        sizes = {name: int(value) / 1024 for name, value in re.findall(r"^(VmRSS|RssAnon|RssFile):\s+(\d+)", status, re.M)}
        return (sizes["VmRSS"], int(re.search(r"Threads:\s+(\d+)", status)[1]), len(os.listdir(folder / "fd")),
                sizes["RssAnon"], sizes["RssFile"], *heap)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)


def watch(soak, options):
    began = time.monotonic()
    rows = []
    while (now := time.monotonic() - began) < options.minutes * 60:
        if now > PERIOD_S:  # it serves by then
            rows.append((now, *soak.look()))
            if options.log:
                print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
        time.sleep(PERIOD_S)
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--clip", type=pathlib.Path, action="append", required=True)
    parser.add_argument("--cameras", type=int, default=4)
    parser.add_argument("--minutes", type=float, default=75)
    parser.add_argument("--warm-up", type=float, default=15, help="minutes that don't count")
    parser.add_argument("--models")
    parser.add_argument("--data", help="a data folder to go on with; default: a new one")
    parser.add_argument("--log", action="store_true", help="print every look")
    options = parser.parse_args()
    if options.minutes <= options.warm_up:
        parser.error("--minutes must be more than --warm-up")
    with tempfile.TemporaryDirectory() as folder:
        soak = Soak(options, folder)
        try:
            rows = watch(soak, options)
            done = {"looks": soak.counted("pipeline_detect_seconds_count"),
                    "events": soak.counted("events_log_appended_total")}
        finally:
            ended = soak.stop()
    steady = [row for row in rows if row[0] >= options.warm_up * 60]
    per_hour, error = slope([(at, size) for at, size, *_ in steady])
    print(json.dumps({"cameras": options.cameras, "minutes": options.minutes, "counted_minutes": options.minutes - options.warm_up,
                      "mib_per_hour": round(per_hour, 3), "plus_minus": round(error, 3),
                      "rss_mib": [round(min(row[1] for row in steady), 1), round(max(row[1] for row in steady), 1)],
                      "threads": sorted({row[2] for row in steady}), "descriptors": sorted({row[3] for row in steady}),
                      "exit": ended, **done}, indent=2))


if __name__ == "__main__":
    main()
