"""The run in numbers: one row per variant, as the table shows it at the cursor or at the newest step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bntui.run.series.history import Curves, Key
from bntui.views.chart import Focus, reading
from bntui.views.smooth import trailing_mean


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one variant; None where a quantity is not measured, or not yet.

    `accuracy` is the trailing mean that the chart shows; the others are single measurements.
    """

    variant: str
    style_index: int
    ended: int | None
    loss: float | None
    accuracy: float | None
    test_accuracy: float | None
    drift: float | None
    beta: float | None


def rows(history: Curves, focus: Focus) -> tuple[Row, ...]:
    """One row per variant, in the order of the run."""
    return tuple(_row(history, focus, name) for name in history.info.variants)


def _row(history: Curves, focus: Focus, variant: str) -> Row:
    def last(probe: str, name: str, layer: str = "") -> float | None:
        return reading(history.points(Key(variant, probe, name, layer)), focus.at)

    return Row(
        variant,
        history.style_index(variant),
        focus.ended.get(variant),
        loss=last("train", "loss"),
        accuracy=_smoothed(history, focus, Key(variant, "train", "accuracy")),
        test_accuracy=last("test", "accuracy"),
        drift=last("moments", "mean_drift", focus.layer),
        beta=last("smoothness", "beta"),
    )


def _smoothed(history: Curves, focus: Focus, key: Key) -> float | None:
    points = history.points(key)
    end = len(points.steps) if focus.at is None else points.count_through(focus.at)
    return float(trailing_mean(points, np.array([end - 1]))[0]) if end else None
