"""Checkpoint -> ONNX, checked number by number, and timed.

    python -m training.objects.export CHECKPOINT OUT.onnx [--taught DIR]

Input `picture` 1 x 3 x height x width float32 RGB 0..1, height and width any multiples of 32, output `objects` 1 x cells x 11
for the decoder `yolox` with strides 8, 16, 32. With --taught scores are made to say how often they are right on the held-out
pictures: a straight line through the logits (Platt, 1999), the same for all kinds, so that no order changes.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from training import exporting
from training.objects import data, train
from training.objects.model import CLASSES, SIDE, SIZE, ObjectDetector

TOLERANCE = 1e-3


class Shipped(nn.Module):
    """Boxes as offsets in their cells, so that nothing depends on the picture's size. The objectness is 1: nothing else was
    learnt than how likely each kind is."""

    def __init__(self, model: ObjectDetector, slope: float = 1.0, shift: float = 0.0):
        super().__init__()
        self.model, self.slope, self.shift = model, slope, shift

    def forward(self, picture: Tensor) -> Tensor:
        out = []
        for raw in self.model.raw(picture):
            raw = raw.reshape(1, 4 + len(CLASSES), -1)
            kinds = (raw[:, 4:] * self.slope + self.shift).sigmoid()
            out.append(torch.cat([raw[:, :2] + 0.5, raw[:, 2:4] + math.log(SIZE), raw[:, :1] * 0 + 1, kinds], 1))
        return torch.cat(out, 2).transpose(1, 2)


def fitted(answers: list[tuple[float, bool]]) -> tuple[float, float]:
    """Slope and shift of the logits by which scores become shares of right answers: least cross-entropy, by Newton's method."""
    score = np.clip(np.array([s for s, _ in answers]), 1e-4, 1 - 1e-4)
    x, y = np.log(score / (1 - score)), np.array([float(r) for _, r in answers])
    design, line = np.stack([x, np.ones_like(x)], 1), np.array([1.0, 0.0])
    for _ in range(30):
        p = 1 / (1 + np.exp(-design @ line))
        line = line + np.linalg.solve(design.T @ (design * (p * (1 - p))[:, None]) + 1e-6 * np.eye(2), design.T @ (y - p))
    return float(line[0]), float(line[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--taught", type=Path, action="append", help="folders of training.objects.teach and training.streets")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if not arguments.checkpoint.is_file():
        raise FileNotFoundError(f"no checkpoint at {arguments.checkpoint}: train one with training.objects.train --out")
    model = ObjectDetector()
    model.load_state_dict(torch.load(arguments.checkpoint, map_location="cpu", weights_only=True)["average"])
    line = (1.0, 0.0)
    if arguments.taught:
        found = train.matched(model, data.validation(arguments.taught, SIDE), torch.device("cpu"))
        line = fitted([answer for of_kind in found.values() for answer in of_kind])
        print(f"logits are multiplied by {line[0]:.3f}, then {line[1]:+.3f}")
    exporting.ship(Shipped(model, *line), [exporting.noise(1, SIDE, SIDE), exporting.noise(2, 256, SIDE)], arguments.out, "objects", TOLERANCE,
                   {2: "height", 3: "width"})


if __name__ == "__main__":
    main()
