"""How the input of one unit moves: mean and deviation over the batch (after Santurkar et al. 2018, figure 2)."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np

from bntui.run.series.block_summary import BlockSummary
from bntui.run.series.history import Curves, GrowingArray, Key, Points
from bntui.views.band import Band, Span
from bntui.views.chart import Focus, awaited

_PROBE = "moments"


def unit(history: Curves, focus: Focus) -> Band:
    """Mean ± deviation of what the focused layer's example unit passes to its nonlinearity."""
    what = f"a unit of {focus.layer}" if focus.layer else "a unit"
    return Band(
        title=what,
        note="mean ± deviation of its input",
        spans=tuple(_span(history, focus, variant) for variant in history.info.variants),
        steps=history.info.steps,
        measured_ends=False,
        empty=awaited(history, focus, _PROBE, what),
    )


def _span(history: Curves, focus: Focus, variant: str) -> Span:
    mean, var = (history.points(Key(variant, _PROBE, name, focus.layer)) for name in ("unit_mean", "unit_var"))
    low, high = _ENDS.setdefault(mean.block_summary, _Ends()).of(mean, var)
    return Span(variant, history.style_index(variant), low, high, focus.ended.get(variant))


class _Ends:
    # They grow with the curves that they are computed from: what was computed once is kept.
    def __init__(self) -> None:
        self._low, self._high = GrowingArray(np.empty(32, np.float32)), GrowingArray(np.empty(32, np.float32))
        self._block_summaries = BlockSummary(), BlockSummary()

    def of(self, mean: Points, var: Points) -> tuple[Points, Points]:
        """Mean − deviation and mean + deviation."""
        # The writer may be between the two.
        known, count = self._low.length, min(len(mean.values), len(var.values))
        if count > known:
            with np.errstate(invalid="ignore", over="ignore"):
                deviation = np.sqrt(var.values[known:count])
                self._low.extend(mean.values[known:count] - deviation)
                self._high.extend(mean.values[known:count] + deviation)
        steps, (low, high) = mean.steps[:count], self._block_summaries
        return Points(steps, self._low.array[:count], low), Points(steps, self._high.array[:count], high)


_ENDS: WeakKeyDictionary[BlockSummary, _Ends] = WeakKeyDictionary()
