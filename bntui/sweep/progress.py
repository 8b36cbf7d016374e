"""How far each point of a sweep is, read from the runs: the same for all processes that work on it or watch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bntui.records import State, UserError
from bntui.run.storage.summary import Summary
from bntui.sweep.index import RunIndex, decisive
from bntui.sweep.point import Point
from bntui.sweep.sweep_folder import Sweep

WAITING = "waiting"
"""The state of a point without a run."""

_ENDED = (State.FINISHED, State.FAILED)


@dataclass(frozen=True)
class PointState:
    """A point and the run that tells how far it is, None without one.

    `state` is the run's, or `WAITING`; `diverged` names the diverged variants; `error` says why the run failed.
    """

    point: Point
    state: str = WAITING
    run: Summary | None = None
    diverged: tuple[str, ...] = ()
    error: str = ""

    @property
    def steps(self) -> int:
        """Steps done."""
        return self.run.progress.steps if self.run else 0

    @property
    def training(self) -> bool:
        """Whether a process trains the point now."""
        return self.state in (State.LOADING, State.TRAINING, State.PAUSED)


class SweepProgress:
    """Reads the states of a sweep's points; use it from one thread at a time."""

    def __init__(self, sweep: Sweep) -> None:
        self._sweep = sweep
        self._index = RunIndex(sweep.runs_dir)
        self.seconds_left: float | None = None

    def read(self) -> tuple[PointState, ...]:
        """Return the state of every point, in the order of the grid, and set `seconds_left`."""
        runs = self._index.read()
        states = tuple(point_state(point, runs) for point in self._sweep.points)
        self.seconds_left = seconds_left(states)
        return states


def point_state(point: Point, runs: Mapping[str, Sequence[Summary]]) -> PointState:
    """Return the state of a point, given all runs by identity."""
    run = decisive(runs.get(point.id, ()))
    if run is None:
        return PointState(point)
    return PointState(point, run.state, run, tuple(run.diverged), run.error)


def measured_runs(sweep: Sweep) -> list[Path]:
    """Return the folders of the runs that have measured something, in the order of the grid. Raises UserError."""
    folders = [state.run.folder for state in SweepProgress(sweep).read() if state.run and state.steps]
    if not folders:
        raise UserError(f"sweep {sweep.name}: nothing is measured yet; `bntui sweep {sweep.name}` trains its points")
    return folders


def with_failures(states: Iterable[PointState], failures: Mapping[str, str]) -> tuple[PointState, ...]:
    """Return states in which the points have failed of which a driver says so, by their ids, and no run does."""

    def told(state: PointState) -> bool:
        return state.training or state.state in _ENDED or state.point.id not in failures

    return tuple(
        state if told(state) else replace(state, state=State.FAILED, error=failures[state.point.id]) for state in states
    )


def seconds_left(states: Sequence[PointState]) -> float | None:
    """Return the time until the last point ends, from the speed so far; None while no point trains."""
    seconds = sum(state.run.progress.seconds for state in states if state.run)
    steps = sum(state.steps for state in states)
    at_once = sum(state.training for state in states)
    if not at_once or not steps:
        return None
    return sum(_seconds_left(state, seconds / steps) for state in states if state.state not in _ENDED) / at_once


def _seconds_left(state: PointState, mean: float) -> float:
    """Return the time that one point needs, at its own speed if it has begun, else at the mean of all."""
    per_step = state.run.progress.seconds / state.steps if state.run and state.steps else mean
    return (state.point.spec.steps - state.steps) * per_step
