"""Training loss: the mean cross-entropy of the training batch, before its update."""

from __future__ import annotations

from bntui.run.history import History
from bntui.views.chart import Chart, Focus, awaited, curves
from bntui.views.smooth import WINDOW


def loss(history: History, focus: Focus) -> Chart:
    """Training loss of every variant, raw and as a trailing mean."""
    return Chart(
        title="train loss",
        note=f"mean of {WINDOW} steps",
        series=curves(history, focus, "train", "loss", window=WINDOW),
        steps=history.info.steps,
        empty=awaited(history, focus, "train", "loss"),
    )
