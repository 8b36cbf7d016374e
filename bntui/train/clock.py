"""How long training takes, and how much of it the probes take, without waiting for the device."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import torch

from bntui import process_clock


class Clock:
    """Adds up spans of time on a device: CUDA events where kernels run by themselves, else wall-clock."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._seconds = 0.0
        self._open: list[tuple[torch.cuda.Event, torch.cuda.Event]] = []

    @contextlib.contextmanager
    def span(self) -> Iterator[None]:
        """Count what is done inside."""
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
        self._open.append((begin, end))

    def seconds(self) -> float:
        """The sum so far; call it when the device has caught up (after values came over)."""
        waiting = []
        for begin, end in self._open:
            if end.query():
                self._seconds += begin.elapsed_time(end) / 1000
            else:
                waiting.append((begin, end))
        self._open = waiting
        return self._seconds
