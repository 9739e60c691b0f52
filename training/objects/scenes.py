"""Pictures to train the object detector on: one training picture, or four set together, moved, mirrored, in other light.

Nothing is rendered into them; rendered streets (training/streets.py) join as pictures like the others.
"""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from training import sources
from training.objects.model import CLASSES
from training.plates import camera

LEAST = 4  # px; what is smaller in a scene is left out of the loss
KEPT = 640  # px, the longer side of pictures in memory


@dataclass
class Base:
    """A training picture: RGB; boxes n x 4 (left, top, right, bottom, px); kinds n (index of CLASSES, -2: left out)."""

    picture: np.ndarray
    boxes: np.ndarray
    kinds: np.ndarray


@dataclass
class Scene:
    """picture side x side x 3 uint8 RGB; boxes and kinds as in Base."""

    picture: np.ndarray
    boxes: np.ndarray
    kinds: np.ndarray


def bases(taught: Path, wanted: Callable[[str, str], bool]) -> list[Base]:
    """The pictures that teach.py looked at (or streets.py rendered: the set "."), with what they show, of the wanted (set, file)."""
    path = taught / "objects.tsv"
    if not path.is_file():
        raise FileNotFoundError(f"no {path}: run training.objects.teach --out {taught} first")
    found: dict[tuple[str, str], list[dict[str, str]]] = {}
    with path.open(newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            found.setdefault((row["set"], row["file"]), []).append(row)
    return [base for (name, file), rows in found.items() if wanted(name, file) and (base := _base((taught if name == "." else sources.folder(name)) / file, rows))]


def _base(path: Path, rows: list[dict[str, str]]) -> Base | None:
    image = cv2.imread(str(path))
    if image is None:
        return None
    scale = min(1.0, KEPT / max(image.shape[:2]))
    picture = cv2.cvtColor(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB)
    rows = [r for r in rows if r["box"]]
    boxes = np.array([[float(v) for v in r["box"].split(",")] for r in rows], np.float32).reshape(-1, 4) * scale
    return Base(picture, boxes, np.array([CLASSES.index(r["label"]) if r["sure"] == "1" else -2 for r in rows], int))


def _set_into(canvas: np.ndarray, base: Base, room: tuple[int, int, int, int], scale: float, rng: random.Random) -> tuple[np.ndarray, np.ndarray]:
    """Draws the picture, scaled, at a random place of the room (left, top, right, bottom). Gives its boxes there."""
    x0, y0, x1, y1 = room
    height, width = base.picture.shape[:2]
    dx = rng.uniform(min(0, x1 - x0 - width * scale), max(0, x1 - x0 - width * scale))
    dy = rng.uniform(min(0, y1 - y0 - height * scale), max(0, y1 - y0 - height * scale))
    matrix = np.array([[scale, 0, dx], [0, scale, dy]], np.float32)
    mirrored = rng.random() < 0.5
    if mirrored:
        matrix = matrix @ np.array([[-1, 0, width], [0, 1, 0], [0, 0, 1]], np.float32)
    source, shown = base.picture, matrix
    if scale < 0.6:
        source = cv2.resize(source, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
        shown = matrix @ np.diag([2, 2, 1]).astype(np.float32)
    target = canvas[y0:y1, x0:x1]
    cv2.warpAffine(source, shown, (x1 - x0, y1 - y0), dst=target, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT)
    corners = base.boxes.reshape(-1, 2, 2) @ matrix[:, :2].T + matrix[:, 2]
    boxes = np.concatenate([corners.min(1), corners.max(1)], 1).reshape(-1, 4)
    inside = np.clip(boxes, 0, [x1 - x0, y1 - y0] * 2)
    share = np.prod(inside[:, 2:] - inside[:, :2], 1) / np.maximum(np.prod(boxes[:, 2:] - boxes[:, :2], 1), 1e-6)
    small = (inside[:, 2:] - inside[:, :2]).min(1, initial=1e9) < LEAST
    kinds = np.where((share < 0.35) | small, -2, base.kinds)
    seen = share > 0
    return (inside + [x0, y0, x0, y0]).astype(np.float32)[seen], kinds[seen]


def _coloured(picture: np.ndarray, rng: random.Random) -> np.ndarray:
    hsv = cv2.cvtColor(picture, cv2.COLOR_RGB2HSV).astype(np.int16)
    hsv[..., 0] = (hsv[..., 0] + rng.randint(-6, 6)) % 180
    hsv[..., 1] = np.clip(hsv[..., 1] * rng.uniform(0.4, 1.5), 0, 255)
    hsv[..., 2] = np.clip(hsv[..., 2] * rng.uniform(0.5, 1.4), 0, 255)
    return cv2.cvtColor(hsv.astype(np.uint8), cv2.COLOR_HSV2RGB)


def whole(base: Base, side: int) -> Scene:
    """The picture as the program shows it: in the upper left corner, not changed."""
    scale = side / max(base.picture.shape[:2])
    canvas = np.full((side, side, 3), 114, np.uint8)
    small = cv2.resize(base.picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)[:side, :side]
    canvas[:small.shape[0], :small.shape[1]] = small
    return Scene(canvas, base.boxes * scale, base.kinds)


def scene(known: list[Base], side: int, rng: random.Random) -> Scene:
    canvas = np.full((side, side, 3), 114, np.uint8)
    if rng.random() < 0.5:
        x, y = (round(side * rng.uniform(0.35, 0.65)) for _ in range(2))
        rooms, spread = [(0, 0, x, y), (x, 0, side, y), (0, y, x, side), (x, y, side, side)], (-0.9, 0.1)
    else:
        rooms, spread = [(0, 0, side, side)], (-0.35, 0.75)
    boxes, kinds = [], []
    for room in rooms:
        base = rng.choice(known)
        scale = side / max(base.picture.shape[:2]) * math.exp(rng.uniform(*spread))
        part = _set_into(canvas, base, room, scale, rng)
        boxes.append(part[0])
        kinds.append(part[1])
    picture = _coloured(canvas, rng)
    if rng.random() < 0.3:
        picture = camera.sensed(picture, rng.uniform(6, 16), rng)
    return Scene(picture, np.concatenate(boxes), np.concatenate(kinds))
