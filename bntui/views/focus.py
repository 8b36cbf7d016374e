"""The state of the run and of the screen that views need beside the measurements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bntui.records import Notice, NoticeKind
from bntui.run.series.history import Curves, Key, Points
from bntui.views.step_unit import STEPS, StepUnit


@dataclass(frozen=True, slots=True)
class Focus:
    """The focused layer, the step of the cursor (None for the newest values), and the state of the run.

    `every` maps a probe to the number of steps between its measurements, where the spec gives one; `ended` maps a
    diverged variant to the step at which it diverged, in all seeds; `lost` maps a variant that diverged in some seeds
    to the steps at which it did; `step` is the number of steps done; `over` is true once nothing more will be measured.
    On an axis of seconds, which `unit` tells, the cursor and the divergences are places on it.
    """

    layer: str = ""
    every: Mapping[str, int] = field(default_factory=dict)
    ended: Mapping[str, int] = field(default_factory=dict)
    lost: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    cursor: int | None = None
    # Not compared: a step done is no reason to draw again, a measurement is.
    step: int = field(default=0, compare=False)
    over: bool = False
    unit: StepUnit = STEPS

    def index_in(self, layers: Sequence[str]) -> int | None:
        """Return the index of the focused layer; None where it is not among `layers`."""
        return layers.index(self.layer) if self.layer in layers else None

    def count_of(self, points: Points) -> int:
        """Return the number of points up to the cursor; of all where there is no cursor."""
        return len(points.steps) if self.cursor is None else points.count_through(self.cursor)

    def value_of(self, points: Points) -> float | None:
        """Return the value at the cursor, which is the last one measured by then; None where there is none."""
        count = self.count_of(points)
        return float(points.values[count - 1]) if count else None


class Divergences(NamedTuple):
    """The steps at which variants diverged: in all seeds, and in some; see `Focus`."""

    ended: Mapping[str, int]
    lost: Mapping[str, tuple[int, ...]]


def divergences(notices: Iterable[Notice], history: Curves | None) -> Divergences:
    """Return where the variants of a history diverged."""
    steps: dict[str, list[int]] = {}
    for notice in notices:
        if notice.kind is NoticeKind.DIVERGED and notice.step is not None:
            steps.setdefault(notice.variant, []).append(notice.step)
    seeds = {variant: len(history.seeds(Key(variant, "", ""))) if history else 1 for variant in steps}
    ended = {variant: max(found) for variant, found in steps.items() if len(found) >= seeds[variant]}
    lost = {variant: tuple(sorted(found)) for variant, found in steps.items() if variant not in ended}
    return Divergences(ended, lost)
