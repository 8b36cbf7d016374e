"""Accuracy: the share that was right, of the training batch before its update, and of the test set."""

from __future__ import annotations

from bntui.run.series.history import Curves
from bntui.views.chart import Chart, Focus, awaited, curves
from bntui.views.smooth import WINDOW

_SHARES = (0.0, 1.0)


def accuracy(history: Curves, focus: Focus) -> Chart:
    """Training accuracy of every variant, raw and as a trailing mean, from 0 to 1."""
    numbers = _measures(history, "train", "loss") and not _measures(history, "train", "accuracy")
    return Chart(
        title="train accuracy",
        series=curves(history, focus, "train", "accuracy"),
        steps=history.info.steps,
        window=WINDOW,
        limits=_SHARES,
        empty="no accuracy: this network predicts numbers" if numbers else awaited(history, focus, "train", "accuracy"),
    )


def test_accuracy(history: Curves, focus: Focus) -> Chart:
    """Accuracy on the test set in evaluation mode; the loss there of a network that predicts numbers."""
    name = "loss" if _measures(history, "test", "loss") else "accuracy"
    return Chart(
        title=f"test {name}",
        note="running statistics, noise as in training",
        series=curves(history, focus, "test", name),
        steps=history.info.steps,
        log=name == "loss",
        limits=_SHARES if name == "accuracy" else None,
        empty=awaited(history, focus, "test", f"test {name}"),
    )


def _measures(history: Curves, probe: str, name: str) -> bool:
    return any(column.name == name for column in history.info.columns_of(probe))
