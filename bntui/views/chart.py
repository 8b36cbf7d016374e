"""Charts: curves over the steps of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bntui.run.series.history import NO_POINTS, Curves, Key, Points, Steps, Values
from bntui.views.figure import Figure


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One curve of one variant: `steps` (n,) rising, `values` (n,), non-finite where measured so.

    `place` is the number from which its colour and mark come. `ended` is the step at which the variant diverged,
    or None.
    """

    variant: str
    style_index: int
    points: Points = NO_POINTS
    ended: int | None = None

    @property
    def steps(self) -> Steps:
        """Where it was measured."""
        return self.points.steps

    @property
    def values(self) -> Values:
        """What was measured there."""
        return self.points.values


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chart(Figure):
    """A chart over the `steps` of a run; `window` > 0 is the trailing mean, in steps, that suits it."""

    series: tuple[Series, ...]
    steps: int
    window: int = 0

    @property
    def measured(self) -> bool:
        """True once any curve has a point."""
        return any(len(series.steps) for series in self.series)


@dataclass(frozen=True, slots=True)
class Focus:
    """What the reader looks at: the chosen layer, and the step `at` the cursor, None for the newest one.

    Beside that, what the views cannot know from a history: `every` maps a probe to the number of steps between its
    measurements, where the spec says so; `ended` maps a diverged variant to its step.
    """

    layer: str = ""
    every: Mapping[str, int] = field(default_factory=dict)
    ended: Mapping[str, int] = field(default_factory=dict)
    at: int | None = None


def curves(history: Curves, focus: Focus, probe: str, name: str, layer: str = "") -> tuple[Series, ...]:
    """The same column of every variant, as series."""
    return tuple(
        Series(
            variant,
            history.style_index(variant),
            history.points(Key(variant, probe, name, layer)),
            focus.ended.get(variant),
        )
        for variant in history.info.variants
    )


def reading(points: Points, at: int | None = None) -> float | None:
    """The newest value up to the step `at`, or of all where it is None; None where nothing was measured by then."""
    end = len(points.steps) if at is None else points.count_through(at)
    return float(points.values[end - 1]) if end else None


_EVERY = {
    **dict.fromkeys(("train", "gradient", "moments"), 1),
    **dict.fromkeys(("scale", "distribution", "norms", "saturation", "step_loss"), 10),
    "test": 100,
}
"""Steps between measurements to suggest for a probe that a run lacks; 25 for the others, which cost more."""


def awaited(history: Curves, focus: Focus, probe: str, what: str, first: int = 0) -> str:
    """The line for an empty chart: when its first point comes, or what would have this run measure it."""
    if not history.info.columns_of(probe):
        return f"{what} is not measured in this run; --set probes.{probe}.every={_EVERY.get(probe, 25)} does"
    every = focus.every.get(probe, 1)
    return f"{what} at step {max(first, every) if first else 0}"


def layers_of(history: Curves, probe: str) -> tuple[str, ...]:
    """The layers that a probe measures, first to last."""
    return tuple(dict.fromkeys(column.layer for column in history.info.columns_of(probe)))
