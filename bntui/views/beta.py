"""Effective β-smoothness along the gradient (Santurkar et al. 2018, fig. 4c)."""

from __future__ import annotations

from bntui.run.series.history import Curves
from bntui.views.chart import Chart, Focus, awaited, curves


def beta(history: Curves, focus: Focus) -> Chart:
    """The largest gradient change over the distance moved along the gradient, for every variant."""
    return Chart(
        title="effective β",
        note="max ‖Δ∇L‖ / ‖Δθ‖, lower is smoother",
        series=curves(history, focus, "smoothness", "beta"),
        steps=history.info.steps,
        empty=awaited(history, focus, "smoothness", "β"),
    )
