"""The range of steps that the charts show."""

from __future__ import annotations

from typing import NamedTuple


class VisibleSteps(NamedTuple):
    """The steps at a chart's left and right edge; `chosen` where the reader zoomed, else all steps are shown."""

    left: int
    right: int
    chosen: bool = False
