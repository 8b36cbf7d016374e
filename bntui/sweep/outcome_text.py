"""What became of a sweep's points, as text for standard output."""

from __future__ import annotations

from collections.abc import Sequence

from bntui.records import State
from bntui.run.storage import log
from bntui.run.storage.summary import training_text
from bntui.sweep.counts import counted
from bntui.sweep.progress import PointState
from bntui.text_table import aligned


def outcome_text(name: str, states: Sequence[PointState]) -> str:
    """Return the numbers of points, a table of those that failed, and the command that does the rest."""
    counts = counted(states)
    parts = [f"sweep {name}: {counts}"]
    if counts.failed:
        parts += ["", failure_table(states), "", f"try them again with: bntui sweep {name} --retry-failed"]
    if counts.waiting and not counts.under_way:
        parts.append(f"go on with: bntui sweep {name}")
    return "\n".join(parts)


def failure_table(states: Sequence[PointState]) -> str:
    """Return a line for each failed point: what it is, why it failed, and where its log is."""
    rows = [
        (state.point.label, state.error or "unknown error", str(state.run.folder / log.NAME) if state.run else "")
        for state in states
        if state.state == State.FAILED
    ]
    return aligned([("failed", "error", "log"), *rows])


def point_text(state: PointState) -> str:
    """Return what became of a point, in a line."""
    label, run = state.point.label, state.run
    if state.state == State.FAILED:
        where = f"; log: {run.folder / log.NAME}" if run else ""
        return f"{label} failed: {state.error or 'unknown error'}{where}"
    if run is None or state.state != State.FINISHED:
        return f"{label} {state.state} after {state.steps} of {state.point.spec.steps} steps"
    diverged = "".join(f"  {name} diverged at step {step}" for name, step in run.diverged.items())
    newest = training_text(run.accuracies, run.losses, without=run.diverged)
    return f"{label} finished{f'  {newest}' * bool(newest)}{diverged}"
