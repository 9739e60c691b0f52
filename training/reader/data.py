"""Crops to train on: rendered by a worker into shards on disk, mixed with real training crops.

A shard: images N x 64 x 160 x 3 uint8 RGB, signs N x SLOTS int8 (PAD where empty),
centres N x SLOTS x 2 float32 in 0..1 (-1: unknown), regions N int16 (-1: unknown).
"""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from training import shards, sources
from training.plates import camera, draw, texts

SHARD = 4096
SLOTS, PAD = draw.MOST_SIGNS, 36
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_"
VIEWS = 3  # of each rendered plate
STREET = "street"  # the set of plates that training.streets cut out


def regions() -> list[str]:
    """Region ids in the order of the classes."""
    return sorted(texts.grammars())


def encode(text: str) -> list[int]:
    return [ALPHABET.index(c) for c in text] + [PAD] * (SLOTS - len(text))


def real_crops(held_out: bool, taught: Sequence[Path]) -> list[tuple[np.ndarray, str, str]]:
    """Training crops (RGB), text, set; those held out or the others. taught: folders of teach.py, or of training.streets, whose
    plates are rendered, so that none of them is held out."""
    out = []
    for name in sources.LABELLED_CROPS:
        for row in sources.labels(name):
            text = sources.latin(row["text"])
            if sources.held_out(text) == held_out:
                out.append((_read(sources.folder(name) / row["file"]), text, name))
    for folder in taught:
        with (folder / "labels.tsv").open(newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                if (sources.held_out(row["text"]) and row["set"] != STREET) == held_out:
                    out.append((_read(folder / row["file"]), row["text"], "taught-" + row["set"]))
    return [c for c in out if 1 <= len(c[1]) <= SLOTS]


def _read(path: Path) -> np.ndarray:
    image = cv2.imread(str(path))
    if image is None:
        raise OSError(f"{path} is no picture that OpenCV can read; fetch the set again")
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)


def fill(count: int, seed: int, real: list[tuple[np.ndarray, str, str]], real_share: float) -> dict[str, np.ndarray]:
    """`count` crops. The same seed gives the same crops."""
    rng, index = random.Random(seed), {r: i for i, r in enumerate(regions())}
    shard = {"images": np.zeros((count, camera.CROP_HEIGHT, camera.CROP_WIDTH, 3), np.uint8),
             "signs": np.full((count, SLOTS), PAD, np.int8), "centres": np.full((count, SLOTS, 2), -1, np.float32),
             "regions": np.full(count, -1, np.int16)}
    sets = {name: [c for c in real if c[2] == name] for name in sorted({c[2] for c in real})}
    weights = [len(crops) ** 0.5 for crops in sets.values()]
    at = 0
    while at < count:
        if real and rng.random() < real_share * VIEWS / (1 + real_share * (VIEWS - 1)):
            image, text, _ = rng.choice(sets[rng.choices(list(sets), weights)[0]])
            shard["images"][at], shard["signs"][at] = camera.again(image, rng), encode(text)
            at += 1
            continue
        plate = draw.plate(rng)
        for _ in range(min(VIEWS, count - at)):
            shard["images"][at], centres = camera.crop(camera.photograph(plate, rng), rng)
            shard["signs"][at], shard["regions"][at] = encode(plate.text), index[plate.region]
            shard["centres"][at, :len(centres)] = centres
            at += 1
    return shard


class Filler:
    """What a render worker does: seed -> shard."""

    def __init__(self, taught: Sequence[Path], real_share: float):
        cv2.setNumThreads(1)
        self.real, self.real_share = real_crops(False, taught), real_share

    def __call__(self, seed: int) -> shards.Shard:
        return fill(SHARD, seed, self.real, self.real_share)


def validation(cache: Path, count: int = 2048) -> dict[str, np.ndarray]:
    """Rendered crops that are never trained on (their own seed), kept in the cache."""
    folder = cache / "validation"
    if not folder.is_dir():
        shards.save(fill(count, 987654321, [], 0), folder)
    return shards.load(folder)
