"""The claims of the papers, checked while the run goes on: a list, and what lies behind the chosen line."""

from __future__ import annotations

import time
from collections.abc import Callable
from textwrap import wrap
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.worker import Worker, WorkerState

from bntui.claims.check import check
from bntui.claims.claim import Result
from bntui.claims.measured_run import MeasuredRun
from bntui.number_format import significant
from bntui.run.sources.protocol import RunSource
from bntui.tui.charts.canvas import Canvas, cut
from bntui.tui.charts.frame import edge
from bntui.tui.charts.palette import Styles
from bntui.tui.widgets.chart_pane import Pane
from bntui.views.claim_text import explain, ordered, summary

_LEAST_PAUSE = 3.0
_SHARE = 0.02
_DETAIL = 11

Clock = Callable[[], float]


class ClaimsPane(Pane):
    """A line a result. Checking takes a thread, and at most a small share of the time."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "line(-1)", show=False, tooltip="The claim above"),
        Binding("down", "line(1)", show=False, tooltip="The claim below"),
    ]

    def __init__(self, clock: Clock = time.monotonic) -> None:
        super().__init__(id="claims-list")
        self._clock = clock
        self._results: tuple[Result, ...] = ()
        self._line = self._first = self._rows = 0
        self._worker: Worker[tuple[Result, ...]] | None = None
        self._begun = self._cost = 0.0
        self._checked: object = None
        self._error = ""

    @property
    def summary(self) -> str:
        """What came of the claims at the last check, in one line; '' before the first."""
        return summary(self._results)

    def consider(self, source: RunSource) -> None:
        """Check again, where there is something new and the last time is long enough ago."""
        history = source.history
        if history is None or not history.version or self._worker is not None:
            return
        state, now = (history, history.version, source.status.state.over), self._clock()
        waited = now - self._begun >= max(_LEAST_PAUSE, self._cost / _SHARE)
        # The end of a run is not to be waited for.
        if state == self._checked or not (waited or self._checked is None or state[2]):
            return
        self._checked, self._begun = state, now
        runs = [
            MeasuredRun(part.spec, part.history, part.notices, label or part.run_id)
            for label, part in source.parts.items()
            if part.history is not None
        ]
        self._worker = self.run_worker(lambda: check(runs), group="claims", thread=True, exit_on_error=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Take what was found."""
        if event.worker is not self._worker or event.state not in (
            WorkerState.SUCCESS,
            WorkerState.ERROR,
            WorkerState.CANCELLED,
        ):
            return
        worker, self._worker = self._worker, None
        self._cost = self._clock() - self._begun
        self._error = str(worker.error) if worker.error else ""
        if worker.state is WorkerState.SUCCESS:
            self._results = ordered(worker.result or ())
            self._line = min(self._line, max(len(self._results) - 1, 0))
        self.repaint()

    def action_line(self, by: int) -> None:
        """Choose another line."""
        self._line = min(max(self._line + by, 0), max(len(self._results) - 1, 0))
        self.repaint()

    def on_click(self, event: events.Click) -> None:
        """Choose the line under the mouse."""
        if 2 <= event.y < 2 + self._rows:
            self.action_line(self._first + event.y - 2 - self._line)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The next line."""
        self.action_line(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The line before."""
        self.action_line(-1)

    # Painting

    def paint(self, canvas: Canvas, styles: Styles) -> None:
        """The list above, the chosen line's reading below."""
        self._border(canvas, styles)
        if not self._results:
            waiting = "the papers' claims are checked as soon as there are measurements …"
            text = f"claims could not be checked: {self._error}" if self._error else waiting
            lines = wrap(text, max(canvas.width - 4, 8))
            for y, line in enumerate(lines, canvas.height // 2 - len(lines) // 2):
                canvas.put(2, y, line[: max(canvas.width - 4, 0)], styles.muted)
            return
        self._rows = self._share_out(canvas)
        self._first = min(max(self._first, self._line - self._rows + 1), self._line)
        grid = _Grid(canvas.width)
        grid.head(canvas, styles)
        for y, result in enumerate(self._results[self._first : self._first + self._rows], 2):
            grid.row(canvas, styles, y, result, chosen=y - 2 + self._first == self._line)
        self._more(canvas, styles)
        self._detail(canvas, styles, 2 + self._rows)

    def _border(self, canvas: Canvas, styles: Styles) -> None:
        edge(canvas, styles.focus if self.has_focus else styles.border)
        title = " claims "[: max(canvas.width - 2, 0)]
        canvas.put(1, 0, title, styles.bold if self.has_focus else styles.text)
        scope = f"· {self._results[0].scope} · 95 % intervals " if self._results else ""
        if len(scope) + 11 <= canvas.width:
            canvas.put(9, 0, scope, styles.muted)

    def _share_out(self, canvas: Canvas) -> int:
        """Rows of the list: all where that leaves room for the reading."""
        room = canvas.height - 3
        spare = _DETAIL if canvas.height >= 2 * _DETAIL else canvas.height // 2
        return max(min(len(self._results), room - spare), 1)

    def _more(self, canvas: Canvas, styles: Styles) -> None:
        y = 2 + self._rows
        canvas.put(1, y, "─" * (canvas.width - 2), styles.border)
        hidden = len(self._results) - self._rows
        if hidden > 0:
            index = f" {self._line + 1} of {len(self._results)} · ↑ ↓ "
            canvas.put_right(canvas.width - 2, y, index, styles.muted)

    def _detail(self, canvas: Canvas, styles: Styles, top: int) -> None:
        by_kind = {"strong": styles.bold, "text": styles.text, "muted": styles.muted}
        y = top + 1
        for kind, text in explain(self._results[self._line]):
            for line in wrap(text, max(canvas.width - 4, 8)):
                if y < canvas.height - 1:
                    canvas.put(2, y, line[: canvas.width - 4], by_kind[kind])
                y += 1


class _Grid:
    """Where the columns of the list lie; what matters less goes first where room is short."""

    def __init__(self, width: int) -> None:
        room = width - 3
        self.verdict, self.claim = 3, 17
        self.variants = 39 if room >= 96 else 0
        self.effect = (60 if self.variants else 38) + 10
        self.interval = self.effect + 20
        self.note = self.interval + 2 if room - self.interval >= 14 else 0
        self.right = room

    def head(self, canvas: Canvas, styles: Styles) -> None:
        """Names of the columns."""
        for x, name in ((self.verdict, "verdict"), (self.claim, "claim"), (self.variants, "variants")):
            if x:
                canvas.put(x, 1, name, styles.muted)
        canvas.put_right(min(self.effect, self.right), 1, "effect", styles.muted)
        if self.interval <= self.right:
            canvas.put_right(self.interval, 1, "95 % interval", styles.muted)
        if self.note:
            canvas.put(self.note, 1, "note", styles.muted)
        _ends(canvas, 1)

    def row(self, canvas: Canvas, styles: Styles, y: int, result: Result, chosen: bool) -> None:
        """One result. Verdicts look alike, whichever way they go."""
        ink = styles.bold if chosen else styles.faint if result.missing else styles.text
        canvas.put(1, y, "▸" if chosen else " ", styles.focus)
        canvas.put(self.verdict, y, "not checkable" if result.missing else result.verdict.value, ink)
        canvas.put(self.claim, y, result.claim.id, ink)
        if self.variants:
            canvas.put(self.variants, y, cut(" : ".join(result.variants), 20), ink)
        if result.missing:
            start = self.effect - 9
            canvas.put(start, y, cut(result.missing, self.right - start), ink)
        else:
            self._numbers(canvas, y, result, styles, chosen)
        _ends(canvas, y)

    def _numbers(self, canvas: Canvas, y: int, result: Result, styles: Styles, chosen: bool) -> None:
        ink = styles.bold if chosen else styles.text
        canvas.put_right(min(self.effect, self.right), y, significant(result.effect), ink)
        if self.interval <= self.right and result.low is not None:
            canvas.put_right(self.interval, y, f"{significant(result.low)} … {significant(result.high)}", ink)
        if self.note:
            canvas.put(self.note, y, cut(result.note, self.right - self.note), styles.muted)


def _ends(canvas: Canvas, y: int) -> None:
    """Text may have run over the border."""
    if 0 <= y < canvas.height and canvas.width:
        canvas.rows[y][-1] = ("│", canvas.rows[-1][-1][1])
