"""The lines under the table: what happened, and at the end, what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap

from rich.style import Style

from bntui.records import Notice, NoticeKind, State
from bntui.run.sources.protocol import RunSource
from bntui.tui.charts.canvas import Canvas, CanvasWidget, cut
from bntui.tui.charts.palette import Styles
from bntui.views.variant_mark import DIVERGED

Line = tuple[str, str]
"""A kind ('warning', 'error', 'good', 'muted', 'text') and a text."""

_MOST = 6


def lines_of(notices: Sequence[Notice]) -> list[Line]:
    """Notices as lines; divergences share one. The end of a run, good or bad, is told with its outcome."""
    diverged = [notice for notice in notices if notice.kind is NoticeKind.DIVERGED]
    elsewhere = (NoticeKind.DIVERGED, NoticeKind.STOPPED, NoticeKind.FAILED)
    lines: list[Line] = [("warning", f"! {notice.text}") for notice in notices if notice.kind not in elsewhere]
    if diverged:
        lines.append(("error", f"{DIVERGED} " + "; ".join(notice.text for notice in diverged)))
    return lines


def outcomes(runs: Mapping[str, RunSource]) -> list[Line]:
    """What came of each of several runs, by their labels, once it is over."""
    ended = [(label, run.status) for label, run in runs.items() if run.status.state.over]
    if not ended:
        return []
    told = " · ".join(f"{label} {status.state} after {status.step:,} steps" for label, status in ended)
    good = all(status.state is State.FINISHED for _, status in ended)
    return [("good", f"✔ {told}") if good else ("warning", f"! {told}")]


class Messages(CanvasWidget):
    """As many lines as there is to say, long ones wrapped."""

    def __init__(self) -> None:
        super().__init__(id="notices")
        self._lines: list[Line] = []

    def show(self, lines: list[Line], width: int, most: int = _MOST) -> int:
        """Show these lines on `width` columns; returns how many lines they take."""
        room = max(width - 2, 1)
        wrapped = [_wrapped(text, room) for _, text in lines]
        if sum(map(len, wrapped)) > most:
            # What came of a run matters more than all the words of a warning from its beginning.
            wrapped = [
                [cut(text, room)] if kind == "warning" else parts
                for (kind, text), parts in zip(lines, wrapped, strict=True)
            ]
        self._lines = [(kind, part) for (kind, _), parts in zip(lines, wrapped, strict=True) for part in parts]
        height = min(len(self._lines), most)
        self.repaint()
        return height

    def paint(self, canvas: Canvas, styles: Styles) -> None:
        """One below the other."""
        for y, (kind, text) in enumerate(self._lines):
            canvas.put(1, y, text, _style(kind, styles))


def _wrapped(text: str, room: int) -> list[str]:
    # A run's id has hyphens, and is to be copied whole.
    return wrap(text, room, subsequent_indent="  ", break_on_hyphens=False) or [""]


def _style(kind: str, styles: Styles) -> Style:
    by_kind = {"warning": styles.warning, "error": styles.error, "good": styles.good, "muted": styles.muted}
    return by_kind.get(kind, styles.text)
