"""The devices to train on, and settings for reproducible arithmetic on them."""

from __future__ import annotations

import contextlib
import platform
from collections.abc import Iterator

import torch

from bntui.records import UserError


def choose_all(names: str) -> list[torch.device]:
    """Return the devices of comma-separated names. Raises UserError."""
    return [choose(name) for name in names.split(",")]


def choose(name: str) -> torch.device:
    """Return the device 'auto', 'cpu', 'cuda', 'cuda:N' or 'mps'. Raises UserError where it cannot be used."""
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    if name.startswith("cuda"):
        return _cuda(name)
    if name == "mps" and not torch.backends.mps.is_available():
        raise UserError("device mps: torch cannot use it on this machine; try --device cpu")
    return torch.device(name)


def _cuda(name: str) -> torch.device:
    if not torch.cuda.is_available():
        reason = "this torch is built without CUDA" if torch.version.cuda is None else "torch finds no GPU"
        raise UserError(f"device {name}: {reason}; try --device cpu")
    device = torch.device(name if ":" in name else "cuda:0")
    if device.index >= torch.cuda.device_count():
        raise UserError(f"device {name}: choose from cuda:0 to cuda:{torch.cuda.device_count() - 1}")
    return device


def describe(device: torch.device) -> tuple[str, str]:
    """Return the device's name, and its UUID if it is an NVIDIA GPU, else ''."""
    if device.type != "cuda":
        return (platform.processor() or platform.machine() if device.type == "cpu" else "Apple GPU"), ""
    properties = torch.cuda.get_device_properties(device)
    return properties.name, str(getattr(properties, "uuid", ""))


@contextlib.contextmanager
def exact() -> Iterator[None]:
    """Use float32 arithmetic without TF32, and deterministic kernels, while inside."""
    with torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True, allow_tf32=False), tf32(False):
        yield


@contextlib.contextmanager
def tf32(allowed: bool) -> Iterator[None]:
    """Allow or forbid a GPU to round the factors of products to TF32 (10 bits of mantissa), while inside."""
    before = torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = allowed
    try:
        yield
    finally:
        torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32 = before
