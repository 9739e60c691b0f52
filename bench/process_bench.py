#!/usr/bin/env python3
"""How fast `vedette process` goes through a 1080p25 clip, and how much memory it takes.

Prints, for the models given, the multiple of real time, the same for bare decoding by ffmpeg in the same run (so that a
slow or busy machine shows in both), and the largest resident size. Run by `./dev bench process`.

usage: process_bench.py BINARY [--models DIR] [--clip FILE] [--repeat N]
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[1]
SHARED = pathlib.Path(os.environ.get("VEDETTE_SHARED", SOURCE / "../shared"))
DEMO = "demo://street?seed=7&width=1920&height=1080&seconds=20"


def timed(command, **options):
    """Wall seconds, processor seconds and largest resident MiB of one child."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **options)
    said = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - began
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{said}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def seconds_of(clip):
    out = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", str(clip)],
                         capture_output=True, text=True, check=True).stdout
    return float(out)


def demo_clip(binary):
    """Renders the demo street in 1080p, once, and names the file."""
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "vedette/demo"
    subprocess.run([binary, "process", "--quiet", DEMO], check=True, stdin=subprocess.DEVNULL)
    clips = sorted(cache.glob("*.mp4"), key=lambda path: path.stat().st_mtime)
    wanted = [clip for clip in clips if "1920" in clip.name]
    if not wanted:
        sys.exit(f"no 1080p demo clip in {cache}")
    return wanted[-1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--models", help="default: the third-party models if they are there, else what the program brings")
    parser.add_argument("--clip", type=pathlib.Path)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    clip = options.clip or demo_clip(options.binary)
    length = seconds_of(clip)
    if not options.models and (SHARED / "models").is_dir():
        options.models = str(SOURCE / "tests/models/third-party")
    models = ["--models", options.models] if options.models else []
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(options.repeat):
            bare, bare_cpu, _ = timed(["ffmpeg", "-v", "error", "-threads", "1", "-i", str(clip), "-f", "null", "-"])
            wall, cpu, rss = timed([options.binary, "process", "--quiet", "--out", f"{folder}/out.jsonl", *models, str(clip)])
            rows.append({"real_time": length / wall, "cpu_share": cpu / length, "rss_mib": rss,
                         "bare_decode_real_time": length / bare, "bare_decode_cpu_share": bare_cpu / length})
    best = max(rows, key=lambda row: row["real_time"])
    print(json.dumps({"clip": clip.name, "seconds": length, "best": best, "runs": rows}, indent=2))


if __name__ == "__main__":
    main()
