"""The lines below the table: notices, values at the cursor, and the outcome of the run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap

from rich.style import Style

from bntui.records import Notice, NoticeKind, State
from bntui.run.sources.protocol import RunSource
from bntui.run.storage.ending import ALL_DIVERGED, reason_of_end
from bntui.tui.charts.canvas import Canvas, CanvasWidget, truncate
from bntui.tui.charts.palette import Styles
from bntui.views.variant_mark import DIVERGED

MessageLine = tuple[str, str]
"""A kind ('warning', 'error', 'good', 'muted' or 'text') and a text."""

_MAX_LINES = 6
_MAX_LABELS = 4
"""Runs that share an outcome and are named; more of them are counted."""


def notice_lines(notices: Sequence[Notice]) -> list[MessageLine]:
    """Return a line per notice; divergences share one, and the end of a run is left to its outcome."""
    diverged = [notice for notice in notices if notice.kind is NoticeKind.DIVERGED]
    shown_apart = (NoticeKind.DIVERGED, NoticeKind.ENDED, NoticeKind.STOPPED, NoticeKind.FAILED)
    lines: list[MessageLine] = [("warning", f"! {notice.text}") for notice in notices if notice.kind not in shown_apart]
    if diverged:
        lines.append(("error", f"{DIVERGED} " + "; ".join(notice.text for notice in diverged)))
    return lines


def outcome_lines(runs: Mapping[str, RunSource]) -> list[MessageLine]:
    """Return one line with the outcomes of the compared runs that are over, each with the labels of its runs."""
    ended = [(label, run) for label, run in runs.items() if run.status.state.over]
    if not ended:
        return []
    outcomes: dict[str, list[str]] = {}
    for label, run in ended:
        outcomes.setdefault(outcome_text(run), []).append(label)
    text = " · ".join(f"{_who(labels)} {outcome}" for outcome, labels in outcomes.items())
    return [outcome_line(text, good=all(run.status.state is State.FINISHED for _, run in ended))]


def outcome_text(run: RunSource) -> str:
    """Return how a run ended that did not fail, as 'finished after 1,000 steps'."""
    return f"{run.status.state} after {run.status.step:,} steps{reason_of_end(run.spec, run.notices)}"


def outcome_line(text: str, *, good: bool = True) -> MessageLine:
    """Return the line about one or more ends; where every variant of a run diverged, it is not good."""
    return ("good", f"✔ {text}") if good and ALL_DIVERGED not in text else ("warning", f"! {text}")


def _who(labels: Sequence[str]) -> str:
    return ", ".join(labels) if len(labels) <= _MAX_LABELS else f"{len(labels)} runs"


class Messages(CanvasWidget):
    """Message lines, long ones wrapped."""

    def __init__(self) -> None:
        super().__init__(id="messages")
        self._lines: list[MessageLine] = []

    def show(self, lines: list[MessageLine], width: int, most: int = _MAX_LINES) -> int:
        """Show lines on `width` columns; return how many rows they take, at most `most`."""
        room = max(width - 2, 1)
        wrapped = [_wrapped(text, room) for _, text in lines]
        if sum(map(len, wrapped)) > most:
            # The outcome comes last and matters more than a full warning: cut warnings to one row.
            wrapped = [
                [truncate(text, room)] if kind == "warning" else parts
                for (kind, text), parts in zip(lines, wrapped, strict=True)
            ]
        self._lines = [(kind, part) for (kind, _), parts in zip(lines, wrapped, strict=True) for part in parts]
        self.repaint()
        return min(len(self._lines), most)

    def paint(self, canvas: Canvas, styles: Styles) -> None:
        for y, (kind, text) in enumerate(self._lines):
            canvas.put(1, y, text, _style(kind, styles))


def _wrapped(text: str, room: int) -> list[str]:
    # Not at hyphens: a run's id should be easy to copy.
    return wrap(text, room, subsequent_indent="  ", break_on_hyphens=False) or [""]


def _style(kind: str, styles: Styles) -> Style:
    by_kind = {"warning": styles.warning, "error": styles.error, "good": styles.good, "muted": styles.muted}
    return by_kind.get(kind, styles.text)
