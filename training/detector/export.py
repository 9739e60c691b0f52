"""Checkpoint -> ONNX, checked number by number.

    python -m training.detector.export CHECKPOINT OUT.onnx

Input `picture` 1 x 3 x 320 x 320 float32 RGB 0..1, output `plates` 1 x 6000 x 15 for the decoder `plate-corners`
with `strides: [8, 16]`.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch

from training.detector.model import SIDE, PlateDetector

OPSET = 17
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
    model.eval()
    picture = torch.from_numpy(np.random.default_rng(1).random((1, 3, SIDE, SIDE), dtype=np.float32))
    torch.onnx.export(model, picture, str(arguments.out), opset_version=OPSET, input_names=["picture"], output_names=["plates"], dynamo=False)
    onnx.checker.check_model(onnx.load(str(arguments.out)), full_check=True)
    session = onnxruntime.InferenceSession(str(arguments.out), providers=["CPUExecutionProvider"])
    with torch.no_grad():
        worst = float(np.abs(model(picture).numpy() - session.run(None, {"picture": picture.numpy()})[0]).max())
    if worst > TOLERANCE:
        raise SystemExit(f"{arguments.out}: differs from PyTorch by {worst:.2g} (allowed {TOLERANCE}); don't ship it")
    print(f"{arguments.out}: {sum(p.numel() for p in model.parameters())} parameters, differs from PyTorch by {worst:.1e}\n"
          f"sha256: {hashlib.sha256(arguments.out.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main()
