"""Decides which moments of a run become readings: many in the first seconds, then one a second, and the last."""

from __future__ import annotations

from bntui.records import Progress, Reading
from bntui.run.sources.system_monitor import SystemMonitor

PERIOD_SECONDS = 1.0
OFTEN_SECONDS = 10.0
"""Until then, each progress becomes a reading, so that a short run has its seconds at many steps."""


class ReadingRecorder:
    """Joins progress with what the monitor saw; what the process uses is in no more than one reading a second."""

    def __init__(self, monitor: SystemMonitor, start: Progress) -> None:
        """`start` is where training begins or goes on."""
        self._monitor = monitor
        self._start = self._recorded = self._newest = start

    def after(self, progress: Progress) -> list[Reading]:
        """Return the reading of this progress, if one is due."""
        self._newest = progress
        period = 0.0 if progress.seconds < OFTEN_SECONDS else PERIOD_SECONDS
        if progress.steps == self._recorded.steps or progress.seconds < self._recorded.seconds + period:
            return []
        self._recorded = progress
        return [Reading(progress, self._monitor.take())]

    def last(self) -> list[Reading]:
        """End the monitor, and return the reading at the end; none where training did not begin."""
        self._monitor.close()
        return [] if self._newest is self._start else [Reading(self._newest, self._monitor.take())]
