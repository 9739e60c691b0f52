"""The plate reader: a small dense CNN, two transformer layers, one attention map for each slot.

In: N x 3 x 64 x 160 float32 RGB in 0..1. Out: N x SLOTS x 37 logits (0-9, A-Z, "_" for an empty slot).
While it's trained it also gives where each slot looks and a guess of the region.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_"
PAD = ALPHABET.index("_")
SLOTS = 10
GRID = (4, 20)  # rows and columns the slots look at


def _conv(inputs: int, outputs: int, stride: int | tuple[int, int] = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class _Residual(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.inner = _conv(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.inner(x)


class _Layer(nn.Module):
    """Pre-norm transformer layer, written out so that its export is plain matrix products; all lengths but the first are
    numbers, because OpenCV knows no others."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        cells, width = GRID[0] * GRID[1], self.out.out_features
        q, k, v = (part.reshape(-1, cells, self.heads, width // self.heads).transpose(1, 2) for part in self.qkv(self.norm1(x)).split(width, 2))
        weights = (q @ k.transpose(-1, -2) * (width // self.heads) ** -0.5).softmax(-1)
        x = x + self.out((weights @ v).transpose(1, 2).reshape(-1, cells, width))
        return x + self.down(F.relu(self.up(self.norm2(x))))


class PlateReader(nn.Module):
    def __init__(self, regions: int, width: int = 128, layers: int = 2):
        super().__init__()
        self.cnn = nn.Sequential(
            _conv(3, 24, 2), _conv(24, 48, 2), _Residual(48), _conv(48, 96, (2, 1)), _Residual(96),
            _conv(96, width, 2), _Residual(width))
        self.place = nn.Parameter(torch.randn(1, GRID[0] * GRID[1], width) * 0.02)
        self.layers = nn.Sequential(*[_Layer(width, 4) for _ in range(layers)])
        self.norm = nn.LayerNorm(width)
        self.look = nn.Linear(width, SLOTS)
        self.value = nn.Linear(width, width)
        self.signs = nn.Linear(width, len(ALPHABET))
        self.region = nn.Linear(width, regions)

    def forward(self, pictures: Tensor) -> Tensor:
        return self.everything(pictures)[0]

    def everything(self, pictures: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits N x SLOTS x 37, looks (log-softmax over cells) N x SLOTS x cells, region logits."""
        features = self.cnn(pictures).reshape(-1, self.value.in_features, GRID[0] * GRID[1]).transpose(1, 2)
        cells = self.norm(self.layers(features + self.place))
        looks = self.look(cells).transpose(1, 2)
        seen = looks.softmax(-1) @ self.value(cells)
        return self.signs(F.relu(seen)), looks, self.region(cells.mean(1))


def parameters(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters())


def texts(logits: Tensor) -> tuple[list[str], list[float]]:
    """Texts and confidences (product of the slots' best probabilities) of N x SLOTS x 37 logits."""
    best, index = logits.float().softmax(-1).max(-1)
    return (["".join(ALPHABET[i] for i in row if i != PAD) for row in index.tolist()], best.prod(-1).tolist())
