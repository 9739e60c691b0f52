"""Crops to train on: rendered by a worker into shards on disk, mixed with real training crops.

A shard is a folder of .npy files: images N x 64 x 160 x 3 uint8 RGB, signs N x SLOTS int8 (PAD where empty),
centres N x SLOTS x 2 float32 in 0..1 (-1: unknown), regions N int16 (-1: unknown).
"""

from __future__ import annotations

import csv
import multiprocessing
import os
import random
import shutil
import time
import zlib
from pathlib import Path

import cv2
import numpy as np

from training import sources
from training.plates import camera, draw, texts

SHARD = 4096
SLOTS, PAD = draw.MOST_SIGNS, 36
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_"
VIEWS = 3  # of each rendered plate
FIELDS = ("images", "signs", "centres", "regions")


def regions() -> list[str]:
    """Region ids in the order of the classes."""
    return sorted(texts.grammars())


def encode(text: str) -> list[int]:
    return [ALPHABET.index(c) for c in text] + [PAD] * (SLOTS - len(text))


def real_crops(held_out: bool, taught: Path | None) -> list[tuple[np.ndarray, str, str]]:
    """Real training crops (RGB), text, set; those held out or the others. taught: folder of teach.py."""
    out = []
    for name in sources.LABELLED_CROPS:
        for row in sources.labels(name):
            text = sources.latin(row["text"])
            if sources.held_out(text) == held_out:
                out.append((_read(sources.folder(name) / row["file"]), text, name))
    if taught and (taught / "labels.tsv").is_file():
        with (taught / "labels.tsv").open(newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                if sources.held_out(row["text"]) == held_out:
                    out.append((_read(taught / row["file"]), row["text"], "taught-" + row["set"]))
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
    at = 0
    while at < count:
        if real and rng.random() < real_share * VIEWS / (1 + real_share * (VIEWS - 1)):
            image, text, _ = rng.choice(real)
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


def save(shard: dict[str, np.ndarray], folder: Path) -> None:
    """Complete or not there at all; a folder that is there already stays."""
    half = folder.with_name(f"{folder.name}.{os.getpid()}.tmp")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    for field in FIELDS:
        np.save(half / f"{field}.npy", shard[field])
    if folder.exists():
        shutil.rmtree(half)
    else:
        half.rename(folder)


def load(folder: Path) -> dict[str, np.ndarray]:
    return {field: np.load(folder / f"{field}.npy") for field in FIELDS}


def _number(folder: Path) -> int:
    return int(folder.name.split("-")[1])


def shards(cache: Path) -> list[Path]:
    return sorted((p for p in cache.glob("shard-*") if not p.name.endswith(".tmp")), key=_number)


def _render(cache: Path, taught: Path | None, worker: int, workers: int, seed: int, used, ahead: int, real_share: float) -> None:
    """Renders shards for ever, `ahead` of what was used. Ends with its parent."""
    cv2.setNumThreads(1)
    real, parent = real_crops(False, taught), os.getppid()
    have = shards(cache)
    number = (_number(have[-1]) + 1 if have else 0) // workers * workers + worker
    while os.getppid() == parent:
        if number - used.value > ahead:
            time.sleep(0.3)
            continue
        save(fill(SHARD, zlib.crc32(f"{seed}/{number}".encode()), real, real_share), cache / f"shard-{number:06d}")
        number += workers


class Stream:
    """Shards in the order they're made, and one in two an older one again, as while no new one is ready."""

    def __init__(self, cache: Path, taught: Path | None, *, workers: int, seed: int, keep: int, real_share: float):
        cache.mkdir(parents=True, exist_ok=True)
        have = shards(cache)
        self.cache, self.keep, self.rng, self.turn = cache, keep, random.Random(seed), 0
        self.next = _number(have[-1]) + 1 if have else 0
        context = multiprocessing.get_context("spawn")
        self.used = context.Value("q", self.next)
        self.workers = [context.Process(target=_render, daemon=True, args=(cache, taught, i, workers, seed, self.used, 8, real_share))
                        for i in range(workers)]
        for worker in self.workers:
            worker.start()

    def __iter__(self):
        return self

    def __next__(self) -> dict[str, np.ndarray]:
        self.turn += 1
        while True:
            if not all(w.is_alive() for w in self.workers):
                raise RuntimeError("a render worker ended; its error is above")
            have = shards(self.cache)
            new = [p for p in have if _number(p) >= self.next]
            if new and (self.turn % 2 or len(have) < 24):
                self.next = _number(new[0]) + 1
                self.used.value = self.next
                for old in have[:-self.keep]:
                    shutil.rmtree(old, ignore_errors=True)
                return load(new[0])
            if have:
                return load(self.rng.choice(have))
            time.sleep(0.5)


def validation(cache: Path, count: int = 2048) -> dict[str, np.ndarray]:
    """Rendered crops that are never trained on (their own seed), kept in the cache."""
    folder = cache / "validation"
    if not folder.is_dir():
        save(fill(count, 987654321, [], 0), folder)
    return load(folder)
