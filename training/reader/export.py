"""Checkpoint -> ONNX, checked number by number, and timed.

    python -m training.reader.export CHECKPOINT OUT.onnx [--with-region]

The file has one input `picture` (? x 3 x 64 x 160 float32, RGB 0..1) and one output `signs` (? x 10 x 37
probabilities). --with-region adds a second output `region`; what the manifest then needs is printed.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor, nn

from training import exporting
from training.plates import camera
from training.reader import data
from training.reader.model import PlateReader, parameters

TOLERANCE = 1e-4


class Shipped(nn.Module):
    """The reader as it's used: probabilities, regions only if wanted."""

    def __init__(self, model: PlateReader, with_region: bool):
        super().__init__()
        self.model, self.with_region = model, with_region

    def forward(self, picture: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        signs, _, region = self.model.everything(picture)
        return (signs.softmax(-1), region.softmax(-1)) if self.with_region else signs.softmax(-1)


def reader_of(checkpoint: Path) -> PlateReader:
    """The averaged weights, on the CPU."""
    if not checkpoint.is_file():
        raise FileNotFoundError(f"no checkpoint at {checkpoint}: train one with training.reader.train --out")
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    model = PlateReader(len(state["regions"]))
    model.load_state_dict(state["average"])
    return model.eval()


def check(path: Path, shipped: nn.Module) -> float:
    """Largest difference between PyTorch and ONNX Runtime over pictures of noise and ramps; also batches."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    rng, worst = np.random.default_rng(1), 0.0
    for count in (1, 1, 3):
        picture = rng.random((count, 3, camera.CROP_HEIGHT, camera.CROP_WIDTH), dtype=np.float32)
        with torch.no_grad():
            ours = shipped(torch.from_numpy(picture))
        for a, b in zip(ours if isinstance(ours, tuple) else (ours,), session.run(None, {"picture": picture})):
            worst = max(worst, float(np.abs(a.numpy() - b).max()))
    return worst


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--with-region", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    model = reader_of(arguments.checkpoint)
    shipped = Shipped(model, arguments.with_region).eval()
    names = ["signs", "region"] if arguments.with_region else ["signs"]
    torch.onnx.export(shipped, torch.zeros(1, 3, camera.CROP_HEIGHT, camera.CROP_WIDTH), str(arguments.out), opset_version=exporting.OPSET,
                      input_names=["picture"], output_names=names, dynamic_axes={n: {0: "crops"} for n in ["picture", *names]}, dynamo=False)
    onnx.checker.check_model(onnx.load(str(arguments.out)), full_check=True)
    worst = check(arguments.out, shipped)
    if worst > TOLERANCE:
        raise SystemExit(f"{arguments.out}: differs from PyTorch by {worst:.2g} (allowed {TOLERANCE}); don't ship it")
    exporting.golden(shipped, (1, 3, camera.CROP_HEIGHT, camera.CROP_WIDTH), arguments.out, 1e-3)
    took = exporting.milliseconds(exporting.one_thread(arguments.out), exporting.noise(1, camera.CROP_HEIGHT, camera.CROP_WIDTH).numpy())
    print(f"{arguments.out}: {parameters(model)} parameters, {arguments.out.stat().st_size} bytes, "
          f"differs from PyTorch by {worst:.1e}, {took:.2f} ms a crop on one thread\n"
          f"sha256: {exporting.sha256(arguments.out)}")
    if arguments.with_region:
        print("in decoder_options: regions: [" + ", ".join(data.regions()) + "]")


if __name__ == "__main__":
    main()
