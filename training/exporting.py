"""PyTorch -> ONNX with a fixed operator set, checked number by number, timed, hashed."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor, nn

OPSET = 17


def one_thread(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def milliseconds(session: onnxruntime.InferenceSession, picture: np.ndarray, times: int = 60) -> float:
    """Median time of one run on one thread."""
    name, taken = session.get_inputs()[0].name, []
    for _ in range(times):
        began = time.perf_counter()
        session.run(None, {name: picture})
        taken.append(time.perf_counter() - began)
    return float(np.median(taken)) * 1000


def ship(model: nn.Module, pictures: list[Tensor], path: Path, output: str, tolerance: float, axes: dict | None = None) -> None:
    """Writes the file and says what it is. Ends the program if ONNX Runtime's numbers for any of the pictures differ from PyTorch's."""
    torch.onnx.export(model.eval(), pictures[0], str(path), opset_version=OPSET, input_names=["picture"], output_names=[output],
                      dynamic_axes={"picture": axes} if axes else None, dynamo=False)
    onnx.checker.check_model(onnx.load(str(path)), full_check=True)
    session, worst = one_thread(path), 0.0
    for picture in pictures:
        with torch.no_grad():
            worst = max(worst, float(np.abs(model(picture).numpy() - session.run(None, {"picture": picture.numpy()})[0]).max()))
    if worst > tolerance:
        raise SystemExit(f"{path}: differs from PyTorch by {worst:.2g} (allowed {tolerance}); don't ship it")
    print(f"{path}: {sum(p.numel() for p in model.parameters())} parameters, {path.stat().st_size} bytes, differs from PyTorch by {worst:.1e}, "
          f"{milliseconds(session, pictures[0].numpy()):.2f} ms on one thread\nsha256: {hashlib.sha256(path.read_bytes()).hexdigest()}")


def noise(seed: int, height: int, width: int) -> Tensor:
    return torch.from_numpy(np.random.default_rng(seed).random((1, 3, height, width), dtype=np.float32))
