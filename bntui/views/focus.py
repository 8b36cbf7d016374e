"""The state of the run and of the screen that views need beside the measurements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bntui.run.series.history import Points


@dataclass(frozen=True, slots=True)
class Focus:
    """The focused layer, the step of the cursor (None for the newest values), and the state of the run.

    `every` maps a probe to the number of steps between its measurements, where the spec gives one; `ended` maps a
    diverged variant to the step at which it diverged; `step` is the number of steps done; `over` is true once
    nothing more will be measured.
    """

    layer: str = ""
    every: Mapping[str, int] = field(default_factory=dict)
    ended: Mapping[str, int] = field(default_factory=dict)
    cursor: int | None = None
    # Not compared: a step done is no reason to draw again, a measurement is.
    step: int = field(default=0, compare=False)
    over: bool = False

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
