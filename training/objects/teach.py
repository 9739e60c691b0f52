"""What training pictures show, by the labels they come with and two third-party detectors that agree.

    python -m training.objects.teach --out DIR

No set is labelled whole. A thing is sure if a label says so, if both teachers see it, or if one has hardly a doubt;
what one of them takes for possible is left out of the loss, and so are labels of groups. Writes DIR/objects.tsv.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from training import sources
from training.objects.model import CLASSES
from training.teachers import ObjectTeacher, nanodet, yolox

SURE_ALONE, AGREED, MAYBE = 0.7, 0.3, 0.22
ROAD = {"car", "bus", "truck"}  # taken for one another
MEANT = {"person": "person", "car": "car", "bus": "bus", "truck": "truck", "motorcycle": "motorcycle", "motobike": "motorcycle", "bike": "bicycle"}
GENERIC = {"vehicle", "ambulance"}  # which kind of vehicle, the teachers say


@dataclass(eq=False)
class Thing:
    """box: left, top, right, bottom, px; label: of CLASSES."""

    box: np.ndarray
    label: str
    score: float


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    """Intersection over union."""
    low, high = np.maximum(a[:2], b[:2]), np.minimum(a[2:], b[2:])
    shared = float(np.prod(np.clip(high - low, 0, None)))
    return shared / (float(np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2])) - shared + 1e-6)


def within(a: np.ndarray, b: np.ndarray) -> float:
    """The share of a that lies in b."""
    low, high = np.maximum(a[:2], b[:2]), np.minimum(a[2:], b[2:])
    return float(np.prod(np.clip(high - low, 0, None)) / (np.prod(a[2:] - a[:2]) + 1e-6))


def alike(a: str, b: str) -> bool:
    return a == b or {a, b} <= ROAD


def agreed(first: list[Thing], second: list[Thing]) -> list[tuple[Thing, bool]]:
    """What two teachers saw, each thing once, and whether it's sure."""
    out, rest = [], list(second)
    for one in first:
        same = max((t for t in rest if alike(t.label, one.label)), key=lambda t: overlap(t.box, one.box), default=None)
        if same is None or overlap(same.box, one.box) < 0.5:
            out.append((one, one.score >= SURE_ALONE))
            continue
        rest.remove(same)
        both = one.score >= AGREED and same.score >= AGREED and (one.label == same.label or abs(one.score - same.score) > 0.2)
        best = max(one, same, key=lambda t: t.score)
        out.append((Thing((one.box * one.score + same.box * same.score) / (one.score + same.score), best.label, best.score), both or best.score >= SURE_ALONE))
    return out + [(t, t.score >= SURE_ALONE) for t in rest]


def judged(seen: list[tuple[Thing, bool]], labelled: list[tuple[np.ndarray, str]]) -> list[tuple[np.ndarray, str, bool]]:
    """(box, label, sure) for everything that is or may be a thing of CLASSES."""
    out: list[tuple[np.ndarray, str, bool]] = []
    rest = list(seen)
    for box, word in labelled:
        label = MEANT.get(word)
        fits = [(t, sure) for t, sure in rest if (label is None and t.label in ROAD) or (label is not None and alike(t.label, label))]
        if sum(within(t.box, box) > 0.8 and overlap(t.box, box) < 0.5 for t, _ in fits) >= 2:
            out.append((box, label or "car", False))  # a group
            continue
        same = max(fits, key=lambda f: overlap(f[0].box, box), default=None)
        if same is not None and overlap(same[0].box, box) > 0.5:
            rest.remove(same)
            label = label or same[0].label
            out.append((box, label, True))
        else:
            out.append((box, label or "car", label is not None))
    for thing, sure in sorted(rest, key=lambda f: (-f[1], -f[0].score)):  # a part of what is known already says nothing
        if not any(ok and alike(thing.label, label) and (within(thing.box, box) > 0.8 or overlap(thing.box, box) > 0.5) for box, label, ok in out):
            out.append((thing.box, thing.label, sure))
    return out


def things(teacher: ObjectTeacher, picture: np.ndarray) -> list[Thing]:
    return [Thing(box, label, score) for box, label, score in teacher.things(picture, MAYBE) if label in CLASSES]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    arguments.out.mkdir(parents=True, exist_ok=True)
    first, second = yolox(), nanodet()
    with (arguments.out / "objects.tsv").open("w", newline="") as file:
        writer = csv.writer(file, delimiter="\t")
        writer.writerow(["set", "file", "box", "label", "sure"])
        for name in sources.OBJECTS:
            given: dict[str, list[tuple[np.ndarray, str]]] = {}
            for row in sources.labels(name) if sources.has_labels(name) else []:
                if row["x"] and (row.get("label", "plate") in MEANT or row.get("label", "plate") in GENERIC):
                    x, y, w, h = (float(row[k]) for k in "xywh")
                    given.setdefault(row["file"], []).append((np.array([x, y, x + w, y + h], np.float32), row["label"]))
            count = pictures = 0
            for path in sources.pictures(name):
                picture = cv2.imread(str(path))
                if picture is None:
                    continue
                found = judged(agreed(things(first, picture), things(second, picture)), given.get(path.name, []))
                pictures, count = pictures + 1, count + sum(sure for _, _, sure in found)
                for box, label, sure in found or [(None, "", False)]:
                    writer.writerow([name, path.name, "" if box is None else ",".join(f"{v:.1f}" for v in box), label, int(sure)])
            print(f"{name}: {count} things that are sure on {pictures} pictures", flush=True)


if __name__ == "__main__":
    main()
