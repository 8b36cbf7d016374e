"""Time that training and probes take, measured without waiting for the device."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterator

import torch

from bntui import process_clock


class Clock:
    """Adds up spans of time on a device: between CUDA events on a GPU, which runs asynchronously, else wall time."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._seconds = 0.0
        self._pending: deque[tuple[torch.cuda.Event, torch.cuda.Event]] = deque()

    @property
    def exact(self) -> bool:
        """Whether spans are what the device takes; of an asynchronous one without events they are what calls take."""
        return self._device.type in ("cpu", "cuda")

    @contextlib.contextmanager
    def span(self) -> Iterator[None]:
        """Count the time spent inside."""
        if self._device.type != "cuda":
            begun = process_clock.now()
            yield
            self._seconds += process_clock.now() - begun
            return
        begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        stream = torch.cuda.current_stream(self._device)
        begin.record(stream)
        yield
        end.record(stream)
        self._pending.append((begin, end))

    def seconds(self) -> float:
        """Return the sum of the spans that the device has finished; call it after a copy from the device."""
        # A stream finishes its spans in order.
        while self._pending and self._pending[0][1].query():
            begin, end = self._pending.popleft()
            self._seconds += begin.elapsed_time(end) / 1000
        return self._seconds
