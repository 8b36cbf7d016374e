"""What a view returns: everything a chart shows, and nothing about where or how it is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from bntui.run.history import History, Key, Points

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One curve of one variant: `steps` (n,) rising, `values` (n,), non-finite where measured so.

    `place` is the variant's place in the run, from which its colour and mark come. `window` > 0 asks for a
    trailing mean over that many steps beside the values themselves. `ended` is the step at which the variant
    diverged, or None.
    """

    variant: str
    place: int
    steps: npt.NDArray[np.int32]
    values: Array
    window: int = 0
    ended: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """A chart over the steps of a run.

    `log` is the scale it is meant for; `limits` fixes the y range, else it follows the data; `note` says how
    to read it, in phrases of falling weight with commas between; `empty` is the line to show where there is
    nothing to draw yet.
    """

    title: str
    series: tuple[Series, ...]
    steps: int
    note: str = ""
    log: bool = False
    limits: tuple[float, float] | None = None
    empty: str = ""

    @property
    def measured(self) -> bool:
        """True once any curve has a point."""
        return any(len(series.steps) for series in self.series)


@dataclass(frozen=True, slots=True)
class Focus:
    """What the reader looks at: the chosen layer; and what the views cannot know from a history.

    `every` maps a probe to the number of steps between its measurements, where the spec says so; `ended` maps
    a diverged variant to its step.
    """

    layer: str = ""
    every: Mapping[str, int] = field(default_factory=dict)
    ended: Mapping[str, int] = field(default_factory=dict)


def curves(
    history: History, focus: Focus, probe: str, name: str, layer: str = "", window: int = 0
) -> tuple[Series, ...]:
    """The same column of every variant, as series."""
    return tuple(
        series(place, variant, history.points(Key(variant, probe, name, layer)), window, focus.ended.get(variant))
        for place, variant in enumerate(history.info.variants)
    )


def series(place: int, variant: str, points: Points, window: int, ended: int | None) -> Series:
    """A curve in float64, in which sums and logarithms of float32 values cannot overflow."""
    return Series(variant, place, points.steps, points.values.astype(np.float64), window, ended)


_EVERY = {"train": 1, "moments": 1, "scale": 10, "distribution": 10, "norms": 10, "test": 100}
"""Steps between measurements to suggest for a probe that a run lacks; 25 for the others, which cost more."""


def awaited(history: History, focus: Focus, probe: str, what: str, first: int = 0) -> str:
    """The line for an empty chart: when its first point comes, or what would have this run measure it."""
    if not history.info.columns_of(probe):
        return f"{what} is not measured in this run; --set probes.{probe}.every={_EVERY.get(probe, 25)} does"
    every = focus.every.get(probe, 1)
    return f"{what} at step {max(first, every) if first else 0}"


def layers_of(history: History, probe: str) -> tuple[str, ...]:
    """The layers that a probe measures, first to last."""
    return tuple(dict.fromkeys(column.layer for column in history.info.columns_of(probe)))
