"""Checkpoint -> ONNX, checked number by number, and timed.

    python -m training.objects.export CHECKPOINT OUT.onnx

Input `picture` 1 x 3 x height x width float32 RGB 0..1, height and width any multiples of 32, output `objects` 1 x cells x 11
for the decoder `yolox` with strides 8, 16, 32.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import torch
from torch import Tensor, nn

from training import exporting
from training.objects.model import SIDE, SIZE, ObjectDetector

TOLERANCE = 1e-3


class Shipped(nn.Module):
    """Boxes as offsets in their cells, so that nothing depends on the picture's size; the best kind's probability as
    objectness and each kind's share of it: their product is what was learnt."""

    def __init__(self, model: ObjectDetector):
        super().__init__()
        self.model = model

    def forward(self, picture: Tensor) -> Tensor:
        out = []
        for raw in self.model.raw(picture):
            raw = raw.reshape(1, raw.shape[1], -1)
            kinds = raw[:, 4:].sigmoid()
            best = kinds.amax(1, keepdim=True)
            out.append(torch.cat([raw[:, :2] + 0.5, raw[:, 2:4].clamp(-4, 4) + math.log(SIZE), best, kinds / best], 1))
        return torch.cat(out, 2).transpose(1, 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if not arguments.checkpoint.is_file():
        raise FileNotFoundError(f"no checkpoint at {arguments.checkpoint}: train one with training.objects.train --out")
    model = ObjectDetector()
    model.load_state_dict(torch.load(arguments.checkpoint, map_location="cpu", weights_only=True)["average"])
    exporting.ship(Shipped(model), [exporting.noise(1, SIDE, SIDE), exporting.noise(2, 256, SIDE)], arguments.out, "objects", TOLERANCE,
                   {2: "height", 3: "width"})


if __name__ == "__main__":
    main()
