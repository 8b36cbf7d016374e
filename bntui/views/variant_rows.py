"""The table of variants: newest values, or values at the cursor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from bntui.run.series.history import Curves, Key
from bntui.views.focus import Focus
from bntui.views.smooth import WINDOW, estimate_at, trailing_mean


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

    `ended` is the step at which the variant diverged, or None. The other fields are described by `ROW_COLUMNS`. Of
    several `seeds`, values are means, `half_widths` those of their 95 % t intervals by field, and `lost` the steps at
    which some seeds diverged.
    """

    variant: str
    style_index: int
    ended: int | None
    loss: float | None
    accuracy: float | None
    test_accuracy: float | None
    drift: float | None
    beta: float | None
    half_widths: Mapping[str, float] = field(default_factory=dict)
    seeds: int = 1
    lost: tuple[int, ...] = ()


def rows(history: Curves, focus: Focus) -> tuple[Row, ...]:
    """Return one row for each variant, in the order of the run."""
    return tuple(_row(history, focus, variant) for variant in history.info.variants)


def _row(history: Curves, focus: Focus, variant: str) -> Row:
    found = {name: _value(history, focus, variant, column) for name, column in ROW_COLUMNS.items()}
    return Row(
        variant,
        history.style_index(variant),
        focus.ended.get(variant),
        **{name: value for name, (value, _) in found.items()},
        half_widths={name: half_width for name, (_, half_width) in found.items() if half_width is not None},
        seeds=len(history.seeds(Key(variant, "", ""))),
        lost=focus.lost.get(variant, ()),
    )


def _value(history: Curves, focus: Focus, variant: str, column: RowColumn) -> tuple[float | None, float | None]:
    """Return the value of a cell, and the half width of its interval over seeds."""
    key = Key(variant, column.probe, column.name, focus.layer if column.per_layer else "")
    points = history.points(key)
    count = focus.count_of(points)
    if points.spread and count and not column.window:
        low, high = (float(end.values[count - 1]) for end in points.spread.ends)
        return focus.value_of(points), (high - low) / 2
    if points.spread and count:
        at = estimate_at(history.seeds(key).values(), points.steps[count - 1 : count], column.window)
        return float(at.means[0]), float(at.half_widths[0])
    if not column.window or not count:
        return focus.value_of(points), None
    return float(trailing_mean(points, np.array([count - 1]), column.window)[0]), None
