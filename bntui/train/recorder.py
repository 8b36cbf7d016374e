"""Measured values wait on the device, and come over in one copy a device for many steps."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from bntui.records import Measurement, Notice, NoticeKind


class Recorder:
    """Collects vectors of values of any variant; `flush` turns them into measurements and notices.

    Whether a variant diverged is only known after the copy, so it may have taken more steps by then; what it
    measured after the step at which it diverged is dropped, and the result does not depend on when one flushes.
    """

    def __init__(self, parts: dict[str, Sequence[str]]) -> None:
        self._parts = parts
        self._pending: list[tuple[int, str, str, Tensor]] = []
        self.diverged: dict[str, int] = {}

    def add(self, step: int, variant: str, probe: str, values: Tensor) -> None:
        """Keep a vector for the next flush; probe '' is the variant's health along its parts."""
        self._pending.append((step, variant, probe, values))

    def flush(self) -> Iterator[Measurement | Notice]:
        """What was added since the last flush, in its order."""
        pending, self._pending = self._pending, []
        if not pending:
            return
        flat = _copied([tensor for *_, tensor in pending])
        for step, variant, probe, tensor in pending:
            values = list(itertools.islice(flat[tensor.device], len(tensor)))
            if variant in self.diverged:
                continue
            if probe:
                yield Measurement(step, variant, probe, tuple(values))
            elif any(math.isnan(value) for value in values):
                yield self._diverge(step, variant, values)

    def _diverge(self, step: int, variant: str, health: Sequence[float]) -> Notice:
        self.diverged[variant] = step
        where = next(part for part, value in zip(self._parts[variant], health, strict=True) if math.isnan(value))
        what = "its loss is not finite" if where == "loss" else f"the weights of {where} are not finite"
        return Notice(NoticeKind.DIVERGED, f"{variant} diverged at step {step}: {what}", step, variant, where)


def _copied(tensors: Sequence[Tensor]) -> dict[torch.device, Iterator[float]]:
    """All values of each device's vectors, one after the other, in one copy a device."""
    devices = {tensor.device for tensor in tensors}
    joined = {device: torch.cat([one.float() for one in tensors if one.device == device]) for device in devices}
    return {device: iter(values.tolist()) for device, values in joined.items()}
