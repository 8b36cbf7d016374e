"""The orders in which the runs screen lists runs."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from bntui.records import State
from bntui.run.storage.summary import Summary
from bntui.tui.widgets.fitted_columns import ALWAYS, Column


class RunOrder(NamedTuple):
    """An order of runs, its description, and the column it needs beside the usual ones."""

    description: str
    key: Callable[[Summary], Any]
    column: Column[Summary] | None = None

    def of(self, runs: Sequence[Summary]) -> list[Summary]:
        """Return runs, given newest first, in this order; equal ones stay newest first."""
        return sorted(runs, key=self.key)


def _state(run: Summary) -> int:
    """Return the place of a run's state in the course of a run; unreadable runs come last."""
    states = list(State)
    return states.index(State(run.state)) if run.state in states else len(states)


def _seed(run: Summary) -> float:
    return run.spec.seed if run.spec else math.inf


def _accuracy(run: Summary) -> float:
    """Return minus the best variant's accuracy, so that the best run comes first; one without any comes last."""
    return math.inf if run.best_accuracy is None else -run.best_accuracy


def _accuracy_text(run: Summary) -> str:
    return "" if run.best_accuracy is None else f"{run.best_accuracy:.3f}"


# Where room is short, the accuracies of all variants are left out; the one that orders the runs is not.
_BEST = Column("best", ALWAYS, _accuracy_text, whole=True)


RUN_ORDERS = (
    RunOrder("newest first", lambda run: 0),
    RunOrder("by name", lambda run: run.run_id.casefold()),
    RunOrder("by title", lambda run: (not run.title, run.title.casefold())),
    RunOrder("by state", _state),
    RunOrder("by seed", _seed),
    RunOrder("best accuracy first", _accuracy, _BEST),
)
