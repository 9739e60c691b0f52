"""In which numbers a device computes fastest while it trains."""

from __future__ import annotations

from contextlib import AbstractContextManager

import torch


def has_bfloat16(device: torch.device) -> bool:
    """Whether the device multiplies bfloat16 itself: processors that don't imitate it, many times slower than float32."""
    if device.type != "cpu":
        return True
    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16") or able.get("bf16"))


def quickest(device: torch.device) -> AbstractContextManager:
    """Convolutions and products in bfloat16 where that's quicker; what is exact stays float32."""
    return torch.autocast(device.type, torch.bfloat16, enabled=has_bfloat16(device))
