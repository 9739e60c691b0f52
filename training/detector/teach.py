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
from training.reader.teach import session

SURE, MAYBE = 0.6, 0.08
COMPLETE = ("oi-plates", "oi-plates-416", "romania")  # all their plates have boxes


class Teacher:
    def __init__(self) -> None:
        self.session = session(sources.shared() / "models" / "plate" / "hyperlpr_y5fu_640x_sim.onnx")

    def plates(self, picture: np.ndarray) -> list[tuple[np.ndarray, float, int]]:
        """BGR -> (4 x 2 corners clockwise from the upper left, score, lines), without overlaps, best first."""
        scale = 640 / max(picture.shape[:2])
        small, canvas = cv2.resize(picture, None, fx=scale, fy=scale), np.full((640, 640, 3), 114, np.uint8)
        canvas[:small.shape[0], :small.shape[1]] = small[:640, :640]
        blob = canvas[..., ::-1].transpose(2, 0, 1)[None].astype(np.float32) / 255
        rows = self.session.run(None, {self.session.get_inputs()[0].name: blob})[0].reshape(-1, 15)
        scores = rows[:, 4] * rows[:, 13:15].max(1)
        out: list[tuple[np.ndarray, float, int]] = []
        for i in np.argsort(-scores)[:200]:
            if scores[i] < MAYBE:
                break
            quad = clockwise(rows[i, 5:13].reshape(4, 2) / scale)
            if all(overlap(quad, other) < 0.3 for other, _, _ in out):
                out.append((quad, float(scores[i]), int(rows[i, 13:15].argmax()) + 1))
        return out


def clockwise(points: np.ndarray) -> np.ndarray:
    """From the upper left."""
    middle = points.mean(0)
    return points[np.argsort(np.arctan2(points[:, 1] - middle[1], points[:, 0] - middle[0]))].astype(np.float32)


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
    teacher = Teacher()
    with (arguments.out / "plates.tsv").open("w", newline="") as file:
        writer = csv.writer(file, delimiter="\t")
        writer.writerow(["set", "file", "quad", "sure", "lines"])
        for name in SETS:
            by_file: dict[str, list[np.ndarray]] = {}
            for row in sources.labels(name):
                boxes = by_file.setdefault(row["file"], [])
                if row.get("label", "plate") == "plate" and row["x"]:
                    x, y, w, h = (float(row[k]) for k in "xywh")
                    boxes.append(np.array([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], np.float32))
            count = 0
            for picture_file, boxes in by_file.items():
                picture = cv2.imread(str(sources.folder(name) / picture_file))
                plates = judged(teacher.plates(picture), boxes, name in COMPLETE) if picture is not None else []
                count += sum(sure for _, sure, _ in plates)
                for quad, sure, lines in plates or [(None, False, 0)]:
                    writer.writerow([name, picture_file, "" if quad is None else ",".join(f"{v:.1f}" for v in quad.ravel()), int(sure), lines])
            print(f"{name}: {count} plates with corners on {len(by_file)} pictures", flush=True)


if __name__ == "__main__":
    main()
