"""The data of a chart as CSV: one row for each place, one column for each variant."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from bntui.run.series.history import Points, Steps
from bntui.views.band import Band
from bntui.views.chart import Chart
from bntui.views.decimation import even_edges, extreme_points
from bntui.views.figure import Figure
from bntui.views.heatmap import Heatmap
from bntui.views.lines import Line
from bntui.views.matrix import Matrix
from bntui.views.metric_curves import MetricCurves
from bntui.views.metric_grid import MetricGrid
from bntui.views.metric_spot import Spot
from bntui.views.profile import Profile
from bntui.views.scan import Scan
from bntui.views.value_axis import ValueAxis

COMPLETE = 25_000
"""Values up to which the data of a chart are complete; of more, those are kept that show the curves."""

_COLUMNS = 1500
"""Columns of drawings to which the curves of a chart with too many values are reduced, for all curves together."""


class ChartData(NamedTuple):
    """The data of a chart as CSV; `rows` of `all_rows` are in it."""

    text: str
    rows: int
    all_rows: int

    @property
    def complete(self) -> bool:
        """True where every value of the chart is in it."""
        return self.rows == self.all_rows


class _Curves(NamedTuple):
    """Some curves over steps by the name of their column, and what is the same in all of their rows."""

    same: Mapping[str, object]
    curves: Mapping[str, Points]


def chart_csv(figures: Mapping[str, Figure]) -> ChartData:
    """Return the data of the figures of a chart, by layer; the layer is a column where there are several."""
    over_steps = {layer: each for layer, each in figures.items() if isinstance(each, Chart | Band | Heatmap)}
    if over_steps:
        return _of_curves([_layered(layer, block) for layer, each in over_steps.items() for block in _blocks(each)])
    rows = [_with_layer(layer, row) for layer, each in figures.items() for row in _ROWS[type(each)](each)]
    return ChartData(_text(list(rows[0]) if rows else [], (row.values() for row in rows)), len(rows), len(rows))


def _with_layer(layer: str, row: Mapping[str, object]) -> dict[str, object]:
    return {"layer": layer, **row} if layer else dict(row)


def _layered(layer: str, block: _Curves) -> _Curves:
    return _Curves(_with_layer(layer, block.same), block.curves)


def _text(head: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return file.getvalue()


# Curves over steps


def _blocks(figure: Chart | Band | Heatmap) -> Iterator[_Curves]:
    """Yield curves whose values stand in the same rows: those of a seed, or of a row of a heatmap."""
    if isinstance(figure, Heatmap):
        for number in range(max((len(raster.rows) for raster in figure.rasters), default=0)):
            yield _Curves(
                _row(figure, number), {each.variant: each.rows[number] for each in figure.rasters if each.rows}
            )
        return
    curves: dict[int | None, dict[str, Points]] = {}
    for name, seeds in _seeds(figure):
        for seed, points in seeds.items():
            curves.setdefault(seed, {})[name] = points
    for seed, found in curves.items():
        yield _Curves({} if seed is None else {"seed": seed}, found)


def _row(figure: Heatmap, number: int) -> dict[str, object]:
    """Return what is the same in all values of a row."""
    if figure.row_values:
        return {figure.axis: figure.row_values[number]}
    return {"layer": figure.labels[number]} if figure.labels else {"bin": number}


def _seeds(figure: Chart | Band) -> Iterator[tuple[str, Mapping[int | None, Points]]]:
    """Yield the columns with their points by seed; without several seeds by None."""
    if isinstance(figure, Chart):
        for series in figure.series:
            seeds: dict[int | None, Points] = dict(series.seeds.items())
            yield series.variant, seeds or {None: series.points}
            if len(series.reference.steps):
                yield f"{series.variant} reference", dict.fromkeys(seeds or [None], series.reference)
    else:
        for span in figure.spans:
            for end, name in enumerate(("low", "high")):
                seeds = {seed: ends[end] for seed, ends in span.seeds.items()}
                yield f"{span.variant} {name}", seeds or {None: (span.low, span.high)[end]}


def _of_curves(blocks: Sequence[_Curves]) -> ChartData:
    columns = list(dict.fromkeys(name for block in blocks for name in block.curves))
    same = list(dict.fromkeys(name for block in blocks for name in block.same))
    steps = [_steps(block) for block in blocks]
    every = sum(map(len, steps))
    if every * len(columns) > COMPLETE:
        across = max(_COLUMNS // sum(len(block.curves) for block in blocks), 1)
        steps = [_shown_steps(block, known, across) for block, known in zip(blocks, steps, strict=True)]
    rows = (row for block, kept in zip(blocks, steps, strict=True) for row in _rows(block, kept, same, columns))
    return ChartData(_text([*same, "step", *columns], rows), sum(map(len, steps)), every)


def _steps(block: _Curves) -> Steps:
    """Return the rising steps at which any curve was measured."""
    known = [points.steps for points in block.curves.values()]
    longest = max(known, key=len, default=np.empty(0, np.int32))
    if all(np.array_equal(steps, longest[: len(steps)]) for steps in known):
        return longest
    return np.unique(np.concatenate(known))


def _shown_steps(block: _Curves, steps: Steps, columns: int) -> Steps:
    """Return the steps of points that show the curves."""
    edges = even_edges(int(steps[0]), int(steps[-1]), columns) if len(steps) else steps
    kept = [points.steps[extreme_points(points, edges)] for points in block.curves.values() if len(points.steps)]
    return np.unique(np.concatenate([*kept, steps[:0]]))


def _rows(block: _Curves, steps: Steps, same: Sequence[str], columns: Sequence[str]) -> Iterator[tuple[object, ...]]:
    values = [_cells(block.curves.get(name), steps) for name in columns]
    first = [block.same.get(name, "") for name in same]
    return ((*first, *row) for row in zip(steps.tolist(), *values, strict=True))


def _cells(points: Points | None, steps: Steps) -> list[str]:
    """Return a curve's values at these steps in as few digits as tell them apart; '' where there is none."""
    if points is None or not len(points.steps):
        return [""] * len(steps)
    at = np.minimum(np.searchsorted(points.steps, steps), len(points.steps) - 1)
    measured = points.steps[at] == steps
    return list(np.where(measured, points.values[at].astype(np.str_), ""))


