"""All sweeps of a folder of runs, each in a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bntui.records import UserError
from bntui.run.storage.summary import Summary
from bntui.sweep import sweep_folder
from bntui.sweep.counts import Counts, counted
from bntui.sweep.grid import Grid
from bntui.sweep.index import RunIndex
from bntui.sweep.point import Point
from bntui.sweep.progress import point_state
from bntui.sweep.sweep_folder import Sweep


@dataclass(frozen=True, slots=True)
class SweepLine:
    """A sweep in one line; of one that cannot be read, there are only the name and the error."""

    name: str
    grid: Grid | None = None
    counts: Counts = Counts()  # noqa: RUF009  (it is frozen)
    driven: bool = False
    error: str = ""

    @property
    def state(self) -> str:
        """What happens to the sweep, in a word."""
        if self.error:
            return f"unreadable: {self.error}"
        if self.driven or self.counts.under_way:
            return "training"
        return "stopped" if self.counts.waiting else "failed" if self.counts.failed else "finished"


class SweepOverview:
    """Reads the sweeps again and again; use it from one thread at a time."""

    def __init__(self, runs_dir: Path) -> None:
        self._dir = runs_dir
        self._index = RunIndex(runs_dir)
        self._points: dict[str, tuple[Grid, tuple[Point, ...]]] = {}

    def read(self) -> tuple[SweepLine, ...]:
        """Return all sweeps, newest first. Raises UserError if the folder cannot be read."""
        names = sweep_folder.all_sweeps(self._dir)[::-1]
        runs = self._index.read() if names else {}
        return tuple(self._line(name, runs) for name in names)

    def _line(self, name: str, runs: Mapping[str, Sequence[Summary]]) -> SweepLine:
        try:
            sweep = sweep_folder.load(name, self._dir)
            states = [point_state(point, runs) for point in self._points_of(sweep)]
        except UserError as error:
            return SweepLine(name, error=str(error).removeprefix(f"sweep {name}: "))
        return SweepLine(name, sweep.grid, counted(states), sweep.driven)

    def _points_of(self, sweep: Sweep) -> tuple[Point, ...]:
        """Return the sweep's points, which take some time to make, once for each grid."""
        grid, points = self._points.get(sweep.name, (None, ()))
        if grid != sweep.grid:
            points = sweep.points
            self._points[sweep.name] = sweep.grid, points
        return points
