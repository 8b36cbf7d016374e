"""Training accuracy: the share of the training batch that was right, before its update."""

from __future__ import annotations

from bntui.run.history import Curves
from bntui.views.chart import Chart, Focus, awaited, curves
from bntui.views.smooth import WINDOW


def accuracy(history: Curves, focus: Focus) -> Chart:
    """Training accuracy of every variant, raw and as a trailing mean, from 0 to 1."""
    return Chart(
        title="train accuracy",
        series=curves(history, focus, "train", "accuracy"),
        steps=history.info.steps,
        window=WINDOW,
        limits=(0.0, 1.0),
        empty=awaited(history, focus, "train", "accuracy"),
    )
