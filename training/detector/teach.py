"""Corners of the real plates on training pictures, and places that may be plates, by a third-party detector.

    python -m training.detector.teach --out DIR

Labelled plates get the teacher's corners where both agree. What the teacher alone finds is a plate if it's sure
and the set's plates aren't labelled; otherwise that place is left out of the loss. Writes DIR/plates.tsv.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import cv2
import numpy as np

from training import sources
from training.detector.scenes import SETS
from training.teachers import PlateDetector, box_corners

SURE, MAYBE = 0.6, 0.08
COMPLETE = ("oi-plates", "oi-plates-416", "romania")  # all their plates have boxes


def distinct(found: list[tuple[np.ndarray, float, int]]) -> list[tuple[np.ndarray, float, int]]:
    """Without those that overlap a better one."""
    out: list[tuple[np.ndarray, float, int]] = []
    for one in found:
        if all(overlap(one[0], other) < 0.3 for other, _, _ in out):
            out.append(one)
    return out


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    """Intersection over union of the boxes around two quads."""
    low, high = np.maximum(a.min(0), b.min(0)), np.minimum(a.max(0), b.max(0))
    shared = np.prod(np.clip(high - low, 0, None))
    return float(shared / (np.prod(np.ptp(a, 0)) + np.prod(np.ptp(b, 0)) - shared + 1e-6))


def judged(found: list[tuple[np.ndarray, float, int]], labelled: list[np.ndarray], complete: bool) -> list[tuple[np.ndarray, bool, int]]:
    """(quad, sure, lines) for everything that may be a plate."""
    out = []
    for box in labelled:
        best = max(found, key=lambda f: overlap(f[0], box), default=None)
        if best and overlap(best[0], box) > 0.5:
            out.append((best[0], True, best[2]))
        else:
            out.append((box, False, 1))
    for quad, score, lines in found:
        if all(overlap(quad, other) < 0.2 for other, _, _ in out):
            out.append((quad, score > SURE and not complete, lines))
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    arguments.out.mkdir(parents=True, exist_ok=True)
    teacher = PlateDetector()
    with (arguments.out / "plates.tsv").open("w", newline="") as file:
        writer = csv.writer(file, delimiter="\t")
        writer.writerow(["set", "file", "quad", "sure", "lines"])
        for name in SETS:
            by_file: dict[str, list[np.ndarray]] = {}
            for row in sources.labels(name):
                boxes = by_file.setdefault(row["file"], [])
                if row.get("label", "plate") == "plate" and row["x"]:
                    boxes.append(box_corners(row))
            count = 0
            for picture_file, boxes in by_file.items():
                picture = cv2.imread(str(sources.folder(name) / picture_file))
                plates = judged(distinct(teacher.plates(picture, MAYBE)), boxes, name in COMPLETE) if picture is not None else []
                count += sum(sure for _, sure, _ in plates)
                for quad, sure, lines in plates or [(None, False, 0)]:
                    writer.writerow([name, picture_file, "" if quad is None else ",".join(f"{v:.1f}" for v in quad.ravel()), int(sure), lines])
            print(f"{name}: {count} plates with corners on {len(by_file)} pictures", flush=True)


if __name__ == "__main__":
    main()
