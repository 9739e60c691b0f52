"""What the detectors are built of: dense convolutions and ReLU, which every engine runs fast, also in eight bits."""

from __future__ import annotations

from torch import Tensor, nn


def conv(inputs: int, outputs: int, stride: int = 1, size: int = 3) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class Residual(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.inner = nn.Sequential(conv(channels, channels // 2, size=1), conv(channels // 2, channels))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.inner(x)
