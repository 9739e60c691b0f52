#!/usr/bin/env python3
"""What `vedette run` costs and how soon it answers: start-up, memory, requests a second, listeners, many cameras.

Each part starts a server of its own on a free port of 127.0.0.1 with a new data folder, and prints one line of JSON.
Run by `./dev bench server`; needs `wrk`, and `ffmpeg` for the clip of the cameras.

usage: server_bench.py BINARY [--models DIR] [--clip FILE] [--only PART,...] [--seconds N]
"""
import argparse
import base64
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from measuring import SHARED, SOURCE, free_port


class Server:
    """A `vedette run` on a free port; ended by leaving the block."""

    def __init__(self, options, cameras=1, models=True, config="", in_step=True):
        self.port = free_port()
        self.folder = tempfile.TemporaryDirectory()
        configuration = pathlib.Path(self.folder.name, "vedette.yaml")
        configuration.write_text(config + "cameras:\n" + "".join(
            f"  camera-{i}: {{ inputs: [{{ path: '{options.clip if in_step else self.cut(options.clip, i)}' }}] }}\n"
            for i in range(cameras)))
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [options.binary, "run", "--config", str(configuration), "--data", f"{self.folder.name}/data",
             "--listen", f"127.0.0.1:{self.port}", *(options.models if models else [])],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def cut(self, clip, i):
        """The clip's beginning, longer for each camera: once they have begun anew a few times, key frames of different
        cameras come at different moments, as they do in life."""
        path = pathlib.Path(self.folder.name, f"{i}.mp4")
        subprocess.run(["ffmpeg", "-v", "error", "-i", str(clip), "-c", "copy", "-t", str(6 + 0.28 * i), str(path)],
                       stdin=subprocess.DEVNULL, check=True)
        return path

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        self.folder.cleanup()

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return answer.read().decode()

    def wait_for(self, path):
        """Seconds from the start until `path` is answered with 200."""
        while True:
            try:
                self.get(path)
                return time.monotonic() - self.began
            except OSError:
                if self.process.poll() is not None:
                    sys.exit(f"the server ended with {self.process.returncode}")
                time.sleep(0.005)

    def wait_for_looks(self):
        while not sum(self.counted("pipeline_detect_seconds").values()):
            time.sleep(0.2)

    def counted(self, histogram):
        """Observations of a histogram so far, by camera."""
        return {camera: int(count) for camera, count in
                re.findall(rf'^{histogram}_count{{camera="([^"]*)"}} (\d+)', self.get("/metrics"), re.M)}

    def buckets(self, histogram):
        """Observations up to each bound, all cameras together."""
        sums = {}
        for bound, count in re.findall(rf'^{histogram}_bucket{{[^}}]*le="([^"]*)"}} (\d+)', self.get("/metrics"), re.M):
            sums[float(bound)] = sums.get(float(bound), 0) + int(count)
        return sums

    def passed_over(self):
        """Pictures that were not decoded because the camera was behind."""
        return sum(map(int, re.findall(r'^pipeline_frames_dropped_total{[^}]*reason="behind"} (\d+)',
                                       self.get("/metrics"), re.M)))

    def rss_mib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def processor_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def quantile(before, after, share):
    """Upper bound of the bucket in which that share of what was observed between two readings lies."""
    counts = {bound: after[bound] - before.get(bound, 0) for bound in sorted(after)}
    total = max(counts.values(), default=0)
    return next((bound for bound, count in counts.items() if total and count >= share * total), None)


def start_up(options):
    rows = []
    for _ in range(5):
        with Server(options) as server:
            rows.append(server.wait_for("/health"))
    return {"serving_after_s": sorted(rows)}


def memory(options):
    out = {}
    for name, cameras, models in (("one_camera_without_models", 1, False), ("four_cameras_with_models", 4, True)):
        with Server(options, cameras, models) as server:
            server.wait_for("/health")
            server.wait_for_looks()
            time.sleep(options.seconds)
            out[name + "_rss_mib"] = round(server.rss_mib(), 1)
    return out


def requests(options):
    """Small reads by wrk, one thread and 32 connections, the server having a second core."""
    out = {}
    with Server(options, config="detect: { enabled: false }\n") as server:
        server.wait_for("/health")
        for path in ("/health", "/cameras", "/events/recent?limit=10", "/events/plate/B123ABC"):
            said = subprocess.run(["wrk", "-t1", "-c32", "-d5s", "--latency", f"http://127.0.0.1:{server.port}{path}"],
                                  check=True, capture_output=True, text=True).stdout
            refused = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
            out[path] = {"per_second": float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]),
                         "p99": re.search(r"99%\s+(\S+)", said)[1], "not_answered": int(refused[1]) if refused else 0}
    return out


