"""Pictures of the street that the program renders, with what they show, for both detectors and the reader.

    python -m training.streets BINARY --out DIR [--seeds 16]

BINARY is `vedette`. Writes DIR/*.png, and DIR/objects.tsv and DIR/plates.tsv in the form of the two teach.py, the set "."
meaning the folder itself; and DIR/plates/*.png with DIR/labels.tsv, plates cut out, for the reader. Seeds start at 1001: the program's own demo and its figures use 7.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import tempfile
from pathlib import Path

import cv2
import numpy as np

from training import sources
from training.reader import data, teach

FIRST_SEED, PICTURES, APART = 1001, 24, 2  # seconds between two pictures
CLEAR, HIDDEN = 0.5, 0.15  # shares of a thing that can be seen
LEGIBLE_PX = 10


def clip(binary: Path, seed: int, cache: Path) -> Path:
    """Renders one street into the cache. Gives the video; its truth lies beside it."""
    url = f"demo://street?seed={seed}&fps=1&seconds={PICTURES * APART}"
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as config:
        config.write("lpr: { enabled: false }\n")
        config.flush()
        subprocess.run([binary, "process", "--quiet", "--config", config.name, url], check=True, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, env=os.environ | {"XDG_CACHE_HOME": str(cache)})
    return next((cache / "vedette/demo").glob("*.mp4"))


def things(frame: dict, width: int, height: int):
    """(box, label, sure) of one frame, px. What can hardly be seen is not sure, what can't is left out."""
    for thing in frame["objects"]:
        if thing["visible"] >= HIDDEN:
            x, y, w, h = thing["box"]
            yield (x * width, y * height, (x + w) * width, (y + h) * height), thing["label"], thing["visible"] >= CLEAR


def plates(frame: dict, width: int, height: int):
    """(corners, sure) of one frame, px."""
    for thing in frame["objects"]:
        plate = thing.get("plate")
        if plate and plate["visible"] > HIDDEN:
            yield [v * (width, height)[i % 2] for i, v in enumerate(flat(plate["corners"]))], plate["visible"] > 0.9


def readable(frame: dict, width: int, height: int):
    """(corners 4 x 2 px, text) of the plates of one frame that a person could read."""
    for thing in frame["objects"]:
        plate = thing.get("plate")
        if plate and plate["visible"] > 0.95 and plate["height_px"] >= LEGIBLE_PX and 0 < len(sources.latin(plate["text"])) <= data.SLOTS:
            yield np.array(plate["corners"], np.float32).reshape(4, 2) * [width, height], sources.latin(plate["text"])


def flat(values: list) -> list[float]:
    return [v for pair in values for v in pair] if isinstance(values[0], list) else values


def text(values) -> str:
    return ",".join(f"{v:.1f}" for v in values)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=16)
    arguments = parser.parse_args()
    crops = arguments.out / "plates"
    crops.mkdir(parents=True, exist_ok=True)
    with ((arguments.out / "objects.tsv").open("w", newline="") as of_things, (arguments.out / "plates.tsv").open("w", newline="") as of_plates,
          (arguments.out / "labels.tsv").open("w", newline="") as of_texts):
        objects, quads, texts = (csv.writer(file, delimiter="\t") for file in (of_things, of_plates, of_texts))
        texts.writerow(["file", "text", "set"])
        objects.writerow(["set", "file", "box", "label", "sure"])
        quads.writerow(["set", "file", "quad", "sure", "lines"])
        for seed in range(FIRST_SEED, FIRST_SEED + arguments.seeds):
            with tempfile.TemporaryDirectory() as cache:
                video = clip(arguments.binary.resolve(), seed, Path(cache))
                truth = json.loads(video.with_suffix(".truth.json").read_text())
                subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", video, "-vf", f"select=not(mod(n\\,{APART}))", "-vsync", "0",
                                "-start_number", "0", arguments.out / f"{seed}-%04d.png"], check=True, stdin=subprocess.DEVNULL)
            size = truth["width_px"], truth["height_px"]
            for i, frame in enumerate(truth["frames"][::APART]):
                name = f"{seed}-{i:04d}.png"
                for box, label, sure in list(things(frame, *size)) or [(None, "", False)]:
                    objects.writerow([".", name, "" if box is None else text(box), label, int(sure)])
                for quad, sure in list(plates(frame, *size)) or [(None, False)]:
                    quads.writerow([".", name, "" if quad is None else text(quad), int(sure), 1])
                for j, (corners, plate) in enumerate(readable(frame, *size)):
                    file = f"plates/{name[:-4]}-{j}.png"
                    cv2.imwrite(str(arguments.out / file), teach.cut(cv2.imread(str(arguments.out / name)), corners, teach.MARGINS[1]))
                    texts.writerow([file, plate, data.STREET])
            print(f"{arguments.out}: street {seed}", flush=True)


if __name__ == "__main__":
    main()
