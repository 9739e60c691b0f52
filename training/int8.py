"""A quantised copy of a model, and what each precision costs in time.

    python -m training.int8 reader|plates|objects MODEL.onnx OUT.onnx [--taught DIR]

Static quantisation (ONNX Runtime, QDQ, per channel, signed weights), calibrated on training data that is kept out of training.
A manifest names the copy as `int8`; it's named NAME.int8.onnx, and its golden answers are those of ONNX Runtime. What it
costs in accuracy, `vedette eval` says.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import onnx
from onnxruntime import quantization

from training import exporting

CALIBRATION = 128  # pictures
# Where engines may differ: what isn't in eight bits they compute in different order, and a sum next to a step then falls to either side.
TOLERANCE = {"reader": 0.05, "plates": 0.3, "objects": 0.3}  # of probabilities; of pixels in places without anything


class Pictures(quantization.CalibrationDataReader):
    """One picture after another, N x H x W x 3 uint8 RGB."""

    def __init__(self, images: np.ndarray):
        self.left = iter(images)

    def get_next(self):
        image = next(self.left, None)
        return None if image is None else {"picture": as_input(image)}


def as_input(image: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(image.transpose(2, 0, 1)[None], np.float32) / 255


def held_out(kind: str, taught: list[Path], cache: Path) -> np.ndarray:
    """Pictures like those the model meets."""
    if kind == "reader":
        from training.reader import data
        return data.validation(cache, CALIBRATION)["images"]
    if kind == "plates":
        from training.detector import data
        return data.validation(cache, taught, CALIBRATION)["pictures"]
    from training.objects import data
    from training.objects.model import SIDE
    return data.validation(taught, SIDE)["pictures"][:CALIBRATION]


def answers(path: Path) -> list[str]:
    """The convolutions whose numbers are answers, with no activation after them: eight bits are too few for these."""
    graph = onnx.load(str(path)).graph
    users: dict[str, list[str]] = {}
    for node in graph.node:
        for name in node.input:
            users.setdefault(name, []).append(node.op_type)
    return [n.name for n in graph.node if n.op_type == "Conv" and not {"Relu", "Add"} & set(users.get(n.output[0], []))]


def openvino_milliseconds(path: Path, picture: np.ndarray, precision: str) -> float | None:
    """Median of one inference on one thread of the processor; None without OpenVINO."""
    try:
        import openvino
    except ImportError:
        return None
    core = openvino.Core()
    model = core.read_model(path)
    model.reshape(list(picture.shape))
    request = core.compile_model(model, "CPU", {"INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": precision}).create_infer_request()
    taken = []
    for _ in range(60):
        began = time.process_time()
        request.infer([picture])
        taken.append(time.process_time() - began)
    return float(np.median(taken)) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=("reader", "plates", "objects"))
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--taught", type=Path, action="append", default=[])
    parser.add_argument("--cache", type=Path, default=Path("int8-cache"))
    a = parser.parse_args()
    images = held_out(a.kind, a.taught, a.cache)
    prepared = a.out.with_suffix(".prepared.onnx")
    quantization.quant_pre_process(str(a.model), str(prepared), skip_symbolic_shape=True)
    quantization.quantize_static(str(prepared), str(a.out), Pictures(images[:CALIBRATION]), quant_format=quantization.QuantFormat.QDQ, per_channel=True,
                                 op_types_to_quantize=["Conv", "MatMul"], reduce_range=True, nodes_to_exclude=answers(prepared), activation_type=quantization.QuantType.QUInt8, weight_type=quantization.QuantType.QInt8)
    prepared.unlink()
    picture = as_input(images[0])
    answer = exporting.one_thread(a.out).run(None, {"picture": exporting.fixed(picture.shape)})
    exporting.keep_golden(a.out, picture.shape, answer, TOLERANCE[a.kind])
    print(f"{a.out}: {a.out.stat().st_size} bytes\nsha256: {exporting.sha256(a.out)}")
    for name, path in (("float32", a.model), ("int8", a.out)):
        print(f"ONNX Runtime {name}: {exporting.milliseconds(exporting.one_thread(path), picture):.2f} ms")
    for name, path, precision in (("float32", a.model, "f32"), ("bf16", a.model, "bf16"), ("int8", a.out, "f32")):
        taken = openvino_milliseconds(path, picture, precision)
        print(f"OpenVINO {name}: " + ("not installed" if taken is None else f"{taken:.2f} ms"))


if __name__ == "__main__":
    main()
