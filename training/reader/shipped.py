"""A shipped reader -> weights to go on training from.

The export has merged each batch normalisation into its convolution. Here they are parted again, so that nothing
changes for the pictures given: scale and shift are what undoes those pictures' statistics.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from training.reader.model import PlateReader


def _in_order(path: Path) -> tuple[dict[str, np.ndarray], list[tuple[np.ndarray, np.ndarray]], list[np.ndarray]]:
    """Named parameters; weight and bias of each convolution; matrices that something is multiplied by, as the graph uses them."""
    graph = onnx.load(str(path)).graph
    known = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    convolutions = [(known[n.input[1]], known[n.input[2]]) for n in graph.node if n.op_type == "Conv"]
    matrices = [known[n.input[1]] for n in graph.node if n.op_type == "MatMul" and n.input[1] in known]
    return known, convolutions, matrices


@torch.no_grad()
def restore(model: PlateReader, path: Path, pictures: Tensor) -> None:
    """Sets the model to a file made by reader/export.py; the region head, which is not in it, stays. pictures: some
    hundred N x 3 x 64 x 160 like those to train on."""
    if not path.is_file():
        raise FileNotFoundError(f"no {path}: name a reader that training.reader.export wrote")
    known, convolutions, matrices = _in_order(path)
    for name, value in model.named_parameters():
        if f"model.{name}" in known:
            value.copy_(torch.from_numpy(known[f"model.{name}"].copy()))
    linear = [getattr(layer, part) for layer in model.layers for part in ("qkv", "out", "up", "down")] + [model.look, model.value, model.signs]
    conv = [m for m in model.cnn.modules() if isinstance(m, nn.Conv2d)]
    norm = [m for m in model.cnn.modules() if isinstance(m, nn.BatchNorm2d)]
    if len(linear) != len(matrices) or len(conv) != len(convolutions):
        raise ValueError(f"{path} has another form than this network")
    for module, matrix in zip(linear, matrices):
        module.weight.copy_(torch.from_numpy(matrix.T.copy()))
    hooks = []
    for module, after, (weight, bias) in zip(conv, norm, convolutions):
        module.weight.copy_(torch.from_numpy(weight.copy()))
        hooks.append(after.register_forward_pre_hook(_parted(torch.from_numpy(bias.copy()))))
    model.eval()(pictures)
    for hook in hooks:
        hook.remove()


def _parted(bias: Tensor):
    def hook(norm: nn.BatchNorm2d, inputs: tuple[Tensor]) -> None:
        mean, variance = inputs[0].mean((0, 2, 3)), inputs[0].var((0, 2, 3), unbiased=False)
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
        norm.weight.copy_((variance + norm.eps).sqrt())
        norm.bias.copy_(bias.to(mean.device) + mean)
    return hook
