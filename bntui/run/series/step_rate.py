"""Steps a second, over the last few seconds of training."""

from __future__ import annotations

from collections import deque

from bntui.records import Progress

OVER_SECONDS = 3.0


class Rate:
    """Averages over the last `OVER_SECONDS` of training time; pauses do not count."""

    def __init__(self) -> None:
        self._recent = deque([Progress(0, 0.0, 0.0)])

    def after(self, progress: Progress) -> float:
        """The rate, now that training has come this far."""
        recent = self._recent
        recent.append(progress)
        while len(recent) > 2 and progress.seconds - recent[1].seconds >= OVER_SECONDS:
            recent.popleft()
        seconds = progress.seconds - recent[0].seconds
        return (progress.steps - recent[0].steps) / seconds if seconds > 0 else 0.0


def probe_share(progress: Progress) -> float:
    """The part of the training time that probes took, in [0, 1]."""
    return progress.probe_seconds / progress.seconds if progress.seconds else 0.0
