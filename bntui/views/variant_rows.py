"""The table of variants: newest values, or values at the cursor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bntui.run.series.history import Curves, Key
from bntui.views.focus import Focus
from bntui.views.smooth import WINDOW, trailing_mean


class RowColumn(NamedTuple):
    """The column of a probe that one cell shows: of the whole network, or `per_layer` of the focused layer.

    `window` is the trailing mean in steps, 0 for a single measurement.
    """

    probe: str
    name: str
    per_layer: bool = False
    window: int = 0


ROW_COLUMNS = {
    "loss": RowColumn("train", "loss"),
    "accuracy": RowColumn("train", "accuracy", window=WINDOW),
    "test_accuracy": RowColumn("test", "accuracy"),
    "drift": RowColumn("moments", "mean_drift", per_layer=True),
    "beta": RowColumn("smoothness", "beta"),
}
"""By the field of `Row`."""


@dataclass(frozen=True, slots=True)
class Row:
    """The values of one variant; None where a quantity is not measured, or not yet.

    `ended` is the step at which the variant diverged, or None. The other fields are described by `ROW_COLUMNS`.
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
    """Return one row for each variant, in the order of the run."""
    return tuple(_row(history, focus, variant) for variant in history.info.variants)


def _row(history: Curves, focus: Focus, variant: str) -> Row:
    values = {field: _value(history, focus, variant, column) for field, column in ROW_COLUMNS.items()}
    return Row(variant, history.style_index(variant), focus.ended.get(variant), **values)


def _value(history: Curves, focus: Focus, variant: str, column: RowColumn) -> float | None:
    points = history.points(Key(variant, column.probe, column.name, focus.layer if column.per_layer else ""))
    count = focus.count_of(points)
    if not column.window or not count:
        return focus.value_of(points)
    return float(trailing_mean(points, np.array([count - 1]), column.window)[0])
