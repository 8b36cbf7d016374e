"""What the variants of a section came to: the metrics of each, with their intervals over the seeds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bntui.records import divergence_steps
from bntui.report.measured import ReportedRun, Section
from bntui.run.series.merged import variant_name
from bntui.sweep.metrics import METRICS
from bntui.sweep.results import MeasuredPoint, results
from bntui.views.metric_spot import Spot, spot


@dataclass(frozen=True)
class FinalMetrics:
    """One variant, named as in the section's `history`: its spot for each of METRICS, by the metric's name."""

    variant: str
    style_index: int
    spots: Mapping[str, Spot]

    @property
    def seeds(self) -> int:
        """The number of seeds that the metrics are of."""
        return max(spot.seeds for spot in self.spots.values())


def final_metrics(section: Section) -> tuple[FinalMetrics, ...]:
    """Return the metrics of every variant of a section, in the order of its variants; of unfinished runs, so far."""
    rows: list[FinalMetrics] = []
    for label, runs in section.groups.items():
        points = [_point(run) for run in runs]
        for variant in dict.fromkeys(variant for point in points for variant in point.variants):
            name = variant_name(label, variant)
            spots = {metric: found for metric in METRICS if (found := spot(points, variant, metric)) is not None}
            rows.append(FinalMetrics(name, section.history.style_index(name), spots))
    return tuple(rows)


def metrics_shown(rows: Iterable[FinalMetrics]) -> tuple[str, ...]:
    """Return the names of the metrics that have a value in any of the rows, or could have had one."""
    spots = [row.spots for row in rows]
    return tuple(
        name
        for name, metric in METRICS.items()
        if any(of_row[name].count or (metric.absent and _measured(of_row)) for of_row in spots)
    )


def unit_of(metric: str) -> str:
    """Return the unit that the head of a metric's column names; '' without one."""
    return "%" if METRICS[metric].text(0.5) == "50.0%" else METRICS[metric].unit


def cell(found: Spot, metric: str) -> str:
    """Return mean ± half width of the 95 % interval without the unit, and how many seeds have no value, and why."""
    text = METRICS[metric].text
    value = text(found.mean).removesuffix("%") if found.count else ""
    if found.count and math.isfinite(found.half_width):
        value += f" ± {text(found.half_width).removesuffix('%')}"
    lacking = [] if METRICS[metric].of_diverged else [(found.diverged, "diverged")]
    lacking.append((found.absent, METRICS[metric].absent))
    if METRICS[metric].of_diverged and not found.count:
        return ""
    reasons = [f"{count} of {found.seeds} {why}" if found.seeds > 1 else why for count, why in lacking if count and why]
    return ", ".join(filter(None, (value, *reasons)))


def _measured(spots: Mapping[str, Spot]) -> bool:
    """Return whether accuracies were measured at all."""
    return bool(spots["mean-accuracy"].count)


def _point(run: ReportedRun) -> MeasuredPoint:
    return MeasuredPoint({}, run.spec, results(run.history, run.spec, divergence_steps(run.notices)))
