"""Charts and figures of a run, as pure functions of its history; every surface draws from these."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bntui.run.history import History
from bntui.views.accuracy import accuracy
from bntui.views.beta import beta
from bntui.views.chart import Chart, Focus, Series
from bntui.views.drift import drift
from bntui.views.loss import loss
from bntui.views.rows import Row, rows

View = Callable[[History, Focus], Chart]

VIEWS: Mapping[str, View] = {
    "accuracy": accuracy,
    "drift": drift,
    "beta": beta,
    "loss": loss,
}

__all__ = ["VIEWS", "Chart", "Focus", "Row", "Series", "View", "rows"]
