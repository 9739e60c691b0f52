#!/usr/bin/env python3
"""What `detect.gate: packet` saves on an idle camera, and what it misses of what `off` finds.

`idle`: 1080p25 H.264 cameras that see a wall with the noise of a sensor, recorded, with every gate: cores and memory for
each camera (the difference between one camera and five, once all sleep), in the same run as bare `ffmpeg -c copy`.
`clips`: real clips and rendered streets, encoded as cameras do, through `vedette eval gate`.
Prints one line of JSON for each part. Run by `./dev bench gate`; needs `ffmpeg` with libx264 and libx265.

usage: gate_bench.py BINARY [--models DIR] [--only idle,clips] [--seconds N] [--keep FOLDER]
"""
import argparse
import datetime
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request

from measuring import SHARED, SOURCE, cores, end, ffmpeg, free_port, used, wall

# What cameras and their owners choose: name, options of ffmpeg.
ENCODERS = {
    "crf": ["-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-bf", "0"],
    "cbr": ["-c:v", "libx264", "-preset", "veryfast", "-b:v", "{rate}", "-minrate", "{rate}", "-maxrate", "{rate}", "-bufsize",
            "{rate}", "-x264-params", "nal-hrd=cbr", "-bf", "0"],
    "bframes": ["-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-bf", "3"],
    "long": ["-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-bf", "0", "-sc_threshold", "0"],
    "hevc-cbr": ["-c:v", "libx265", "-preset", "ultrafast", "-b:v", "{rate}", "-x265-params",
                 "vbv-maxrate={kbits}:vbv-bufsize={kbits}:bframes=0:log-level=error"],
}
GROUP_S = {"long": 10}  # seconds between key frames; otherwise 2

# Real clips: file, frames a second, bits a second of constant rates, and what is done to the pictures.
REAL = {
    "persons": ("intel_one-by-one-person-detection.mp4", 10, 400_000, ""),
    "persons-night": ("intel_one-by-one-person-detection.mp4", 10, 800_000, "eq=brightness=-0.25:contrast=0.7,noise=alls=14:allf=t:all_seed=3"),
    "car-park": ("intel_car-detection.mp4", 12.5, 500_000, ""),
    "corridor": ("frigate_motion1.mp4", 6, 60_000, ""),
    "toll": ("parkpow_cars.mp4", 20, 1_500_000, "scale=960:540"),
}
IDLE_S = 35  # before everything that is seen
# Rendered streets: address; before and behind each lies its emptiest picture, for as long.
STREETS = {
    "street": "demo://street?seed=7&width=1280&height=720&fps=12.5&time=day&seconds=40",
    "street-far": "demo://street?seed=11&width=640&height=360&fps=12.5&time=day&seconds=40",
    "street-dusk": "demo://street?seed=5&width=960&height=540&fps=12.5&time=dusk&seconds=40",
}


