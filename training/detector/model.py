"""The plate detector: a small dense ReLU network with two strides, three plate sizes at each cell.

In: N x 3 x 320 x 320 float32 RGB 0..1, letterboxed. Out: N x 6000 x 15 for the program's decoder `plate-corners`:
centre, size (pixels), objectness, four corners (pixels, clockwise from the upper left), one or two lines.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from training.layers import Residual, conv

SIDE = 320
STRIDES = (8, 16)
WIDTHS = ((14, 26, 46), (80, 125, 200))  # pixels, of the three sizes at each stride
FIELDS = 15


class PlateDetector(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.to8 = nn.Sequential(conv(3, 16, 2), conv(16, 32, 2), Residual(32), conv(32, 64, 2), Residual(64), Residual(64))
        self.to16 = nn.Sequential(conv(64, 96, 2), Residual(96), Residual(96))
        self.to32 = nn.Sequential(conv(96, 160, 2), Residual(160), Residual(160))
        self.down32, self.down16 = conv(160, 64, size=1), conv(96, 64, size=1)
        self.mix16, self.mix8 = conv(64, 64), conv(64, 64)
        self.heads = nn.ModuleList(nn.Sequential(conv(64, 64), nn.Conv2d(64, 3 * FIELDS, 1)) for _ in STRIDES)
        for head in self.heads:
            nn.init.constant_(head[-1].bias.view(3, FIELDS)[:, 4], -5.0)

    def features(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """What the heads see, for each stride."""
        c8 = self.to8(pictures)
        c16 = self.to16(c8)
        c32 = self.to32(c16)
        p16 = self.mix16(self.down16(c16) + F.interpolate(self.down32(c32), scale_factor=2.0, mode="nearest"))
        return self.mix8(c8 + F.interpolate(p16, scale_factor=2.0, mode="nearest")), p16

    def raw(self, pictures: Tensor) -> list[Tensor]:
        """One N x 3 x rows x columns x FIELDS for each stride, in the network's own units."""
        out = []
        for head, features in zip(self.heads, self.features(pictures)):
            n, _, rows, columns = (x := head(features)).shape
            out.append(x.reshape(n, 3, FIELDS, rows, columns).permute(0, 1, 3, 4, 2))
        return out

    def forward(self, pictures: Tensor) -> Tensor:
        return torch.cat([plates(raw, i).flatten(1, 3) for i, raw in enumerate(self.raw(pictures))], 1)


def plates(raw: Tensor, level: int) -> Tensor:
    """The network's units -> pixels and probabilities, the shape stays."""
    rows, columns, stride = raw.shape[2], raw.shape[3], STRIDES[level]
    y, x = torch.meshgrid(torch.arange(rows, device=raw.device), torch.arange(columns, device=raw.device), indexing="ij")
    cell = (torch.stack([x, y], -1).to(raw.dtype) + 0.5) * stride
    width = torch.tensor(WIDTHS[level], device=raw.device, dtype=raw.dtype)[None, :, None, None, None]
    centre = cell + raw[..., 0:2] * stride
    size = torch.exp(raw[..., 2:4].clamp(-3, 3)) * width * torch.tensor([1.0, 0.4], device=raw.device, dtype=raw.dtype)
    corners = torch.cat([cell] * 4, -1) + raw[..., 5:13] * width
    return torch.cat([centre, size, raw[..., 4:5].sigmoid(), corners, raw[..., 13:15].softmax(-1)], -1)
