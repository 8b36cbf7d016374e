"""Charts: curves over the steps of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bntui.run.series.history import NO_POINTS, Curves, Key, Points, Steps, Values
from bntui.views.figure import Figure
from bntui.views.focus import Focus
from bntui.views.view import View


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """The curve of one variant; non-finite values are measured values.

    `style_index` gives color and mark. `ended` is the step at which the variant diverged, or None. Of several seeds,
    `points` are the mean, `seeds` the points of each one, and `lost` the steps at which some diverged. `reference` is
    what the curve is to be compared with, such as a bound or the optimum.
    """

    variant: str
    style_index: int
    points: Points = NO_POINTS
    ended: int | None = None
    seeds: Mapping[int, Points] = field(default_factory=dict)
    lost: tuple[int, ...] = ()
    reference: Points = NO_POINTS

    @property
    def steps(self) -> Steps:
        """The measured steps (n,), rising."""
        return self.points.steps

    @property
    def values(self) -> Values:
        """The values (n,) at these steps."""
        return self.points.values


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chart(Figure):
    """Curves over the `steps` of a run; `window` is the suggested trailing mean in steps, 0 for none."""

    series: tuple[Series, ...]
    steps: int
    window: int = 0

    @property
    def measured(self) -> bool:
        """True once any curve has a point."""
        return any(len(series.steps) for series in self.series)

    @property
    def seed_counts(self) -> tuple[int, ...]:
        """The number of seeds of each variant that is a mean over seeds."""
        return tuple(len(each.seeds) for each in self.series if each.seeds)


def chart(view: View, history: Curves, focus: Focus) -> Chart:
    """Return the view's column as a curve for each variant; a second column is what the curve is compared with."""
    layer = focus.layer if view.per_layer else ""
    series = tuple(
        _series(history, focus, [Key(variant, view.probe, name, layer) for name in view.names])
        for variant in history.info.variants
    )
    return Chart(series=series, steps=history.info.steps, window=view.window)


def _series(history: Curves, focus: Focus, keys: Sequence[Key]) -> Series:
    key, *others = keys
    points, variant = history.points(key), key.variant
    seeds = history.seeds(key) if points.spread else {}
    style_index, ended = history.style_index(variant), focus.ended.get(variant)
    reference = history.points(others[0]) if others else NO_POINTS
    return Series(variant, style_index, points, ended, seeds, focus.lost.get(variant, ()), reference)
