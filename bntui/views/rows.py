"""The run in numbers: one row per variant, as the table shows it during training and at its end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bntui.run.history import History, Key
from bntui.views.chart import Focus
from bntui.views.smooth import WINDOW, trailing_mean


@dataclass(frozen=True, slots=True)
class Row:
    """The newest figures of one variant; None where a quantity is not measured, or not yet.

    `accuracy` is the trailing mean that the chart shows; the others are single measurements.
    """

    variant: str
    place: int
    ended: int | None
    loss: float | None
    accuracy: float | None
    test_accuracy: float | None
    drift: float | None
    beta: float | None


def rows(history: History, focus: Focus) -> tuple[Row, ...]:
    """One row per variant, in the order of the run."""
    return tuple(_row(history, focus, place, name) for place, name in enumerate(history.info.variants))


def _row(history: History, focus: Focus, place: int, variant: str) -> Row:
    return Row(
        variant,
        place,
        focus.ended.get(variant),
        loss=history.last(Key(variant, "train", "loss")),
        accuracy=_smoothed(history, Key(variant, "train", "accuracy")),
        test_accuracy=history.last(Key(variant, "test", "accuracy")),
        drift=history.last(Key(variant, "moments", "mean_drift", focus.layer)),
        beta=history.last(Key(variant, "smoothness", "beta")),
    )


def _smoothed(history: History, key: Key) -> float | None:
    steps, values = history.points(key)
    if not len(steps):
        return None
    # The window holds at most so many points, however seldom they are measured.
    steps, values = steps[-WINDOW:], values[-WINDOW:]
    return float(trailing_mean(steps, values.astype(np.float64), np.array([len(steps) - 1]))[0])
