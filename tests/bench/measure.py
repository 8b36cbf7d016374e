"""Measuring two things alternately, so that whatever else the machine does meets both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure: what, against what, its value with the unit in `form`, and the target.

    `ceiling` says whether the target is the most (True) or the least (False) that is wanted.
    """

    what: str
    against: str
    value: float
    target: float
    ceiling: bool = True
    form: str = "{:.3f}×"

    @property
    def met(self) -> bool:
        """Whether the target is met."""
        return self.value <= self.target if self.ceiling else self.value >= self.target


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def ratio(work: Callable[[], object], against: Callable[[], object], rounds: int = 5) -> float:
    """The median over rounds of work's time by its counterpart's; the order changes from round to round."""
    work()
    against()
    pairs = []
    for number in range(rounds):
        if number % 2:
            mine, theirs = seconds(work), seconds(against)
        else:
            theirs, mine = seconds(against), seconds(work)
        pairs.append(mine / theirs)
    return statistics.median(pairs)
