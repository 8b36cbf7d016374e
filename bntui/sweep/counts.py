"""How many points of a sweep are finished, under way, waiting and failed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bntui.records import State
from bntui.sweep.progress import PointState


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of points; `waiting` includes those whose run was stopped or interrupted, and goes on later.

    `steps` and `all_steps` are the steps done and wanted over all points.
    """

    finished: int = 0
    under_way: int = 0
    waiting: int = 0
    failed: int = 0
    diverged: int = 0
    """Finished points of which a variant diverged."""
    steps: int = 0
    all_steps: int = 0

    @property
    def points(self) -> int:
        """The number of points."""
        return self.finished + self.under_way + self.waiting + self.failed

    @property
    def over(self) -> bool:
        """Whether no point waits or is under way."""
        return self.points > 0 and not self.waiting and not self.under_way

    def __str__(self) -> str:
        """Return the numbers that are not 0, as in '3 finished, 2 training, 7 waiting'."""
        numbers = (
            (self.finished, "finished"),
            (self.under_way, "training"),
            (self.waiting, "waiting"),
            (self.failed, "failed"),
        )
        return ", ".join(f"{number:,} {name}" for number, name in numbers if number) or "no points"


def counted(states: Iterable[PointState]) -> Counts:
    """Return the numbers of a sweep's points."""
    states = tuple(states)
    finished = [state for state in states if state.state == State.FINISHED]
    under_way = sum(state.training for state in states)
    failed = sum(state.state == State.FAILED for state in states)
    return Counts(
        finished=len(finished),
        under_way=under_way,
        waiting=len(states) - len(finished) - under_way - failed,
        failed=failed,
        diverged=sum(bool(state.diverged) for state in finished),
        steps=sum(state.run.progress.steps for state in states if state.run),
        all_steps=sum(state.point.spec.steps for state in states),
    )
