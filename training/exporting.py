"""PyTorch -> ONNX with a fixed operator set, checked number by number, timed, hashed.

Beside the file, in golden/, some of PyTorch's answers to a fixed input are kept: the program's tests compare every
engine with them.
"""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor, nn

OPSET = 16  # the last that OpenCV 4.6 reads


def one_thread(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def milliseconds(session: onnxruntime.InferenceSession, picture: np.ndarray, times: int = 60) -> float:
    """Median processor time of one run on one thread."""
    name, taken = session.get_inputs()[0].name, []
    for _ in range(times):
        began = time.process_time()
        session.run(None, {name: picture})
        taken.append(time.process_time() - began)
    return float(np.median(taken)) * 1000


def fixed(shape: tuple[int, ...]) -> np.ndarray:
    """0..1, the same on every machine and in every language."""
    mixed = (np.arange(int(np.prod(shape)), dtype=np.uint64) * np.uint64(2654435761)) & np.uint64(0xFFFFFFFF)
    return ((mixed >> np.uint64(8)).astype(np.float32) / np.float32(1 << 24)).reshape(shape)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def keep_golden(file: Path, shape: tuple[int, ...], answers: list[np.ndarray], tolerance: float) -> None:
    """Writes some of the answers that the model in `file` must give to the fixed input to golden/ beside it."""
    outputs = []
    for values in (a.ravel() for a in answers):
        every = max(1, len(values) // 200) | 1  # odd: no column is missed for ever
        outputs.append({"size": len(values), "every": every, "values": [float(f"{v:.7g}") for v in values[::every]]})
    folder = file.parent / "golden"
    folder.mkdir(exist_ok=True)
    folder.joinpath(file.stem + ".json").write_text(json.dumps({"sha256": sha256(file), "shape": shape, "tolerance": tolerance, "outputs": outputs}) + "\n")


def golden(model: nn.Module, shape: tuple[int, ...], file: Path, tolerance: float) -> None:
    with torch.no_grad():
        answer = model.eval()(torch.from_numpy(fixed(shape)))
    keep_golden(file, shape, [a.numpy() for a in (answer if isinstance(answer, tuple) else (answer,))], tolerance)


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
    golden(model, tuple(pictures[0].shape), path, tolerance)
    print(f"{path}: {sum(p.numel() for p in model.parameters())} parameters, {path.stat().st_size} bytes, differs from PyTorch by {worst:.1e}, "
          f"{milliseconds(session, pictures[0].numpy()):.2f} ms on one thread\nsha256: {sha256(path)}")


def noise(seed: int, height: int, width: int) -> Tensor:
    return torch.from_numpy(np.random.default_rng(seed).random((1, 3, height, width), dtype=np.float32))
