"""The input of one unit as a band: mean ± deviation over the batch (after Santurkar et al. 2018, figure 2)."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np

from bntui.run.series.block_summary import BlockSummary
from bntui.run.series.history import Curves, Key, Points
from bntui.run.series.measured_table import GrowingArray
from bntui.views.band import Band, Span
from bntui.views.focus import Focus
from bntui.views.view import View


def unit_band(view: View, history: Curves, focus: Focus) -> Band:
    """Return mean ± deviation of one unit of the focused layer, from the view's columns for mean and variance.

    Of several seeds, whose units are different ones, from the means of both.
    """
    spans = tuple(_span(view, history, focus, variant) for variant in history.info.variants)
    return Band(spans=spans, steps=history.info.steps, measured_ends=False)


def _span(view: View, history: Curves, focus: Focus, variant: str) -> Span:
    mean, var = (history.points(Key(variant, view.probe, name, focus.layer)) for name in view.names)
    low, high = _ENDS.setdefault(mean.block_summary, _Ends()).update(mean, var)
    style_index, ended = history.style_index(variant), focus.ended.get(variant)
    return Span(variant, style_index, low, high, ended, lost=focus.lost.get(variant, ()))


class _Ends:
    # Computed values are kept, and only those of new points are computed.
    def __init__(self) -> None:
        self._low, self._high = GrowingArray(np.empty(32, np.float32)), GrowingArray(np.empty(32, np.float32))
        self._block_summaries = BlockSummary(), BlockSummary()

    def update(self, mean: Points, var: Points) -> tuple[Points, Points]:
        """Return mean − deviation and mean + deviation."""
        # The writer may be between the two columns.
        known, count = self._low.length, min(len(mean.values), len(var.values))
        if count > known:
            with np.errstate(invalid="ignore", over="ignore"):
                deviation = np.sqrt(var.values[known:count])
                self._low.extend(mean.values[known:count] - deviation)
                self._high.extend(mean.values[known:count] + deviation)
        steps, (low, high) = mean.steps[:count], self._block_summaries
        return Points(steps, self._low.array[:count], low), Points(steps, self._high.array[:count], high)


_ENDS: WeakKeyDictionary[BlockSummary, _Ends] = WeakKeyDictionary()
"""The ends of the bands, by the block summary that identifies the curve of means."""
