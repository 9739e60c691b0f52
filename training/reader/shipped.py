"""A shipped reader -> weights to go on training from."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from training import restoring
from training.reader.model import PlateReader


@torch.no_grad()
def restore(model: PlateReader, path: Path, pictures: Tensor) -> None:
    """Sets the model to a file made by reader/export.py; the region head, which is not in it, stays. pictures: some
    hundred N x 3 x 64 x 160 like those to train on."""
    graph, known = restoring.graph_of(path)
    for name, value in model.named_parameters():
        if f"model.{name}" in known:
            value.copy_(torch.from_numpy(known[f"model.{name}"].copy()))
    matrices = [known[n.input[1]] for n in graph.node if n.op_type == "MatMul" and n.input[1] in known]
    linear = [getattr(layer, part) for layer in model.layers for part in ("qkv", "out", "up", "down")] + [model.look, model.value, model.signs]
    if len(linear) != len(matrices):
        raise ValueError(f"{path} has another form than this network")
    for module, matrix in zip(linear, matrices):
        module.weight.copy_(torch.from_numpy(matrix.T.copy()))
    restoring.set_convolutions(model.cnn, restoring.convolutions(path), lambda: model.eval()(pictures))
