"""Training accuracy: the share of the training batch that was right, before its update."""

from __future__ import annotations

from bntui.run.history import History
from bntui.views.chart import Chart, Focus, awaited, curves
from bntui.views.smooth import WINDOW


def accuracy(history: History, focus: Focus) -> Chart:
    """Training accuracy of every variant, raw and as a trailing mean, from 0 to 1."""
    return Chart(
        title="train accuracy",
        note=f"mean of {WINDOW} steps",
        series=curves(history, focus, "train", "accuracy", window=WINDOW),
        steps=history.info.steps,
        limits=(0.0, 1.0),
        empty=awaited(history, focus, "train", "accuracy"),
    )
