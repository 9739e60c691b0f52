#!/usr/bin/env python3
"""The passes of a rendered street as a labelled folder for `vedette eval plates`: whether reads that are fused beat the surest one alone.

Renders the street (once) and writes pictures of it with labels.tsv, whose column `pass` names the vehicle. Plates of at least
--least pixels that nothing hides count. With --clip VIDEO PLATES the same of a real clip, whose plates.tsv
(clip, plate, visible_frames) says who is seen when; there the whole picture is the box.

usage: demo_passes.py OUT --binary VEDETTE [--street URL]
       demo_passes.py OUT --clip VIDEO PLATES
"""
import argparse
import csv
import pathlib
import subprocess
import sys

import demo_truth

VISIBLE = 0.95


def pictures(clip, every, folder):
    """Every so many frames of the clip as PNG. Gives their names."""
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", str(clip), "-vf", f"select=not(mod(n\\,{every}))", "-vsync", "0",
                    "-start_number", "0", f"{folder}/%06d.png"], check=True, stdin=subprocess.DEVNULL)
    return sorted(path.name for path in folder.glob("*.png"))


def of_street(options):
    """Rows file, x, y, w, h, text, pass."""
    clip, truth = demo_truth.rendered(options.binary, options.street)
    width, height = truth["width_px"], truth["height_px"]
    for name, frame in zip(pictures(clip, options.every, options.out), truth["frames"][::options.every]):
        for thing in frame["objects"]:
            plate = thing.get("plate")
            if not plate or plate["height_px"] < options.least or plate["visible"] <= VISIBLE:
                continue
            xs, ys = [c[0] * width for c in plate["corners"]], [c[1] * height for c in plate["corners"]]
            yield name, min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys), plate["text"], thing["id"]


def of_clip(options):
    video, table = options.clip
    size = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "stream=width,height", "-of", "csv=p=0", video],
                          check=True, capture_output=True, text=True).stdout.strip().split(",")
    names = pictures(video, options.every, options.out)
    with open(table, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            first, last = map(int, row["visible_frames"].split("-"))
            if row["clip"] != pathlib.Path(video).name:
                continue
            for i, name in enumerate(names):
                if first <= i * options.every <= last:
                    yield name, 0, 0, *size, row["plate"], row["plate"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--binary")
    parser.add_argument("--street", default="demo://street?seed=7")
    parser.add_argument("--clip", nargs=2, metavar=("VIDEO", "PLATES"))
    parser.add_argument("--every", type=int, default=1, help="of so many frames one")
    parser.add_argument("--least", type=float, default=10, help="height of a plate in pixels")
    options = parser.parse_args()
    if bool(options.clip) == bool(options.binary):
        sys.exit("demo_passes.py: give either --binary, for a rendered street, or --clip")
    options.out.mkdir(parents=True, exist_ok=True)
    if any(options.out.iterdir()):
        sys.exit(f"demo_passes.py: {options.out} is not empty; name a new folder")
    rows = list((of_clip if options.clip else of_street)(options))
    lines = ["file\tx\ty\tw\th\ttext\tpass"] + ["\t".join(f"{v:.1f}" if isinstance(v, float) else str(v) for v in row) for row in rows]
    (options.out / "labels.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{options.out}: {len({r[-1] for r in rows})} passes in {len(rows)} plates")


if __name__ == "__main__":
    main()
