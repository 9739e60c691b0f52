"""Scenes as shards: pictures N x 320 x 320 x 3 uint8 RGB, quads N x MOST x 4 x 2 pixels, lines N x MOST (1, 2; 0: leave out; -1: none)."""

from __future__ import annotations

import random
from pathlib import Path

import cv2
import numpy as np

from training import shards, sources
from training.detector import scenes

SHARD, MOST = 512, 12


def kept_out(base_name: str) -> bool:
    """Whether a picture is kept for judging checkpoints."""
    return sources.held_out(base_name)


def fill(count: int, seed: int, known: list[scenes.Base]) -> shards.Shard:
    rng = random.Random(seed)
    out = {"pictures": np.zeros((count, scenes.SIDE, scenes.SIDE, 3), np.uint8),
           "quads": np.zeros((count, MOST, 4, 2), np.float32), "lines": np.full((count, MOST), -1, np.int8)}
    for i in range(count):
        scene = scenes.scene(known, rng)
        out["pictures"][i] = scene.picture
        for j, (quad, lines) in enumerate(list(zip(scene.quads, scene.lines))[:MOST]):
            out["quads"][i, j], out["lines"][i, j] = quad, lines
    return out


class Filler:
    """What a render worker does: seed -> shard. held_out: from the pictures kept for judging."""

    def __init__(self, taught: list[Path], held_out: bool = False):
        cv2.setNumThreads(1)
        self.known = [b for folder in taught for b in scenes.bases(folder, lambda name: kept_out(name) == held_out)]

    def __call__(self, seed: int, count: int = SHARD) -> shards.Shard:
        return fill(count, seed, self.known)


def validation(cache: Path, taught: list[Path], count: int = 512) -> shards.Shard:
    folder = cache / "validation"
    if not folder.is_dir():
        shards.save(Filler(taught, held_out=True)(987654321, count), folder)
    return shards.load(folder)
