#!/usr/bin/env python3
"""What 16 cameras by RTSP cost that are recorded, and watched: beside `ffmpeg -c copy` and beside `motion`.

`recording`: cores and memory of recording alone, with previews (the default), and encrypted, and of one `ffmpeg -c copy
-f segment` for each stream.
`idle`: the same cameras recorded and watched with `detect.gate: packet`, all asleep, and by `motion` with pass-through
recording. `events`: a few cameras with what is known to be in them; what is found, missed, and told in vain, by both.
Every camera sends 1080p25 H.264 of 4 Mbit/s through a server of its own, whose processor time does not count. Prints one line
of JSON for each part. Run by `./dev bench cameras`; needs `ffmpeg` with libx264, GStreamer's RTSP server, and `motion`.

usage: cameras_bench.py BINARY [--models DIR] [--only PART,...] [--cameras N] [--seconds N] [--keep FOLDER]
"""
import argparse
import contextlib
import datetime
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

import gate_bench
from measuring import SHARED, SOURCE, cores, end, ffmpeg, free_port, own_mib, used, wall

DEBIAN_PYTHON = "/usr/bin/python3"  # it has `gi`


class Streams:
    """An RTSP server; every client of its address is played the clip from the beginning."""

    def __init__(self, clip):
        self.process = subprocess.Popen([DEBIAN_PYTHON, str(SOURCE / "tools/testing/rtsp_server.py"), str(clip)],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = f"rtsp://127.0.0.1:{self.process.stdout.readline().split()[1]}/file"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        end(self.process)


class Vedette:
    def __init__(self, options, urls, settings, folder):
        self.port = free_port()
        config = pathlib.Path(folder, "vedette.yaml")
        config.write_text(settings + "\nlpr: { enabled: false }\nlimits: { max_cameras: 64 }\ncameras:\n" + "".join(
            f"  c{i}: {{ inputs: [{{ path: '{url}' }}] }}\n" for i, url in enumerate(urls)))
        self.process = subprocess.Popen([options.binary, "run", "--config", str(config), "--data", f"{folder}/data", "--listen",
                                         f"127.0.0.1:{self.port}", *options.models], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=options.env)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        end(self.process)

    def asked(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return json.load(answer)

    def wait_until(self, well, seconds):
        latest, cameras = time.monotonic() + seconds, None
        while time.monotonic() < latest:
            time.sleep(1)
            with contextlib.suppress(OSError):
                cameras = self.asked("/cameras")["cameras"]
                if all(map(well, cameras)):
                    return
        sys.exit(f"cameras do not settle: {cameras}")


def measured(options, *processes):
    """Of one camera, all processes together."""
    return {"cores_each": round(cores(options.seconds, *processes) / options.cameras, 4),
            "mib_each": round(used(*processes)[1] / options.cameras, 1),
            "own_mib_each": round(sum(map(own_mib, processes)) / options.cameras, 1)}


def copying(options, url, folder):
    processes = [subprocess.Popen(
        ["ffmpeg", "-v", "error", "-y", "-rtsp_transport", "tcp", "-i", url, "-c", "copy", "-f", "segment", "-segment_time", "10",
         f"{folder}/{i}-%d.mp4"], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for i in range(options.cameras)]
    try:
        time.sleep(10)
        return measured(options, *processes)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


def recorded(options, url, folder, settings, well, patience=60):
    with Vedette(options, [url] * options.cameras, settings, folder) as server:
        server.wait_until(well, patience)
        return {**measured(options, server.process), "mib_all": round(used(server.process)[1], 1)}


def long_wall(options, folder):
    """The wall for as long as a part takes."""
    path = pathlib.Path(folder, "wall-long.mp4")
    if not path.exists():
        ffmpeg("-stream_loop", (options.seconds + 180) // 60, "-i", wall(folder, rate="4M"), "-c", "copy", path)
    return path


KEEP = "record: { continuous: { days: 1 } }\n"


def recording(options, folder):
    key = pathlib.Path(folder, "key")
    key.write_text("5a" * 32)
    key.chmod(0o600)
    previews = KEEP + "detect: { enabled: false }\n"
    alone = previews.replace("record: {", "record: { previews: false,")
    encrypted = alone + f"storage: {{ encryption: {{ enabled: true, key: '${{file:{key}}}' }} }}\n"
    out = {}
    for round_ in range(options.rounds):
        with Streams(long_wall(options, folder)) as streams:
            for name, measure in {
                "ffmpeg": lambda to: copying(options, streams.url, to),
                "vedette": lambda to: recorded(options, streams.url, to, alone, lambda camera: camera["state"] == "online"),
                "previews": lambda to: recorded(options, streams.url, to, previews, lambda camera: camera["state"] == "online"),
                "encrypted": lambda to: recorded(options, streams.url, to, encrypted, lambda camera: camera["state"] == "online"),
            }.items():
                with tempfile.TemporaryDirectory() as to:
                    out.setdefault(name, []).append(measure(to))
    least = {name: min(row["cores_each"] for row in rows) for name, rows in out.items()}
    return {**out, "vedette_to_ffmpeg": round(least["vedette"] / least["ffmpeg"], 3),
            "with_previews_to_ffmpeg": round(least["previews"] / least["ffmpeg"], 3),
            "encrypted_to_plain": round(least["encrypted"] / least["vedette"], 3)}


def motion_configuration(url, folder, i):
    """What its manual recommends for recording by copying: passthrough, no pictures."""
    path = pathlib.Path(folder, f"camera{i}.conf")
    path.write_text(f"camera_id {i + 1}\nnetcam_url {url}\nnetcam_params rtsp_transport=tcp\nwidth 1920\nheight 1080\nframerate 25\n")
    return path


class Motion:
    def __init__(self, urls, folder):
        main = pathlib.Path(folder, "motion.conf")
        target = pathlib.Path(folder, "motion")
        target.mkdir()
        main.write_text(
            "daemon off\nlog_level 4\nwebcontrol_port 0\nstream_port 0\nmovie_output on\nmovie_passthrough on\npicture_output off\n"
            f"target_dir {target}\nevent_gap 10\npre_capture 3\npost_capture 10\nthreshold 1500\nnoise_tune on\n"
            f"on_event_start echo start %t %s >> {folder}/events\non_event_end echo end %t %s >> {folder}/events\n"
            + "".join(f"camera {motion_configuration(url, folder, i)}\n" for i, url in enumerate(urls)))
        self.folder = pathlib.Path(folder)
        self.process = subprocess.Popen(["motion", "-n", "-c", str(main)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=open(self.folder / "motion.log", "w"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        end(self.process)

    def events(self):
        """Number of the camera, `start` or `end`, and when, seconds since 1970."""
        path = self.folder / "events"
        rows = [line.split() for line in path.read_text().splitlines()] if path.exists() else []
        return [(int(camera) - 1, word, int(at)) for word, camera, at in rows]


def idle(options, folder):
    packet = KEEP + "detect: { gate: packet }\n"
    out = {}
    with Streams(long_wall(options, folder)) as streams, tempfile.TemporaryDirectory() as to:
        out["vedette"] = recorded(options, streams.url, to, packet, lambda camera: camera["gate"]["asleep"], patience=120)
    if not shutil.which("motion"):
        return {**out, "motion": "is not installed"}
    with Streams(long_wall(options, folder)) as streams, tempfile.TemporaryDirectory() as to, \
            Motion([streams.url] * options.cameras, to) as motion:
        time.sleep(40)  # it opens them and learns
        out["motion"] = {**measured(options, motion.process), "events_of_nothing": sum(word == "start" for _, word, _ in motion.events())}
    return out


# Clips of gate_bench.py: mostly nothing, then something; the last one is a wall on which nothing ever happens.
WATCHED = ("persons", "persons-night", "street", "street-far")
SLACK_S = 6  # a start-up, a buffer, and the whole seconds in which `motion` tells times


def scenes(options, folder):
    """Name and clip, as a camera sends it."""
    found = []
    for name in WATCHED:
        real = name in gate_bench.REAL
        source = gate_bench.sparse(options, name, folder) if real else gate_bench.still_street(options, name, folder)
        if source is None or (real and not (SHARED / "data/video" / gate_bench.REAL[name][0]).exists()):
            continue
        fps, rate = (gate_bench.REAL[name][1], gate_bench.REAL[name][2]) if real else (12.5, 1_000_000)
        path = pathlib.Path(folder, f"{name}.watched.mp4")
        if not path.exists():
            gate_bench.encode(source, gate_bench.REAL[name][3] if real else "", fps, rate, "cbr", path)
        found.append((name, path))
    return [*found, ("wall", long_wall(options, folder))]


def shown_once(clip, told):
    """What was told while the clip was played for the first time: both come again at its end, and are played it once more."""
    asked = ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", clip]
    length = float(subprocess.run(asked, check=True, capture_output=True, text=True).stdout)
    return [one for one in told if one[0] < length]


def compared(truth, told):
    """How many of `truth` some of `told` (both: from, to) goes with, and what goes with none."""
    def meets(one, other):
        return one[0] <= other[1] + SLACK_S and other[0] <= one[1] + SLACK_S
    return {"found": sum(any(meets(one, other) for other in told) for one in truth),
            "missed": sum(not any(meets(one, other) for other in told) for one in truth),
            "in_vain": sum(not any(meets(one, other) for one in truth) for other in told)}


def told_by_vedette(server, camera, began):
    events = server.asked(f"/events/camera/{camera}?limit=500")["events"]
    return [tuple(datetime.datetime.fromisoformat(event[key]).timestamp() - began for key in ("first_seen", "last_seen"))
            for event in events if event["type"] == "sighting"]


def told_by_motion(motion, camera, began, length):
    spans, open_since = [], None
    for number, word, at in motion.events():
        if number == camera and word == "start":
            open_since = at - began
        elif number == camera and open_since is not None:
            spans.append((open_since, at - began))
            open_since = None
    return [*spans, *([(open_since, length)] if open_since is not None else [])]


def events(options, folder):
    clips = scenes(options, folder)
    # When something is to be seen: what Vedette finds when it looks at everything, in its own time.
    truths = {name: gate_bench.sightings_of(options, clip) if name != "wall" else [] for name, clip in clips}
    length = max((span[1] for spans in truths.values() for span in spans), default=60) + 15
    out = {name: {"is_there": len(truths[name])} for name, _ in clips}
    for system in ("vedette", *(["motion"] if shutil.which("motion") else [])):
        with contextlib.ExitStack() as stack, tempfile.TemporaryDirectory() as to:
            urls = [stack.enter_context(Streams(clip)).url for _, clip in clips]
            began = time.time()
            if system == "vedette":
                watcher = stack.enter_context(Vedette(options, urls, KEEP + "detect: { gate: packet }\n", to))
            else:
                watcher = stack.enter_context(Motion(urls, to))
            time.sleep(length)
            used_s = used(watcher.process)[0]
            for i, (name, clip) in enumerate(clips):
                told = told_by_vedette(watcher, f"c{i}", began) if system == "vedette" else told_by_motion(watcher, i, began, length)
                out[name][system] = compared(truths[name], shown_once(clip, told))
        out.setdefault("processor_s", {})[system] = round(used_s, 1)
    return {"seconds": round(length), **out}


PARTS = {"recording": recording, "idle": idle, "events": events}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--models", help="default: the third-party models if they are there, else what the program brings")
    parser.add_argument("--only", default=",".join(PARTS), help="parts, divided by commas")
    parser.add_argument("--cameras", type=int, default=16)
    parser.add_argument("--seconds", type=int, default=40, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=2, help="of `recording`; the least of each counts")
    parser.add_argument("--keep", help="folder for clips, used again if they are there")
    options = parser.parse_args()
    if not options.models and (SHARED / "models").is_dir():
        options.models = str(SOURCE / "tests/models/third-party")
    options.models = ["--models", options.models] if options.models else []
    options.env = dict(os.environ, VEDETTE_SHARED=str(SHARED.resolve()))
    options.wants = lambda name: True
    with tempfile.TemporaryDirectory() as temporary:
        options.env.setdefault("XDG_CACHE_HOME", f"{options.keep or temporary}/cache")
        for part in options.only.split(","):
            print(json.dumps({part: PARTS[part](options, options.keep or temporary)}), flush=True)


if __name__ == "__main__":
    main()
