"""Time that probes take, measured without waiting for the device."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import torch

from bntui import process_clock


class Clock:
    """Adds up spans of time on a device: between CUDA events on a GPU, which runs asynchronously, else wall time."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._seconds = 0.0
        self._pending: list[tuple[torch.cuda.Event, torch.cuda.Event]] = []

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
        unfinished = []
        for begin, end in self._pending:
            if end.query():
                self._seconds += begin.elapsed_time(end) / 1000
            else:
                unfinished.append((begin, end))
        self._pending = unfinished
        return self._seconds
