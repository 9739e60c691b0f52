"""Shipped ONNX files -> weights to go on training from.

An export has merged each batch normalisation into its convolution. Here they are parted again, so that nothing changes for the
pictures given: scale and shift are what undoes those pictures' statistics.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import GraphProto, numpy_helper
from torch import Tensor, nn

Pair = tuple[np.ndarray, np.ndarray]  # weight and bias


def graph_of(path: Path) -> tuple[GraphProto, dict[str, np.ndarray]]:
    """The graph, and its constants by name."""
    if not path.is_file():
        raise FileNotFoundError(f"no {path}: name a model that an export of training/ wrote")
    graph = onnx.load(str(path)).graph
    return graph, {i.name: numpy_helper.to_array(i) for i in graph.initializer}


def convolutions(path: Path) -> list[Pair]:
    """Of a file, in the order in which the graph uses them."""
    graph, known = graph_of(path)
    return [(known[n.input[1]], known[n.input[2]]) for n in graph.node if n.op_type == "Conv"]


@torch.no_grad()
def set_convolutions(part: nn.Module, shipped: list[Pair], look: Callable[[], object]) -> None:
    """Sets the part's convolutions, each with the normalisation after it, to the shipped ones. look lets the model see some
    hundred pictures like those to train on."""
    conv = [m for m in part.modules() if isinstance(m, nn.Conv2d)]
    norm = [m for m in part.modules() if isinstance(m, nn.BatchNorm2d)]
    if len(conv) != len(shipped) or any(m.weight.shape != weight.shape for m, (weight, _) in zip(conv, shipped)):
        raise ValueError("the shipped model has another form than this network")
    hooks = []
    for module, after, (weight, bias) in zip(conv, norm, shipped):
        module.weight.copy_(torch.from_numpy(weight.copy()))
        hooks.append(after.register_forward_pre_hook(_parted(torch.from_numpy(bias.copy()))))
    look()
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
