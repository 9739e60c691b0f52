"""Exact match of plate readers on ground-truth boxes. To be run rarely, never to choose a checkpoint.

    python -m training.reader.evaluate MODEL.onnx [MODEL.onnx ...]

Boxes are grown by 5 % of their width and 8 % of their height on each side, as the program does; crops are taken as
they are. "folded" takes O for 0 and I for 1. Besides the evaluation sets: the held-out fifth of the training crops.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import cv2
import numpy as np
import onnxruntime

from training import evaluation
from training.plates import camera
from training.reader import data

FOLD = str.maketrans("OI", "01")
MARGIN = (0.05, 0.08)


class Reader:
    """A fixed-slot reader: ours (float NCHW, 0..1), or cct (uint8 NHWC)."""

    def __init__(self, path: Path):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.input = self.session.get_inputs()[0]
        self.bytes = "uint8" in self.input.type
        self.height, self.width = self.input.shape[1:3] if self.bytes else self.input.shape[2:4]

    def read(self, crop: np.ndarray) -> tuple[str, float]:
        """RGB crop -> text, confidence."""
        picture = camera.stretched(crop, self.width, self.height)[None]
        if not self.bytes:
            picture = picture.transpose(0, 3, 1, 2).astype(np.float32) / 255
        slots = self.session.run(None, {self.input.name: picture})[0].reshape(-1, len(data.ALPHABET))
        return ("".join(data.ALPHABET[i] for i in slots.argmax(1) if i != data.PAD), float(slots.max(1).prod()))


def grown(image: np.ndarray, row: dict[str, str], margin: tuple[float, float]) -> np.ndarray:
    """The label's box with a margin, cut at the picture's edge."""
    x, y, w, h = (float(row[k]) for k in "xywh")
    x0, y0 = max(0, round(x - w * margin[0])), max(0, round(y - h * margin[1]))
    return image[y0:round(y + h * (1 + margin[1])), x0:round(x + w * (1 + margin[0]))]


def crops_of(name: str, margin: tuple[float, float]) -> list[tuple[np.ndarray, str]]:
    out = []
    for row in evaluation.rows(name):
        image = cv2.cvtColor(cv2.imread(row["file"]), cv2.COLOR_BGR2RGB)
        out.append((grown(image, row, margin) if "x" in row else image, row["text"]))
    return out


def wilson(right: int, count: int) -> tuple[float, float]:
    """95 % interval in per cent."""
    p, z = right / count, 1.96
    middle, half = p + z * z / 2 / count, z * math.sqrt(p * (1 - p) / count + z * z / 4 / count / count)
    return 100 * (middle - half) / (1 + z * z / count), 100 * (middle + half) / (1 + z * z / count)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--margin", type=float, nargs=2, default=MARGIN)
    arguments = parser.parse_args()
    sets = {name: crops_of(name, tuple(arguments.margin)) for name in evaluation.SETS}
    for image, text, name in data.real_crops(True, None):
        sets.setdefault(name + ", held out", []).append((image, text))
    print("| set (crops) | model | exact % (95 %) | folded % | character errors % |\n| --- | --- | --- | --- | --- |")
    for name, crops in sets.items():
        for path in arguments.models:
            reader = Reader(path)
            reads = [reader.read(image)[0] for image, _ in crops]
            right = sum(a == t for a, (_, t) in zip(reads, crops))
            folded = sum(a.translate(FOLD) == t.translate(FOLD) for a, (_, t) in zip(reads, crops))
            wrong = sum(distance(a.translate(FOLD), t.translate(FOLD)) for a, (_, t) in zip(reads, crops))
            low, high = wilson(right, len(crops))
            print(f"| {name} ({len(crops)}) | {path.stem} | {100 * right / len(crops):.1f} ({low:.1f}–{high:.1f}) | "
                  f"{100 * folded / len(crops):.1f} | {100 * wrong / sum(len(t) for _, t in crops):.1f} |", flush=True)


def distance(a: str, b: str) -> int:
    """Levenshtein's."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


if __name__ == "__main__":
    main()
