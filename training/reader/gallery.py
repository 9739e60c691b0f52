"""Contact sheet of what a reader gets wrong, on rendered validation crops and held-out training crops.

    python -m training.reader.gallery MODEL.onnx OUT_DIR --cache DIR [--taught DIR]

Writes one PNG for each set into OUT_DIR. They show third parties' pictures: never commit them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np

from training.reader import data
from training.reader.evaluate import Reader

CELL, PER_ROW, MOST = (176, 94), 8, 96


def cell(image: np.ndarray, truth: str, read: str, confidence: float) -> np.ndarray:
    """The crop (RGB), the truth in green below it, the read in red with its confidence."""
    out = np.full((CELL[1], CELL[0], 3), 30, np.uint8)
    scale = min(CELL[0] / image.shape[1], 66 / image.shape[0])
    small = cv2.resize(image, (max(1, int(image.shape[1] * scale)), max(1, int(image.shape[0] * scale))))
    out[:small.shape[0], :small.shape[1]] = small
    cv2.putText(out, truth, (2, 78), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (120, 255, 120), 1, cv2.LINE_AA)
    cv2.putText(out, f"{read} {confidence:.2f}", (2, 91), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (255, 120, 120), 1, cv2.LINE_AA)
    return out


def sheet(cells: list[np.ndarray]) -> np.ndarray:
    while len(cells) % PER_ROW:
        cells.append(np.full_like(cells[0], 30))
    return np.vstack([np.hstack(cells[i:i + PER_ROW]) for i in range(0, len(cells), PER_ROW)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--taught", type=Path, action="append", default=[])
    arguments = parser.parse_args()
    reader, rendered = Reader(arguments.model), data.validation(arguments.cache)
    crops = data.real_crops(True, arguments.taught)
    crops += [(i, "".join(data.ALPHABET[s] for s in row if s != data.PAD), "rendered") for i, row in zip(rendered["images"], rendered["signs"])]
    arguments.out.mkdir(parents=True, exist_ok=True)
    wrong: dict[str, list[np.ndarray]] = {}
    count: dict[str, int] = {}
    for image, truth, name in crops:
        count[name] = count.get(name, 0) + 1
        read, confidence = reader.read(image)
        if read != truth:
            wrong.setdefault(name, []).append(cell(image, truth, read, confidence))
    for name, cells in wrong.items():
        cv2.imwrite(str(arguments.out / f"{name}.png"), cv2.cvtColor(sheet(cells[:MOST]), cv2.COLOR_RGB2BGR))
        print(f"{name}: {len(cells)} of {count[name]} wrong")


if __name__ == "__main__":
    main()
