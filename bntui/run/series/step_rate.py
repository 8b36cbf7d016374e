"""Training speed over the last few seconds, and the share of time spent in probes."""

from __future__ import annotations

from collections import deque

from bntui.records import Progress

WINDOW_SECONDS = 3.0
_BEGINNING = Progress(0, 0.0, 0.0)


class StepRate:
    """Steps per second, averaged over the last `WINDOW_SECONDS` of training time; pauses do not count."""

    def __init__(self, start: Progress = _BEGINNING) -> None:
        self._recent = deque([start])

    def after(self, progress: Progress) -> float:
        """Add the latest progress and return the current rate."""
        recent = self._recent
        recent.append(progress)
        while len(recent) > 2 and progress.seconds - recent[1].seconds >= WINDOW_SECONDS:
            recent.popleft()
        seconds = progress.seconds - recent[0].seconds
        return (progress.steps - recent[0].steps) / seconds if seconds > 0 else 0.0


def probe_share(progress: Progress) -> float:
    """Return the fraction of the training time that probes took, in [0, 1]."""
    return progress.probe_seconds / progress.seconds if progress.seconds else 0.0
