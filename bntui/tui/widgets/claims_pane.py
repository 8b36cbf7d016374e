"""The papers' claims, checked while the run goes on: a list, and details of the selected one."""

from __future__ import annotations

import time
from collections.abc import Callable
from textwrap import wrap
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.worker import Worker, WorkerState

from bntui.claims.check import check
from bntui.claims.measured_run import MeasuredRun
from bntui.claims.result import Result
from bntui.run.sources.protocol import RunSource
from bntui.tui.charts.canvas import Canvas
from bntui.tui.charts.frame import draw_border
from bntui.tui.charts.palette import Styles
from bntui.tui.widgets.chart_pane import Pane
from bntui.tui.widgets.claim_columns import ClaimColumns
from bntui.views.claim_text import explain, ordered, summary

_MIN_PAUSE = 3.0
"""Seconds between two checks, at least."""
_MAX_SHARE = 0.02
"""The largest share of the time that checking may take."""
_DETAIL_ROWS = 11

Clock = Callable[[], float]


class ClaimsPane(Pane):
    """A line per result. Claims are checked in a thread, for at most a small share of the time."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "line(-1)", show=False, tooltip="Previous claim"),
        Binding("down", "line(1)", show=False, tooltip="Next claim"),
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
        """The verdicts of the last check, in one line; '' before the first check."""
        return summary(self._results)

    def follow(self, source: RunSource, shown: bool) -> None:
        """Check the claims where the pane is shown or the run is over."""
        if shown or source.status.state.over:
            self._check_if_due(source)

    def _check_if_due(self, source: RunSource) -> None:
        """Check again if there are new measurements and the last check was long enough ago."""
        history = source.history
        if history is None or not history.version or self._worker is not None:
            return
        over = source.status.state.over
        version, now = (history, history.version, over), self._clock()
        waited = now - self._begun >= max(_MIN_PAUSE, self._cost / _MAX_SHARE)
        # The final verdicts are shown at once.
        if version == self._checked or not (waited or self._checked is None or over):
            return
        self._checked, self._begun = version, now
        runs = [
            MeasuredRun(part.spec, part.history, part.notices, label or part.run_id, part.status.state)
            for label, part in source.parts.items()
            if part.history is not None
        ]
        self._worker = self.run_worker(lambda: check(runs), group="claims", thread=True, exit_on_error=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
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
        self._line = min(max(self._line + by, 0), max(len(self._results) - 1, 0))
        self.repaint()

    def on_click(self, event: events.Click) -> None:
        if 2 <= event.y < 2 + self._rows:
            self.action_line(self._first + event.y - 2 - self._line)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self.action_line(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self.action_line(-1)

    # Painting

    def paint(self, canvas: Canvas, styles: Styles) -> None:
        self._border(canvas, styles)
        if not self._results:
            waiting = "the papers' claims are checked as soon as there are measurements …"
            text = f"claims could not be checked: {self._error}" if self._error else waiting
            lines = wrap(text, max(canvas.width - 4, 8))
            for y, line in enumerate(lines, canvas.height // 2 - len(lines) // 2):
                canvas.put(2, y, line[: max(canvas.width - 4, 0)], styles.muted)
            return
        self._rows = self._list_rows(canvas)
        self._first = min(max(self._first, self._line - self._rows + 1), self._line)
        columns = ClaimColumns(canvas.width)
        columns.draw_head(canvas, styles)
        for y, result in enumerate(self._results[self._first : self._first + self._rows], 2):
            columns.draw_row(canvas, styles, y, result, selected=y - 2 + self._first == self._line)
        self._more(canvas, styles)
        self._detail(canvas, styles, 2 + self._rows)

    def _border(self, canvas: Canvas, styles: Styles) -> None:
        draw_border(canvas, styles.focus if self.has_focus else styles.border)
        title = " claims "[: max(canvas.width - 2, 0)]
        canvas.put(1, 0, title, styles.bold if self.has_focus else styles.text)
        scope = f"· {self._results[0].scope} · 95 % intervals " if self._results else ""
        if len(scope) + 11 <= canvas.width:
            canvas.put(9, 0, scope, styles.muted)

    def _list_rows(self, canvas: Canvas) -> int:
        """Return the rows of the list: all results, as long as the details of the selected one have room."""
        details = _DETAIL_ROWS if canvas.height >= 2 * _DETAIL_ROWS else canvas.height // 2
        return max(min(len(self._results), canvas.height - 3 - details), 1)

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
