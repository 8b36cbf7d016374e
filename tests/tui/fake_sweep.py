"""A sweep without processes: points in chosen states, and a driver that only notes what it is asked."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

from bntui.records import Progress, State
from bntui.run.storage.summary import Summary
from bntui.sweep.axis import Axis
from bntui.sweep.grid import Grid
from bntui.sweep.point import Point
from bntui.sweep.progress import WAITING, PointState
from bntui.sweep.sweep_folder import Sweep
from tests.tui.fake_source import spec_of

RATES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
SEEDS = 3
STEPS = 1000


def sweep_of(
    name: str = "lr", rates: tuple[float, ...] = RATES, seeds: int = SEEDS, runs_dir: Path | None = None
) -> Sweep:
    """Return a sweep over learning rates and seeds that is stored nowhere."""
    base = spec_of(steps=STEPS)
    grid = Grid(preset="noisy", axes=(Axis("optimizer.lr", rates),), seeds=range(seeds), base=base.toml())
    return Sweep(name, runs_dir or Path("/runs"), grid)


def state_of(
    point: Point, state: str, step: int = STEPS, diverged: tuple[str, ...] = (), error: str = ""
) -> PointState:
    """Return a point in a state; its accuracies depend on its place in the grid."""
    if state == WAITING:
        return PointState(point)
    number = point.number
    taken = enumerate(("standard", "bn", "noisy") if step else ())
    accuracies = {name: min(0.5 + 0.02 * number + 0.1 * index, 0.999) for index, name in taken}
    run = Summary(
        folder=Path(f"/runs/noisy-20260102-{number:06}"),
        state=state,
        spec=point.spec,
        dataset=point.spec.dataset,
        host="node1",
        progress=Progress(step, step / 40, 0.0),
        accuracies=accuracies,
        diverged=dict.fromkeys(diverged, 157),
        error=error,
    )
    return PointState(point, state, run, diverged, error)


def under_way(sweep: Sweep) -> tuple[PointState, ...]:
    """Return a sweep of which the first points ended, one failed, one diverged, two train and the others wait."""
    points = sweep.points
    ended = [state_of(point, State.FINISHED) for point in points[:7]]
    return (
        *ended,
        state_of(points[7], State.FINISHED, diverged=("standard",)),
        state_of(points[8], State.FAILED, 230, error="RuntimeError: out of memory"),
        state_of(points[9], State.TRAINING, 430),
        state_of(points[10], State.LOADING, 0),
        *(state_of(point, WAITING) for point in points[11:]),
    )


class FakeProgress:
    """Has the states that a test gives it."""

    def __init__(self, states: tuple[PointState, ...], seconds_left: float | None = 760.0) -> None:
        self.states = states
        self.seconds_left = seconds_left

    def read(self) -> tuple[PointState, ...]:
        return self.states


class FakeDriver:
    """`work` returns when the sweep is stopped or released."""

    attached = False

    def __init__(self, sweep: Sweep) -> None:
        self.sweep = sweep
        self.engine = "local, 2 jobs"
        self.failures: Mapping[str, str] = {}
        self.stopping = False
        self.calls: list[str] = []
        self._released = threading.Event()

    def release(self) -> None:
        """Let `work` end by itself."""
        self._released.set()

    def work(self) -> None:
        self.calls.append("work")
        # Released by the test; the limit only ends a broken one.
        self._released.wait(600)

    def stop(self, now: bool = False) -> None:
        self.calls.append("stop at once" if now else "stop")
        self.stopping = True

    def retry(self, point: Point) -> None:
        self.calls.append(f"retry {point.label}")

    def give_up(self) -> bool:
        self.stop(now=self.stopping)
        return False

    def resume(self) -> None:
        self.calls.append("resume")

    def checkpoint(self) -> None:
        self.calls.append("checkpoint")