def encode(source, picture, fps, rate, encoder, path):
    options = [word.format(rate=rate, kbits=rate // 1000) for word in ENCODERS[encoder]]
    group = round(fps * GROUP_S.get(encoder, 2))
    filters = ["-vf", f"{picture},fps={fps}" if picture else f"fps={fps}"]
    ffmpeg("-i", source, "-an", *filters, "-pix_fmt", "yuv420p", *options, "-g", group, path)


def sightings_of(options, clip):
    """From when to when something is seen that everything is looked at for, seconds from the beginning; what overlaps
    or nearly does is one."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as config:
        config.write("detect: { gate: 'off' }\nlpr: { enabled: false }\n")
        config.flush()
        said = subprocess.run([options.binary, "process", "-q", str(clip), "--config", config.name, "--out", "-", *options.models],
                              capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL, env=options.env).stdout
    groups = []
    for event in sorted(map(json.loads, said.splitlines()), key=lambda event: event["first_seen"]):
        at = [datetime.datetime.fromisoformat(event[key]).timestamp() for key in ("first_seen", "best_seen", "last_seen")]
        begin = event["media_offset_us"] * 1e-6 - (at[1] - at[0])
        end = begin + at[2] - at[0]
        if groups and begin < groups[-1][1] + 4:
            groups[-1][1] = max(groups[-1][1], end)
        else:
            groups.append([begin, end])
    return groups


def sparse(options, name, folder):
    """A real clip in which everything that is seen comes after an idle stretch: the moments before it, played backward and
    forward until they are long enough, so that no picture jumps."""
    file, fps, _, picture = REAL[name]
    source, path = SHARED / "data/video" / file, pathlib.Path(folder, f"{name}.mkv")
    if path.exists():
        return path
    parts, labels, before = [], [], 0.0
    for i, (begin, end) in enumerate(sightings_of(options, source)):
        start = begin - 2.5  # it may be in the picture before it is known
        idle = min(1.2, start - before)
        before = end + 1
        if idle < 0.8:
            continue
        frames = int(idle * fps)
        times = max(1, round(IDLE_S / (2 * idle)))
        parts.append(f"[0]fps={fps},trim={start - frames / fps}:{start},setpts=N/{fps}/TB,split[f{i}][x{i}];[x{i}]reverse,setpts=N/{fps}/TB[r{i}];"
                     f"[r{i}][f{i}]concat=n=2,loop={times - 1}:{2 * frames}:0,setpts=N/{fps}/TB[i{i}];"
                     f"[0]fps={fps},trim={start}:{end + 2},setpts=N/{fps}/TB[e{i}]")
        labels += [f"[i{i}]", f"[e{i}]"]
    if not labels:
        return None
    after = f",{picture}" if picture else ""
    ffmpeg("-i", source, "-filter_complex", ";".join(parts) + f";{''.join(labels)}concat=n={len(labels)}{after}", "-an", "-r", fps, "-c:v",
           "libx264", "-preset", "ultrafast", "-qp", "8", path)
    return path


def still_street(options, name, folder):
    """The street with stretches before and behind it in which nothing happens: its picture with the fewest things in it, and
    the noise of a sensor over all."""
    address, path = STREETS[name], pathlib.Path(folder, f"{name}.mkv")
    if path.exists():
        return path
    subprocess.run([options.binary, "process", "-q", address, *options.models], check=True, stdin=subprocess.DEVNULL, env=options.env)
    cache = pathlib.Path(options.env["XDG_CACHE_HOME"], "vedette/demo")
    video = max(cache.glob("*.mp4"), key=lambda path: path.stat().st_mtime)
    frames = json.loads(video.with_name(video.stem + ".truth.json").read_text())["frames"]
    emptiest = min(range(len(frames)), key=lambda i: sum(one["visible"] for one in frames[i]["objects"]))
    still = f"trim=start_frame={emptiest}:end_frame={emptiest + 1},loop=500:1:0,setpts=N/12.5/TB"
    ffmpeg("-i", video, "-filter_complex",
           f"[0]fps=12.5,split=3[a][b][c];[a]{still}[before];[c]{still}[behind];[b]setpts=N/12.5/TB[street];"
           "[before][street][behind]concat=n=3,noise=alls=5:allf=t:all_seed=7", "-c:v", "libx264", "-preset", "ultrafast", "-qp",
           "8", path)
    return path


def clips(options, folder):
    rows = {}
    sources = {name: (sparse(options, name, folder), fps, rate, "") for name, (file, fps, rate, _) in REAL.items()
               if (SHARED / "data/video" / file).exists() and options.wants(name)}
    for name in STREETS:
        if options.wants(name):
            sources[name] = (still_street(options, name, folder), 12.5, 1_000_000, "")
    for name, (source, fps, rate, picture) in sources.items():
        if source is None:
            print(f"{name}: nothing in it comes after a moment in which nothing happens", file=sys.stderr)
            continue
        for encoder in options.encoders.split(","):
            path = pathlib.Path(folder, f"{name}.{encoder}.mp4")
            if not path.exists():
                encode(source, picture, fps, rate, encoder, path)
            said = subprocess.run([options.binary, "eval", "gate", str(path), "--json", "--gates", options.gates, *options.models], capture_output=True,
                                  text=True, stdin=subprocess.DEVNULL, env=options.env)
            if said.returncode:
                sys.exit(said.stderr)
            rows[f"{name} {encoder}"] = gates = json.loads(said.stdout)["clips"][0]["gates"]
            tell(f"{name} {encoder}", gates)
    return rows


def tell(name, gates):
    packet, off = gates["packet"], gates["off"]
    share = (packet["packets_decoded"] / packet["packets"]) if packet["packets"] else 1
    wakes = " ".join(f"{reason}:{times}" for reason, times in packet["wakes"].items() if times)
    print(f"{name:24} {packet['length_s']:6.0f} s  CPU {off['processor_s']:6.1f} {packet['processor_s']:6.1f}  decoded "
          f"{100 * share:5.1f} %  found {off['sightings']:3}  missed {packet['missed']:2}  extra {packet['extra']:2}  delay {packet['largest_delay_s']:5.2f}  {wakes}",
          file=sys.stderr, flush=True)


class Server:
    """A `vedette run` whose cameras all have the same clip and the same gate."""

    def __init__(self, options, clip, gate, cameras):
        self.port = free_port()
        self.folder = tempfile.TemporaryDirectory()
        config = pathlib.Path(self.folder.name, "vedette.yaml")
        config.write_text(f"detect: {{ gate: '{gate}' }}\nlpr: {{ enabled: false }}\ncameras:\n" + "".join(
            f"  c{i}: {{ inputs: [{{ path: '{clip}' }}] }}\n" for i in range(cameras)))
        self.cameras = cameras
        self.process = subprocess.Popen([options.binary, "run", "--config", str(config), "--data", f"{self.folder.name}/data",
                                         "--listen", f"127.0.0.1:{self.port}", *options.models], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=options.env)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        end(self.process)
        self.folder.cleanup()

    def asked(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{path}", timeout=10) as answer:
            return json.load(answer)

    def settle(self, gate):
        """Waits until every camera is watched, and asleep if it ever will be."""
        latest = time.monotonic() + 120
        while time.monotonic() < latest:
            time.sleep(1)
            try:
                cameras = self.asked("cameras")["cameras"]
            except OSError:
                continue
            if gate == "packet" and all(camera["gate"]["asleep"] for camera in cameras):
                return
            if gate != "packet" and all(camera["frames"] > 25 * 15 for camera in cameras):
                return
        sys.exit(f"cameras do not settle: {cameras}")


def copying(clip, folder, seconds):
    process = subprocess.Popen(["ffmpeg", "-v", "error", "-y", "-re", "-stream_loop", "-1", "-i", str(clip), "-c", "copy", "-f",
                                "segment", "-segment_time", "10", f"{folder}/copy-%d.mp4"], stdin=subprocess.DEVNULL)
    try:
        time.sleep(3)
        return {"cores": round(cores(seconds, process), 4), "rss_mib": round(used(process)[1], 1)}
    finally:
        end(process)


def idle(options, folder):
    clip = wall(folder)
    out = {"ffmpeg_copy": copying(clip, folder, options.seconds)}
    for gate in ("off", "motion", "packet"):
        seen = {}
        for count in (1, 5):
            with Server(options, clip, gate, count) as server:
                server.settle(gate)
                seen[count] = cores(options.seconds, server.process), used(server.process)[1]
                if gate == "packet":
                    slept = [camera["gate"] for camera in server.asked("cameras")["cameras"]]
        out[gate] = {"cores_each": round((seen[5][0] - seen[1][0]) / 4, 4), "mib_each": round((seen[5][1] - seen[1][1]) / 4, 1),
                     "cores_of_one": round(seen[1][0], 4), "mib_of_one": round(seen[1][1], 1)}
    out["packet"]["gates"] = slept
    return out


PARTS = {"idle": idle, "clips": clips}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--models", help="default: the third-party models if they are there, else what the program brings")
    parser.add_argument("--only", default=",".join(PARTS), help="parts, divided by commas")
    parser.add_argument("--encoders", default=",".join(ENCODERS))
    parser.add_argument("--gates", default="off,packet", help="of the clips; `off` and `packet` among them")
    parser.add_argument("--clips", default="", help="only these clips, divided by commas")
    parser.add_argument("--seconds", type=float, default=40, help="of each measurement")
    parser.add_argument("--keep", help="folder for clips, used again if they are there")
    options = parser.parse_args()
    if not options.models and (SHARED / "models").is_dir():
        options.models = str(SOURCE / "tests/models/third-party")
    options.models = ["--models", options.models] if options.models else []
    options.wants = lambda name: not options.clips or name in options.clips.split(",")
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or temporary
        options.env = dict(os.environ, VEDETTE_SHARED=str(SHARED.resolve()),
                           XDG_CACHE_HOME=os.environ.get("XDG_CACHE_HOME", f"{folder}/cache"))
        for part in options.only.split(","):
            print(json.dumps({part: PARTS[part](options, folder)}), flush=True)


if __name__ == "__main__":
    main()