# Values by layer, and metrics of sweeps


def _profile_rows(profile: Profile) -> Iterator[dict[str, object]]:
    seeds: list[int | None] = list(dict.fromkeys(seed for line in profile.lines for seed in line.seeds))
    for seed in seeds or [None]:
        known = {line.variant: line.values if seed is None else line.seeds.get(seed, ()) for line in profile.lines}
        for number, layer in enumerate(profile.layers):
            values = {name: float(each[number]) if len(each) else "" for name, each in known.items()}
            yield {"layer": layer, **({} if seed is None else {"seed": seed}), **values}


def _scan_rows(scan: Scan) -> Iterator[dict[str, object]]:
    """Yield a row for each value of the axis, and of several seeds for each of them."""
    seeds: list[int | None] = list(dict.fromkeys(seed for line in scan.lines for seed in line.seeds))
    for seed in seeds or [None]:
        columns = {line.variant: _over(scan.axis, line, seed) for line in scan.lines}
        columns |= {f"{law.variant} law": _over(scan.law_axis, law, seed) for law in scan.laws}
        for value in np.union1d(scan.axis.values, scan.law_axis.values).tolist():
            values = {name: known.get(value, "") for name, known in columns.items()}
            yield {scan.axis.title: value, **({} if seed is None else {"seed": seed}), **values}


def _over(axis: ValueAxis, line: Line, seed: int | None) -> Mapping[float, float]:
    """Return the values of a line, or of one of its seeds, by their places on the axis."""
    values = line.values if seed is None else line.seeds.get(seed, np.empty(0))
    return dict(zip(axis.values.tolist(), values.tolist(), strict=False))


def _matrix_rows(matrix: Matrix) -> Iterator[dict[str, object]]:
    for row, up in enumerate(matrix.up.values.tolist()):
        for column, across in enumerate(matrix.across.values.tolist()):
            values = {each.variant: float(each.values[row, column]) for each in matrix.images if each.values.size}
            yield {matrix.across.title: across, matrix.up.title: up, **values}


def _curve_rows(curves: MetricCurves) -> Iterator[dict[str, object]]:
    for line in curves.lines:
        for value, spot in zip(curves.key.values, line.spots, strict=True):
            yield {curves.key.key: value, "variant": line.variant, **_spot(spot)}


def _grid_rows(grid: MetricGrid) -> Iterator[dict[str, object]]:
    down = grid.down.values[::-1] if grid.down.numeric else grid.down.values
    for each in grid.maps:
        for below, spots in zip(down, each.rows, strict=True):
            for across, spot in zip(grid.across.values, spots, strict=True):
                yield {grid.across.key: across, grid.down.key: below, "variant": each.variant, **_spot(spot)}


def _spot(spot: Spot | None) -> dict[str, object]:
    names = ("mean", "half_width", "count", "seeds", "diverged", "learned")
    return {name: "" if spot is None else getattr(spot, name) for name in names}


_ROWS: Mapping[type, Callable[[Any], Iterator[dict[str, object]]]] = {
    Profile: _profile_rows,
    Scan: _scan_rows,
    Matrix: _matrix_rows,
    MetricCurves: _curve_rows,
    MetricGrid: _grid_rows,
}
