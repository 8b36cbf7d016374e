"""Moment drift: how far a layer's channel means move from one step to the next (Santurkar et al. 2018, fig. 8)."""

from __future__ import annotations

from bntui.run.series.history import Curves
from bntui.views.chart import Chart, Focus, awaited, curves


def drift(history: Curves, focus: Focus) -> Chart:
    """Mean over channels of |μ_t − μ_{t−1}| of the focused layer, on a logarithmic scale."""
    what = f"drift of {focus.layer}" if focus.layer else "drift"
    return Chart(
        title=what,
        note="mean |Δμ| per step",
        series=curves(history, focus, "moments", "mean_drift", layer=focus.layer),
        steps=history.info.steps,
        log=True,
        # A drift needs two steps, so the first is at the first step but one that the schedule names.
        empty=awaited(history, focus, "moments", what, first=1),
    )
