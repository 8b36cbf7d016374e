"""An engine that trains nothing: each point ends as a test says, and leaves the run that it would leave."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from bntui.sweep.engine import Ended, Outcome
from bntui.sweep.point import Point

Script = Callable[[Point], Ended]


class FakeEngine:
    """An `Engine`; `script` is called when a point's turn to end has come. `submitted` are the labels so far."""

    name = "fake, 2 jobs"

    def __init__(self, script: Script, slots: int = 2) -> None:
        self.slots = slots
        self.submitted: list[str] = []
        self.retries: list[str] = []
        self.most_at_once = 0
        self.stops: list[bool] = []
        self.closed = False
        self._script = script
        self._under_way: deque[Point] = deque()

    def submit(self, point: Point, retry: bool = False) -> None:
        self.submitted.append(point.label)
        self.retries += [point.label] * retry
        self._under_way.append(point)
        self.most_at_once = max(self.most_at_once, len(self._under_way))

    def next_ended(self, timeout: float) -> Ended | None:
        point = self._under_way.popleft()
        return Ended(point, Outcome.STOPPED) if self.stops else self._script(point)

    def stop(self, now: bool = False) -> None:
        self.stops.append(now)

    def close(self) -> None:
        self.closed = True
