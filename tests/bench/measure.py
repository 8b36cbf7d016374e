"""Measure two functions alternately, so that other load on the machine affects both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """A measured value with its target; `form` formats both, with their unit.

    The target is an upper bound if `at_most`, else a lower bound.
    """

    name: str
    baseline: str
    value: float
    target: float
    at_most: bool = True
    form: str = "{:.3f}×"

    @property
    def met(self) -> bool:
        """Whether the value is within the target."""
        return self.value <= self.target if self.at_most else self.value >= self.target


def seconds(work: Callable[[], object]) -> float:
    """Return how many seconds one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def ratio(work: Callable[[], object], baseline: Callable[[], object], rounds: int = 5) -> float:
    """Return the median ratio of the two functions' times; their order alternates from round to round."""
    work()
    baseline()
    ratios = []
    for number in range(rounds):
        if number % 2:
            work_seconds, baseline_seconds = seconds(work), seconds(baseline)
        else:
            baseline_seconds, work_seconds = seconds(baseline), seconds(work)
        ratios.append(work_seconds / baseline_seconds)
    return statistics.median(ratios)
