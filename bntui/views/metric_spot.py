"""A metric of one variant at one setting of a sweep: its mean over the seeds, and how many of them learned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bntui.run.series.seed_mean import estimate
from bntui.sweep.metrics import METRICS
from bntui.sweep.results import MeasuredPoint
from bntui.toml_text import short_key
from bntui.views.swept_key import value_text
from bntui.views.variant_mark import ABSENT, DIVERGED


@dataclass(frozen=True, slots=True)
class Spot:
    """The mean of a metric over the `count` seeds that have it; `half_width` is that of its 95 % t interval.

    Both are NaN where there are too few seeds: none, or one. Of all `seeds` that are finished there, `diverged` and
    `learned` are how many did; `learned` is None where that is unknown.
    """

    mean: float
    half_width: float
    count: int
    seeds: int
    diverged: int
    learned: int | None

    @property
    def absent(self) -> int:
        """The number of seeds without a value that did not diverge."""
        return max(self.seeds - self.diverged - self.count, 0)


def matching(points: Sequence[MeasuredPoint], held: Mapping[str, Any]) -> list[MeasuredPoint]:
    """Return the points whose setting has these values."""
    return [point for point in points if all(point.setting.get(key) == value for key, value in held.items())]


def variants_of(points: Sequence[MeasuredPoint]) -> tuple[str, ...]:
    """Return the variants of the points, in the order of their specs."""
    return tuple(dict.fromkeys(variant.name for point in points for variant in point.spec.variants))


def spot(points: Sequence[MeasuredPoint], variant: str, metric: str) -> Spot | None:
    """Return the metric of a variant over points that differ in their seed; None where none is finished."""
    found = [point.variants[variant] for point in points if variant in point.variants]
    if not found:
        return None
    values = [result.metrics[metric] for result in found if metric in result.metrics]
    means, half_widths, _ = estimate(np.array(values, np.float64)[:, None])
    known = [result.learned for result in found if result.learned is not None]
    diverged = sum(result.diverged is not None for result in found)
    learned = sum(known) if known else None
    return Spot(float(means[0]), float(half_widths[0]), len(values), len(found), diverged, learned)


def mark_above(spot: Spot | None, metric: str) -> str:
    """Return the mark of a spot where any seed has no value because it diverged, or because of how it went; else ''."""
    if spot is not None and spot.diverged and not METRICS[metric].of_diverged:
        return DIVERGED
    return ABSENT if spot is not None and spot.absent and METRICS[metric].absent else ""


def empty_text(spots: Iterable[Spot | None], metric: str) -> str:
    """Return why a figure of these spots shows nothing."""
    if all(spot is None for spot in spots):
        return "no point of the sweep is finished yet"
    if METRICS[metric].of_diverged:
        return "nothing diverged"
    probe, task = METRICS[metric].probe, METRICS[metric].task
    network = f" and a network that predicts {task}" if task else ""
    return f"the runs do not measure this; it needs the probe '{probe}'{network}"


def held_text(held: Mapping[str, Any]) -> str:
    """Return the values at which keys are held, as in 'momentum 0.9'."""
    return " ".join(f"{short_key(key, held)} {value_text(value)}" for key, value in held.items())
