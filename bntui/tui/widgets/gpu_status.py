"""Memory use and load of the training GPU, for the header."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

from bntui.records import GpuReading
from bntui.run.sources.gpus import Gpus

_PERIOD_SECONDS = 2.0


class GpuStatus:
    """One line about the first GPU that trains, updated every two seconds; '' without NVML or a GPU."""

    def __init__(self, uuids: Sequence[str]) -> None:
        self._gpus = Gpus(uuids[:1])
        self._text = ""
        self._next = 0.0

    @property
    def text(self) -> str:
        """Used and total memory and load, for example `12.3/139 GiB 87%`."""
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _PERIOD_SECONDS
            self._text = next(map(_text, self._gpus.read()), "")
        return self._text


def _text(gpu: GpuReading) -> str:
    if math.isnan(gpu.memory):
        return ""
    memory = f"{gpu.memory / 2**30:.1f}/{gpu.total_memory / 2**30:.0f} GiB"
    return memory if math.isnan(gpu.load) else f"{memory} {gpu.load:.0f}%"
