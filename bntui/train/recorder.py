"""Measured values, kept on the device until one copy per device brings those of many steps to the host."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence

import torch
from torch import Tensor

from bntui.records import Measurement, Notice, NoticeKind


class Recorder:
    """Collects vectors of values of all variants; `flush` turns them into measurements and notices.

    The host learns only from the copy that a variant diverged, and the variant may have taken more steps by then. Its
    later measurements are dropped, so the result does not depend on when `flush` is called.
    """

    def __init__(self, parts: dict[str, Sequence[str]], diverged: Mapping[str, int] = {}) -> None:
        """`parts` names the entries of each variant's health vector; `diverged` are variants that diverged earlier."""
        self._parts = parts
        self._pending: list[tuple[int, str, str, Tensor]] = []
        self.diverged = dict(diverged)

    def add(self, step: int, variant: str, probe: str, values: Tensor) -> None:
        """Keep a vector until the next flush; probe '' stands for the variant's health."""
        self._pending.append((step, variant, probe, values))

    def flush(self) -> Iterator[Measurement | Notice]:
        """Yield the measurements and divergences since the last flush, in order."""
        pending, self._pending = self._pending, []
        if not pending:
            return
        values_of = _copied([tensor for *_, tensor in pending])
        for step, variant, probe, tensor in pending:
            values = list(itertools.islice(values_of[tensor.device], len(tensor)))
            if variant in self.diverged:
                continue
            if probe:
                yield Measurement(step, variant, probe, tuple(values))
            elif any(math.isnan(value) for value in values):
                yield self._divergence(step, variant, values)

    def _divergence(self, step: int, variant: str, health: Sequence[float]) -> Notice:
        self.diverged[variant] = step
        part = next(part for part, value in zip(self._parts[variant], health, strict=True) if math.isnan(value))
        reason = "its loss is not finite" if part == "loss" else f"the weights of {part} are not finite"
        return Notice(NoticeKind.DIVERGED, f"{variant} diverged at step {step}: {reason}", step, variant, part)


def _copied(tensors: Sequence[Tensor]) -> dict[torch.device, Iterator[float]]:
    """Return the values of each device's vectors, concatenated, from one copy per device."""
    devices = {tensor.device for tensor in tensors}
    joined = {
        device: torch.cat([tensor.float() for tensor in tensors if tensor.device == device]) for device in devices
    }
    return {device: iter(values.tolist()) for device, values in joined.items()}
