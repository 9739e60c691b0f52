"""Scenes as shards: pictures N x side x side x 3 uint8 RGB, boxes N x MOST x 4 (left, top, right, bottom, px), kinds
N x MOST (index of CLASSES; -2: leave this place out; -1: none)."""

from __future__ import annotations

import random
from pathlib import Path

import cv2
import numpy as np

from training import shards, sources
from training.objects import scenes
from training.objects.model import CLASSES

SHARD, MOST = 256, 60


def packed(made: list[scenes.Scene]) -> shards.Shard:
    side = made[0].picture.shape[0]
    out = {"pictures": np.zeros((len(made), side, side, 3), np.uint8), "boxes": np.zeros((len(made), MOST, 4), np.float32),
           "kinds": np.full((len(made), MOST), -1, np.int8)}
    for i, scene in enumerate(made):
        out["pictures"][i] = scene.picture
        largest = np.argsort(-np.prod(scene.boxes[:, 2:] - scene.boxes[:, :2], 1))[:MOST]
        out["boxes"][i, :len(largest)], out["kinds"][i, :len(largest)] = scene.boxes[largest], scene.kinds[largest]
    return out


def balanced(known: list[scenes.Base]) -> list[scenes.Base]:
    """Pictures with kinds that are rare come more often."""
    seen = np.zeros(len(CLASSES))
    for base in known:
        seen += np.isin(np.arange(len(CLASSES)), base.kinds)
    often = np.clip(0.25 * len(known) / np.maximum(seen, 1), 1, 4)
    out = []
    for base in known:
        out += [base] * max([1, *(round(often[k]) for k in set(base.kinds.tolist()) if k >= 0)])
    return out


class Filler:
    """What a render worker does: seed -> shard."""

    def __init__(self, taught: list[Path], side: int):
        cv2.setNumThreads(1)
        self.side = side
        self.known = balanced([b for folder in taught for b in scenes.bases(folder, lambda name, file: not sources.picture_held_out(name, file))])

    def __call__(self, seed: int, count: int = SHARD) -> shards.Shard:
        rng = random.Random(seed)
        return packed([scenes.scene(self.known, self.side, rng) for _ in range(count)])


def validation(taught: list[Path], side: int) -> shards.Shard:
    """The held-out pictures, whole."""
    return packed([scenes.whole(b, side) for folder in taught for b in scenes.bases(folder, sources.picture_held_out)])
