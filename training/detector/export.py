"""Checkpoint -> ONNX, checked number by number, and timed.

    python -m training.detector.export CHECKPOINT OUT.onnx

Input `picture` 1 x 3 x 320 x 320 float32 RGB 0..1, output `plates` 1 x 6000 x 15 for the decoder `plate-corners`
with `strides: [8, 16]`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from training import exporting
from training.detector.model import SIDE, PlateDetector

TOLERANCE = 1e-3  # pixels; probabilities agree much better


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
    exporting.ship(model, [exporting.noise(1, SIDE, SIDE)], arguments.out, "plates", TOLERANCE)


if __name__ == "__main__":
    main()
