"""The values of a metric at one setting of a sweep, with all that the chart leaves out."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bntui.sweep.metrics import METRICS
from bntui.sweep.results import MeasuredPoint
from bntui.views.metric_curves import MetricCurves
from bntui.views.metric_grid import MetricGrid
from bntui.views.metric_spot import Spot
from bntui.views.variant_mark import mark

Reading = tuple[int, str]
"""The style index of a variant, and its values as text."""


def curve_readings(curves: MetricCurves, index: int) -> tuple[str, list[Reading]]:
    """Return the setting at a value of the key as text, as in 'lr 0.1', and the readings of all variants."""
    at = f"{curves.key.name} {curves.key.labels[index]}"
    return at, [
        (line.style_index, f"{mark(line.style_index)} {line.variant} {spot_text(line.spots[index], curves.metric)}")
        for line in curves.lines
    ]


def grid_readings(grid: MetricGrid, index: int) -> tuple[str, list[Reading]]:
    """Return the setting of a block, counted row by row, as text, and the readings of all variants."""
    row, column = divmod(index, len(grid.across.values))
    down = grid.down.labels[::-1] if grid.down.numeric else grid.down.labels
    at = f"{grid.across.name} {grid.across.labels[column]}, {grid.down.name} {down[row]}"
    return at, [
        (each.style_index, f"{mark(each.style_index)} {each.variant} {spot_text(each.rows[row][column], grid.metric)}")
        for each in grid.maps
    ]


def spot_text(spot: Spot | None, metric: str) -> str:
    """Return mean ± half width of the 95 % interval, and how many of the seeds learned, diverged or have no value."""
    if spot is None:
        return "not finished"
    shown = METRICS[metric]
    value = f"{shown.text(spot.mean)} {shown.unit}".strip() if spot.count else ""
    if spot.count and math.isfinite(spot.half_width):
        value = f"{shown.text(spot.mean)} ± {shown.text(spot.half_width)} {shown.unit}".strip()
    counts = [
        f"{count} of {spot.seeds} {what}"
        for count, what in (
            (spot.learned, "learned"),
            (spot.diverged, "diverged"),
            (spot.absent, shown.absent or "without a value"),
        )
        if count or (count == 0 and what == "learned")
    ]
    return ", ".join(filter(None, (value, *counts)))


def caption_of(sweep: str, points: Sequence[MeasuredPoint]) -> str:
    """Return a line that says of which runs a figure of a sweep is."""
    networks, datasets = ({str(getattr(point.spec, name)) for point in points} for name in ("network", "dataset"))
    seeds = sorted({point.seed for point in points})
    shown = ", ".join(map(str, seeds[:6])) + (" …" if len(seeds) > 6 else "")
    return f"{sweep} · {', '.join(sorted(networks))} on {', '.join(sorted(datasets))} · seeds {shown}"
