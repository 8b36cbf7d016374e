"""Training loss: the mean cross-entropy of the training batch, before its update."""

from __future__ import annotations

from bntui.run.series.history import Curves
from bntui.views.chart import Chart, Focus, awaited, curves
from bntui.views.smooth import WINDOW


def loss(history: Curves, focus: Focus) -> Chart:
    """Training loss of every variant, raw and as a trailing mean."""
    return Chart(
        title="train loss",
        series=curves(history, focus, "train", "loss"),
        steps=history.info.steps,
        window=WINDOW,
        empty=awaited(history, focus, "train", "loss"),
    )
