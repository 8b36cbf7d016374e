"""The charts and the table of a sweep: every metric against each key, and by each two, and what each point came to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice, product
from typing import Any

from bntui.records import State
from bntui.report.bokeh_page import ChartRequest
from bntui.report.charts import ReportedChart
from bntui.report.measured import MeasuredSweep
from bntui.sweep.metrics import METRICS
from bntui.sweep.results import MeasuredPoint, VariantResult, shown_first
from bntui.views.draw_options import default_options
from bntui.views.figure import Figure
from bntui.views.metric_curves import metric_curves
from bntui.views.metric_grid import metric_grid
from bntui.views.swept_key import SweptKey, swept_keys

_MOST_SETTINGS = 24
"""Settings of the other keys among which the reader of a chart can choose."""

Held = Mapping[str, Any]
Keys = tuple[SweptKey, ...]


@dataclass(frozen=True, slots=True)
class MetricCharts:
    """The charts of one metric."""

    title: str
    note: str
    charts: tuple[ReportedChart, ...]


@dataclass(frozen=True, slots=True)
class PointRow:
    """A point of the sweep: its setting and seed, its state, its run, and the metric of each variant."""

    label: str
    state: str
    run_id: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PointTable:
    """All points, with one metric of each variant."""

    metric: str
    variants: tuple[str, ...]
    rows: tuple[PointRow, ...]


def metric_charts(sweep: MeasuredSweep) -> list[MetricCharts]:
    """Return the charts of every metric that has values, the one that the sweep is about first."""
    keys = swept_keys(sweep.points)
    found = [_of_metric(sweep.points, name, keys) for name in _metrics(sweep)]
    return [each for each in found if each.charts]


def point_table(sweep: MeasuredSweep) -> PointTable:
    """Return a row for each point, in the order of the grid."""
    metric = shown_first(sweep.points, sweep.sweep.grid.metric)
    results = iter(sweep.points)
    variants = tuple(variant.name for variant in sweep.states[0].point.spec.variants)
    rows = []
    for state in sweep.states:
        of_point = next(results).variants if state.state == State.FINISHED else {}
        values = tuple(_value(of_point[name], metric) if name in of_point else "" for name in variants)
        error = sweep.unreadable.get(state.point.label) or state.error
        text = f"{state.state}: {error}" if error else state.state
        rows.append(PointRow(state.point.label, text, state.run.run_id if state.run else "", values))
    return PointTable(METRICS[metric].title, variants, tuple(rows))


def _metrics(sweep: MeasuredSweep) -> list[str]:
    chosen = shown_first(sweep.points, sweep.sweep.grid.metric)
    return sorted(METRICS, key=lambda name: name != chosen)


def _value(result: VariantResult, metric: str) -> str:
    if result.diverged is not None and metric not in result.metrics:
        return f"diverged at step {result.diverged:,}"
    return METRICS[metric].text(result.metrics.get(metric))


def _of_metric(points: Sequence[MeasuredPoint], metric: str, keys: Keys) -> MetricCharts:
    against = [_curves(points, metric, key, keys) for key in keys]
    maps = [_map(points, metric, across, down, keys) for across, down in combinations(keys, 2)]
    drawn = tuple(chart for chart in (*against, *maps) if chart)
    return MetricCharts(METRICS[metric].title, METRICS[metric].note, drawn)


def _curves(points: Sequence[MeasuredPoint], metric: str, key: SweptKey, keys: Keys) -> ReportedChart | None:
    others = [each for each in keys if each is not key]
    return _chart(f"{metric}-{keys.index(key)}", lambda held: metric_curves(points, metric, key, held), others)


def _map(
    points: Sequence[MeasuredPoint], metric: str, across: SweptKey, down: SweptKey, keys: Keys
) -> ReportedChart | None:
    others = [each for each in keys if each not in (across, down)]
    name = f"{metric}-{keys.index(across)}-{keys.index(down)}"
    return _chart(name, lambda held: metric_grid(points, metric, across, down, held), others)


def _chart(name: str, draw: Callable[[Held], Figure], others: Sequence[SweptKey]) -> ReportedChart | None:
    """Return the chart with a figure for each setting of the other keys; None without values."""
    figures = {label: draw(held) for label, held in islice(_settings(others), _MOST_SETTINGS)}
    measured = [figure for figure in figures.values() if figure.measured]
    if not measured:
        return None
    request = ChartRequest(f"sweep-{name}", figures, default_options(measured[0], 1))
    return ReportedChart(request, measured[0].title)


def _settings(keys: Sequence[SweptKey]) -> Iterator[tuple[str, Held]]:
    for chosen in product(*(zip(key.labels, key.values, strict=True) for key in keys)):
        pairs = list(zip(keys, chosen, strict=True))
        label = ", ".join(f"{key.name} {text}" for key, (text, _) in pairs)
        yield label, {key.key: value for key, (_, value) in pairs}
