"""Checkpoint -> ONNX, checked number by number, and timed.

    python -m training.detector.export CHECKPOINT OUT.onnx

Input `picture` 1 x 3 x 320 x 320 float32 RGB 0..1, output `plates` 1 x 6000 x 15 for the decoder `plate-corners`
with `strides: [8, 16]`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from torch import Tensor, nn

from training import exporting
from training.detector.model import FIELDS, SIDE, STRIDES, WIDTHS, PlateDetector

TOLERANCE = 1e-3  # pixels; probabilities agree much better


class Shipped(nn.Module):
    """The same as the model's own decoding, for pictures of one size, in no operation that OpenCV 4.6 lacks."""

    def __init__(self, model: PlateDetector):
        super().__init__()
        self.model = model
        for i, stride in enumerate(STRIDES):
            side = SIDE // stride
            y, x = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
            cell = ((torch.stack([x, y], -1).float() + 0.5) * stride).reshape(1, -1, 2).repeat(1, 3, 1)
            width = torch.tensor(WIDTHS[i], dtype=torch.float32).repeat_interleave(side * side).reshape(1, -1, 1)
            self.register_buffer(f"cell{i}", cell.repeat(1, 1, 4))
            self.register_buffer(f"width{i}", width.repeat(1, 1, 8))
            self.register_buffer(f"size{i}", width * torch.tensor([1.0, 0.4]))

    def forward(self, picture: Tensor) -> Tensor:
        out = []
        for i, (features, stride) in enumerate(zip(self.model.features(picture), STRIDES)):
            rows = self.model.heads[i](features).reshape(1, 3, FIELDS, (SIDE // stride) ** 2).permute(0, 1, 3, 2).reshape(1, -1, FIELDS)
            cell, width, size = (getattr(self, f"{name}{i}") for name in ("cell", "width", "size"))
            out.append(torch.cat([cell[..., :2] + rows[..., 0:2] * stride, torch.exp(rows[..., 2:4]) * size, rows[..., 4:5].sigmoid(),
                                  cell + rows[..., 5:13] * width, rows[..., 13:15].softmax(-1)], -1))
        return torch.cat(out, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if not arguments.checkpoint.is_file():
        raise FileNotFoundError(f"no checkpoint at {arguments.checkpoint}: train one with training.detector.train --out")
    model = PlateDetector()
    model.load_state_dict(torch.load(arguments.checkpoint, map_location="cpu", weights_only=True)["model"])
    exporting.ship(Shipped(model), [exporting.noise(1, SIDE, SIDE)], arguments.out, "plates", TOLERANCE)


if __name__ == "__main__":
    main()
