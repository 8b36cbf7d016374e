"""Memory use and load of the training GPU, for the header."""

from __future__ import annotations

import numpy as np

from bntui.run.series.readings import Readings, Usage


def gpu_text(readings: Readings) -> str:
    """Return used and total memory and load of the first GPU as last read, as `12.3/139 GiB 87%`; '' without any."""
    memory, total, load = (_last(readings, name) for name in ("memory", "total_memory", "load"))
    if memory is None or total is None:
        return ""
    text = f"{memory / 2**30:.1f}/{total / 2**30:.0f} GiB"
    return text if load is None else f"{text} {load:.0f}%"


def _last(readings: Readings, name: str) -> float | None:
    """Return the last known value."""
    values = readings.curve(Usage(name, 0))
    known = values[np.isfinite(values)]
    return float(known[-1]) if len(known) else None
