"""Held-out crops as labelled folders for `vedette eval plates`: to measure confusions and a temperature on.

    python -m training.reader.held_out OUT_DIR [--taught DIR] [--rendered COUNT]

Writes OUT_DIR/real (the held-out part of the real training crops) and OUT_DIR/rendered (crops of the renderer, by a seed
of their own: neither trained on nor what checkpoints are judged by), PNG and labels.tsv. They show third parties' pictures:
never commit them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np

from training.reader import data

SEED = 20241130


def write(crops: list[tuple[np.ndarray, str, str]], folder: Path) -> None:
    """Crops (RGB, text, set) into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["file\ttext\tset"]
    for i, (image, text, name) in enumerate(crops):
        file = f"{i:05d}.png"
        cv2.imwrite(str(folder / file), cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
        lines.append(f"{file}\t{text}\t{name}")
    (folder / "labels.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{folder}: {len(crops)} crops")


def rendered(count: int) -> list[tuple[np.ndarray, str, str]]:
    shard = data.fill(count, SEED, [], 0)
    return [(image, "".join(data.ALPHABET[s] for s in signs if s != data.PAD), "rendered")
            for image, signs in zip(shard["images"], shard["signs"])]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--taught", type=Path, action="append", default=[], help="folder of training.reader.teach: its held-out crops too")
    parser.add_argument("--rendered", type=int, default=4096)
    arguments = parser.parse_args()
    write(data.real_crops(True, arguments.taught), arguments.out / "real")
    if arguments.rendered:
        write(rendered(arguments.rendered), arguments.out / "rendered")


if __name__ == "__main__":
    main()
