"""What a sweep's driver needs of an engine, which has points trained somewhere: submit one, hear that one ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bntui.sweep.point import Point


class Outcome(StrEnum):
    """How work on a point ended."""

    FINISHED = "finished"
    """There is a finished run; where there was one before, nothing was trained."""
    FAILED = "failed"
    STOPPED = "stopped"
    """The run ended after a step, as it was asked to, and can be resumed."""
    BUSY = "busy"
    """Another process works on the point."""
    DIED = "died"
    """The process that worked on the point ended; its run can be resumed."""


@dataclass(frozen=True)
class Ended:
    """The end of work on a point; `error` is one line that says why it failed or died.

    `trained` is False where the point was found as it is.
    """

    point: Point
    outcome: Outcome
    error: str = ""
    trained: bool = True


class Engine(Protocol):
    """Has points trained by other processes. All methods are called by the driver's thread."""

    @property
    def name(self) -> str:
        """A few words for people, as in 'local, 2 jobs'."""

    @property
    def slots(self) -> int:
        """How many points may be under way at once; it may change."""

    def submit(self, point: Point, retry: bool = False) -> None:
        """Begin work on a point; `retry`: also if its run failed. Raises UserError if none can be begun any more."""

    def next_ended(self, timeout: float) -> Ended | None:
        """Return the next point that ended; None if none does within so many seconds."""

    def stop(self, now: bool = False) -> None:
        """Have the points under way end after their step, or at once; `next_ended` tells of each."""

    def close(self) -> None:
        """Give back all that the engine holds; it ends what is under way at once."""