def listen(port):
    """A connection that gets live events."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    key = base64.b64encode(os.urandom(16)).decode()
    connection.sendall(f"GET /ws/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
                       f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
    answer = connection.recv(4096)
    if b" 101 " not in answer:
        sys.exit(f"a listener was refused: {answer.decode(errors='replace')}")
    connection.settimeout(0)
    return connection


def listeners(options):
    with Server(options) as server:
        server.wait_for("/health")
        server.wait_for_looks()
        before = server.rss_mib()
        connections = [listen(server.port) for _ in range(500)]
        received = [0] * len(connections)
        end = time.monotonic() + max(options.seconds, 20)
        while time.monotonic() < end:
            for i, connection in enumerate(connections):
                try:
                    received[i] += len(connection.recv(1 << 16))
                except BlockingIOError:
                    pass
            time.sleep(0.1)
        out = {"listeners": len(connections), "that_got_events": sum(1 for count in received if count),
               "rss_mib_before": round(before, 1), "rss_mib": round(server.rss_mib(), 1)}
        for connection in connections:
            connection.close()
        return out


def cameras(options):
    """Cameras with the same clip: looks, age of what is seen, fairness, over two spans of time."""
    out = {}
    for count in (1, 2, 4, 8, 16, 32):
        with Server(options, count, config="lpr: { enabled: false }\nlimits: { max_cameras: 32 }\n", in_step=False) as server:
            server.wait_for("/health")
            server.wait_for_looks()
            time.sleep(25)
            spans = []
            for _ in range(2):
                ages, looks, cpu = (server.buckets("pipeline_frame_to_event_seconds"),
                                    server.counted("pipeline_detect_seconds"), server.processor_seconds())
                behind = server.passed_over()
                time.sleep(options.seconds)
                now = server.counted("pipeline_detect_seconds")
                each = [(now[camera] - looks[camera]) / options.seconds for camera in now]
                later = server.buckets("pipeline_frame_to_event_seconds")
                spans.append({"looks_per_second_and_camera": round(sum(each) / len(each), 2),
                              "jain": round(sum(each) ** 2 / (len(each) * sum(x * x for x in each)), 4),
                              "frame_to_event_p50_s": quantile(ages, later, 0.5),
                              "frame_to_event_p99_s": quantile(ages, later, 0.99),
                              "passed_over_per_second_and_camera":
                                  round((server.passed_over() - behind) / options.seconds / count, 2),
                              "cores": round((server.processor_seconds() - cpu) / options.seconds, 2)})
            out[f"{count}_cameras"] = {"spans": spans, "rss_mib": round(server.rss_mib(), 1)}
    return out


PARTS = {"start_up": start_up, "memory": memory, "requests": requests, "listeners": listeners, "cameras": cameras}


def clip_of_1080p(folder):
    path = pathlib.Path(folder, "clip.mp4")
    source = SHARED / "data/video/parkpow_cars.mp4"
    picture = ["-i", str(source), "-vf", "scale=1920:1080"] if source.exists() else \
        ["-f", "lavfi", "-i", "testsrc2=s=1920x1080:r=25:d=20"]
    subprocess.run(["ffmpeg", "-v", "error", *picture, "-r", "25", "-an", "-c:v", "libx264", "-preset", "fast",
                    "-tune", "zerolatency", "-g", "50", "-b:v", "3M", str(path)], check=True)
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--models", help="default: the third-party models if they are there, else what the program brings")
    parser.add_argument("--clip", type=pathlib.Path, help="default: a real toll gate scaled to 1080p25")
    parser.add_argument("--only", default=",".join(PARTS), help="parts, divided by commas")
    parser.add_argument("--seconds", type=float, default=20, help="of each measurement")
    options = parser.parse_args()
    if not shutil.which("wrk"):
        sys.exit("wrk is missing: ./dev deps lint")
    if not options.models and (SHARED / "models").is_dir():
        options.models = str(SOURCE / "tests/models/third-party")
    options.models = ["--models", options.models] if options.models else []
    with tempfile.TemporaryDirectory() as folder:
        options.clip = options.clip or clip_of_1080p(folder)
        for part in options.only.split(","):
            print(json.dumps({part: PARTS[part](options)}), flush=True)


if __name__ == "__main__":
    main()
