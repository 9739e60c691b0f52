"""Pictures to train the detector on: rendered plates set into training pictures, beside the real ones in them.

What a picture shows besides is known from detector/teach.py: real plates with corners, and places that may be
plates and are left out of the loss. Captions without a plate are painted in, too: they teach what is no plate.
"""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from training import sources
from training.plates import camera, draw, glyphs, styles

SIDE = 320
SETS = ("oi-plates", "oi-plates-416", "romania", "easypr-cn", "oi-vehicles", "openimages-vehicles")


@dataclass
class Base:
    """A training picture: RGB, at most 640 wide; quads n x 4 x 2 pixels; sure: a plate (else: left out)."""

    picture: np.ndarray
    quads: np.ndarray
    sure: np.ndarray
    lines: np.ndarray


@dataclass
class Scene:
    """picture SIDE x SIDE x 3 uint8 RGB; quads n x 4 x 2 pixels; lines n (1, 2; 0: leave this place out)."""

    picture: np.ndarray
    quads: list[np.ndarray] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)


def bases(taught: Path, wanted: Callable[[str], bool]) -> list[Base]:
    """The pictures that teach.py looked at (or streets.py rendered: the set "."), with what it found, of the wanted file names."""
    path = taught / "plates.tsv"
    if not path.is_file():
        raise FileNotFoundError(f"no {path}: run training.detector.teach --out {taught} first")
    found: dict[tuple[str, str], list[dict[str, str]]] = {}
    with path.open(newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            found.setdefault((row["set"], row["file"]), []).append(row)
    return [base for (name, file), rows in found.items() if wanted(file) and (base := _base((taught if name == "." else sources.folder(name)) / file, rows))]


def _base(path: Path, rows: list[dict[str, str]]) -> Base | None:
    image = cv2.imread(str(path))
    if image is None:
        return None
    scale = min(1.0, 640 / max(image.shape[:2]))
    picture = cv2.cvtColor(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB)
    rows = [r for r in rows if r["quad"]]
    quads = np.array([[float(v) for v in r["quad"].split(",")] for r in rows], np.float32).reshape(-1, 4, 2) * scale
    return Base(picture, quads, np.array([r["sure"] == "1" for r in rows], bool), np.array([int(r["lines"]) for r in rows], int))


def _placed(base: Base, rng: random.Random) -> tuple[Scene, np.ndarray]:
    """A part of the picture, letterboxed to the detector's size; and where there is picture (bool)."""
    height, width = base.picture.shape[:2]
    scale = SIDE / max(height, width) * math.exp(rng.uniform(-0.5, 1.0))
    dx, dy = rng.uniform(min(0, SIDE - width * scale), max(0, SIDE - width * scale)), rng.uniform(min(0, SIDE - height * scale), max(0, SIDE - height * scale))
    matrix = np.array([[scale, 0, dx], [0, scale, dy]], np.float32)
    if rng.random() < 0.5:
        matrix = matrix @ np.array([[-1, 0, width], [0, 1, 0], [0, 0, 1]], np.float32)
    source = base.picture
    if scale < 0.6:
        source = cv2.resize(source, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
        shown = matrix @ np.diag([2, 2, 1]).astype(np.float32)
    else:
        shown = matrix
    pad = rng.choice([0, 0, 114])
    scene = Scene(cv2.warpAffine(source, shown, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderValue=(pad, pad, pad)))
    inside = cv2.warpAffine(np.ones((height, width), np.uint8), matrix, (SIDE, SIDE)) > 0
    mirrored = matrix[0, 0] < 0
    for quad, sure, lines in zip(base.quads, base.sure, base.lines):
        moved = quad @ matrix[:, :2].T + matrix[:, 2]
        moved = moved[[1, 0, 3, 2]] if mirrored else moved
        seen = ((moved > 0) & (moved < SIDE)).all()
        if ((moved > -20) & (moved < SIDE + 20)).all():
            scene.quads.append(moved.astype(np.float32))
            scene.lines.append(int(lines) if sure and seen and np.ptp(moved[:, 0]) > 7 else 0)
    return scene, inside


def _overlaps(scene: Scene, low: np.ndarray, high: np.ndarray) -> bool:
    return any((q.min(0) - 4 < high).all() and (q.max(0) + 4 > low).all() for q in scene.quads)


def _paste(scene: Scene, inside: np.ndarray, rng: random.Random) -> None:
    """One rendered plate somewhere where nothing else is known to be."""
    plate = draw.plate(rng, scale=rng.uniform(0.35, 0.6))
    image, _, (x0, y0, x1, y1) = camera.framed(plate, rng)
    image = camera.dirty(image, rng)
    width = math.exp(rng.uniform(math.log(12), math.log(150)))
    height = width * (y1 - y0) / (x1 - x0)
    quad = camera._quad(width, height, rng)
    low, high = quad.min(0) - 6, quad.max(0) + 6
    if (high - low > SIDE - 4).any():
        return
    shift = np.array([rng.uniform(-low[0], SIDE - high[0]), rng.uniform(-low[1], SIDE - high[1])], np.float32)
    quad, low, high = quad + shift, low + shift, high + shift
    x, y = quad.mean(0).astype(int)
    if _overlaps(scene, low, high) or not inside[y, x]:
        return
    shrink = min(1.0, 1.3 * width / (x1 - x0))
    if shrink < 0.8:
        image = cv2.resize(image, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
        x0, y0, x1, y1 = (v * shrink for v in (x0, y0, x1, y1))
    around = scene.picture[max(0, y - 20):y + 20, max(0, x - 20):x + 20].mean() / 110
    image = np.clip(image * np.clip(around * rng.uniform(0.7, 1.6), 0.25, 1.3), 0, 255).astype(np.uint8)
    matrix = cv2.getPerspectiveTransform(np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], np.float32), quad)
    cv2.warpPerspective(image, matrix, (SIDE, SIDE), dst=scene.picture, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT)
    scene.quads.append(quad)
    scene.lines.append(plate.lines)


def _caption(scene: Scene, rng: random.Random) -> None:
    """Lettering that is no plate: shop names, time stamps, signs."""
    text = rng.choice([rng.choice(styles.DEALERS), f"{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}:{rng.randint(0, 59):02d}", "TAXI", "POLIZEI", "CAMERA 01", "SALE", "HOTEL"])
    mask = glyphs.small_text(text, rng.randint(6, 28), rng.choice([-2, -1, rng.randrange(50)]))
    if mask.shape[1] >= SIDE:
        return
    x, y = rng.randrange(SIDE - mask.shape[1]), rng.randrange(SIDE - mask.shape[0])
    if _overlaps(scene, np.array([x, y]), np.array([x + mask.shape[1], y + mask.shape[0]])):
        return
    part = scene.picture[y:y + mask.shape[0], x:x + mask.shape[1]]
    if rng.random() < 0.3:
        part[:] = [rng.randrange(256) for _ in range(3)]
    part[:] = part + (np.array([rng.randrange(256) for _ in range(3)], np.float32) - part) * (mask[..., None] / 255.0)


def scene(known: list[Base], rng: random.Random) -> Scene:
    out, inside = _placed(rng.choice(known), rng)
    for _ in range(rng.choice([0, 0, 1])):
        _caption(out, rng)
    for _ in range(rng.choice([0, 1, 1, 2, 3, 4])):
        _paste(out, inside, rng)
    if rng.random() < 0.6:
        seen = camera.sensed(out.picture, rng.uniform(4, 14), rng)
        out.picture = np.where(inside[..., None], seen, out.picture)  # what a letterbox adds, no camera has seen
    return out
