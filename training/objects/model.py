"""The object detector: a small dense ReLU network with three strides, one box at each cell, no anchors.

In: N x 3 x height x width float32 RGB 0..1, both multiples of 32. Out: N x (4 + 6) x cells: centre and size in pixels, then
a probability for each class; the cells of stride 8 come first. What is shipped gives the same in another form (export.py).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from training.layers import Residual, conv

CLASSES = ("person", "bicycle", "car", "motorcycle", "bus", "truck")
SIDE = 416
STRIDES = (8, 16, 32)
SIZE = 3  # strides: the size of a thing before anything is learnt


class _Pools(nn.Module):
    """What lies around, at three distances (spatial pyramid pooling in its fast form)."""

    def __init__(self, channels: int):
        super().__init__()
        self.before, self.after = conv(channels, channels // 2, size=1), conv(channels * 2, channels, size=1)

    def forward(self, x: Tensor) -> Tensor:
        seen = [self.before(x)]
        for _ in range(3):
            seen.append(F.max_pool2d(seen[-1], 5, 1, 2))
        return self.after(torch.cat(seen, 1))


class _Head(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.both = conv(channels, channels)
        self.kinds, self.boxes = nn.Conv2d(channels, len(CLASSES), 1), nn.Conv2d(channels, 4, 1)
        nn.init.constant_(self.kinds.bias, -4.6)  # one in a hundred

    def forward(self, x: Tensor) -> Tensor:
        x = self.both(x)
        return torch.cat([self.boxes(x), self.kinds(x)], 1)


class ObjectDetector(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.to8 = nn.Sequential(conv(3, 16, 2), conv(16, 32, 2), Residual(32), conv(32, 64, 2), Residual(64), Residual(64))
        self.to16 = nn.Sequential(conv(64, 128, 2), Residual(128), Residual(128), Residual(128))
        self.to32 = nn.Sequential(conv(128, 192, 2), Residual(192), _Pools(192))
        self.from32, self.from16, self.from8 = conv(192, 96, size=1), conv(128, 96, size=1), conv(64, 64, size=1)
        self.mix16, self.narrow16, self.mix8 = conv(96, 96), conv(96, 64, size=1), conv(64, 64)
        self.down16, self.down32 = conv(64, 96, 2), conv(96, 96, 2)
        self.heads = nn.ModuleList(_Head(c) for c in (64, 96, 96))

    def raw(self, pictures: Tensor) -> list[Tensor]:
        """One N x (4 + classes) x rows x columns for each stride, in the network's own units."""
        c8 = self.to8(pictures)
        c16 = self.to16(c8)
        top = self.from32(self.to32(c16))
        p16 = self.mix16(self.from16(c16) + F.interpolate(top, scale_factor=2.0, mode="nearest"))
        p8 = self.mix8(self.from8(c8) + F.interpolate(self.narrow16(p16), scale_factor=2.0, mode="nearest"))
        p16 = p16 + self.down16(p8)
        return [head(x) for head, x in zip(self.heads, (p8, p16, top + self.down32(p16)))]

    def forward(self, pictures: Tensor) -> Tensor:
        raws = self.raw(pictures)
        return torch.cat([torch.cat([boxes(raw, stride), raw[:, 4:].sigmoid()], 1).flatten(2) for raw, stride in zip(raws, STRIDES)], 2)


def cells(raw: Tensor, stride: int) -> Tensor:
    """Their centres in pixels: 2 x rows x columns."""
    y, x = torch.meshgrid(torch.arange(raw.shape[2], device=raw.device), torch.arange(raw.shape[3], device=raw.device), indexing="ij")
    return (torch.stack([x, y]).float() + 0.5) * stride


def boxes(raw: Tensor, stride: int) -> Tensor:
    """N x 4 x rows x columns: centre and size in pixels."""
    return torch.cat([cells(raw, stride) + raw[:, 0:2] * stride, torch.exp(raw[:, 2:4].clamp(-4, 4)) * (SIZE * stride)], 1)
