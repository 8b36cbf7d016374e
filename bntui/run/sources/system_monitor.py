"""What the process that trains uses, looked at by a thread of its own: training waits for no system call."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from typing import Any

from bntui.records import SystemReading
from bntui.run.sources.gpus import Gpus

PERIOD_SECONDS = 1.0


class SystemMonitor(threading.Thread):
    """Looks once a second; where it is closed before, once at the end."""

    def __init__(self, gpu_uuids: Sequence[str]) -> None:
        super().__init__(name="system monitor", daemon=True)
        self._gpu_uuids = gpu_uuids
        self._closing = threading.Event()
        self._newest: SystemReading | None = None

    def run(self) -> None:
        """Look until the monitor is closed."""
        import psutil

        process, gpus = psutil.Process(), Gpus(self._gpu_uuids)
        # The first call begins the interval over which the next one counts.
        process.cpu_percent()
        looked = False
        # Not once more at the end: the use of the CPU over a part of a second says little.
        while not self._closing.wait(PERIOD_SECONDS) or not looked:
            self._newest, looked = SystemReading(*_use_of(process), gpus.read()), True

    def take(self) -> SystemReading | None:
        """Return the newest reading; None if it was taken before."""
        newest, self._newest = self._newest, None
        return newest

    def close(self) -> None:
        """End."""
        self._closing.set()
        self.join()


def _use_of(process: Any) -> tuple[float, float]:
    """Return the CPU time of a process in % of one core since the last call, and its resident memory in bytes."""
    import psutil

    try:
        with process.oneshot():
            return process.cpu_percent(), float(process.memory_info().rss)
    except (psutil.Error, OSError):
        return math.nan, math.nan
