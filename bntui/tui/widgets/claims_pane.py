"""The papers' claims, checked while the run goes on: a list, and details of the selected one."""

from __future__ import annotations

import time
from collections.abc import Callable
from textwrap import wrap
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.worker import Worker, WorkerState

from bntui.claims.check import check_groups
from bntui.claims.measured_run import MeasuredRun
from bntui.claims.more_seeds import Repetition, effects_only, repetition
from bntui.claims.result import Result
from bntui.run.sources.protocol import RunSource
from bntui.tui.charts.canvas import Canvas
from bntui.tui.charts.frame import draw_border
from bntui.tui.charts.palette import Styles
from bntui.tui.widgets.chart_pane import Pane
from bntui.tui.widgets.claim_columns import ClaimColumns
from bntui.views.claim_text import explain, ordered, summary
from bntui.views.paragraphs import Paragraph
from bntui.views.verdict_text import verdict_text

_MIN_PAUSE = 3.0
"""Seconds between two checks, at least."""
_MAX_SHARE = 0.02
"""The largest share of the time that checking may take."""
_DETAIL_ROWS = 11
_MOST_LEAD = 3
"""Rows of the line about too few seeds, at most."""
_SCROLLED = 4
"""Lines of details by which a key scrolls."""

Clock = Callable[[], float]


class ClaimsPane(Pane):
    """A line per result. Claims are checked in a thread, for at most a small share of the time."""

    class SweepWanted(Message):
        """A sweep should be started that trains the runs shown with more seeds; `command` is the same for a shell."""

        def __init__(self, wanted: Repetition) -> None:
            super().__init__()
            self.grid, self.command, self.name = wanted.grid, wanted.command, wanted.name

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "line(-1)", show=False, tooltip="Previous claim"),
        Binding("down", "line(1)", show=False, tooltip="Next claim"),
        Binding("pageup", "details(-1)", show=False, tooltip="Scroll the claim's details up"),
        Binding("pagedown", "details(1)", show=False, tooltip="Scroll the claim's details down"),
        Binding("n", "more_seeds", show=False, tooltip="Train more seeds, which decide the claims"),
    ]

    def __init__(self, clock: Clock = time.monotonic) -> None:
        super().__init__(id="claims-list")
        self._clock = clock
        self._source: RunSource | None = None
        self._results: tuple[Result, ...] = ()
        self._line = self._first = self._rows = self._head = self._detail_row = 0
        self._worker: Worker[dict[str, tuple[Result, ...]]] | None = None
        self._begun = self._cost = 0.0
        self._checked: object = None
        self._error = ""
        # By group; finding one reads a preset.
        self._repetitions: dict[str, Repetition] = {}

    @property
    def summary(self) -> str:
        """The verdicts of the last check, in one line, or what would give some; '' before the first check."""
        lead = self._lead()
        return summary(self._results) or (f"from {lead}" if lead else "")

    def follow(self, source: RunSource, shown: bool) -> None:
        """Check the claims where the pane is shown or the run is over."""
        self._source = source
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
        groups = _measured(source)
        self._worker = self.run_worker(lambda: check_groups(groups), group="claims", thread=True, exit_on_error=False)

    def _repetition(self) -> Repetition | None:
        """Return how to train more seeds of the selected result's group; None before the first check."""
        if self._source is None or not self._results:
            return None
        group = self._results[self._line].group
        if group not in self._repetitions:
            run = self._source.groups[group][0]
            self._repetitions[group] = repetition(run.spec, run.info, run.folder)
        return self._repetitions[group]

    def _lead(self) -> str:
        """Return the line that leads where there are too few seeds for verdicts; '' where there are enough."""
        wanted = self._repetition()
        return effects_only([self._results[self._line]], wanted.command) if wanted else ""

    def information(self, source: RunSource) -> list[Paragraph]:
        """Return how the verdict on the selected claim was reached."""
        if not self._results:
            return [("strong", "Claims"), ("text", "The claims of the papers, once there are measurements to check.")]
        return verdict_text(self._results[self._line])

    def action_more_seeds(self) -> None:
        """Ask for a sweep that trains more seeds, where there are too few for verdicts."""
        wanted = self._repetition()
        if wanted and self._lead():
            self.post_message(self.SweepWanted(wanted))

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
            self._results = ordered(worker.result or {})
            self._line = min(self._line, max(len(self._results) - 1, 0))
        self.repaint()

    def action_line(self, by: int) -> None:
        self._line = min(max(self._line + by, 0), max(len(self._results) - 1, 0))
        self._detail_row = 0
        self.repaint()

    def action_details(self, by: int) -> None:
        self._detail_row = max(self._detail_row + by * _SCROLLED, 0)
        self.repaint()

    def on_click(self, event: events.Click) -> None:
        if 0 <= event.y - self._head < self._rows:
            self.action_line(self._first + event.y - self._head - self._line)

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
        self._head = 2 + self._draw_lead(canvas, styles)
        self._rows = self._list_rows(canvas)
        self._first = min(max(self._first, self._line - self._rows + 1), self._line)
        columns = ClaimColumns(self._results, canvas.width)
        columns.draw_head(canvas, styles, self._head - 1)
        for y, result in enumerate(self._results[self._first : self._first + self._rows], self._head):
            columns.draw_row(canvas, styles, y, result, selected=y - self._head + self._first == self._line)
        self._more(canvas, styles)
        self._detail(canvas, styles, self._head + self._rows)

    def _border(self, canvas: Canvas, styles: Styles) -> None:
        draw_border(canvas, styles.focus if self.has_focus else styles.border)
        title = " claims "[: max(canvas.width - 2, 0)]
        canvas.put(1, 0, title, styles.bold if self.has_focus else styles.text)
        scope = self._scope()
        if scope and len(scope) + 11 <= canvas.width:
            canvas.put(9, 0, scope, styles.muted)

    def _scope(self) -> str:
        """Return how far the runs are, and whose effects these are, for the title."""
        if not self._results or self._source is None:
            return ""
        so_far = "· so far " * any(not run.status.state.over for run in self._source.parts.values())
        scopes = {result.scope for result in self._results}
        return so_far + (f"· {scopes.pop()} " if len(scopes) == 1 else f"· {len(self._source.groups)} settings ")

    def _draw_lead(self, canvas: Canvas, styles: Styles) -> int:
        """Draw the line that leads too few seeds, wrapped; return its rows."""
        lead = self._lead()
        lines = wrap(f"{lead} · n starts it", max(canvas.width - 4, 8), break_on_hyphens=False) if lead else []
        for y, line in enumerate(lines[:_MOST_LEAD], 1):
            canvas.put(2, y, line, styles.warning)
        return len(lines[:_MOST_LEAD])

    def _list_rows(self, canvas: Canvas) -> int:
        """Return the rows of the list: all results, as long as the details of the selected one have room."""
        details = _DETAIL_ROWS if canvas.height >= 2 * _DETAIL_ROWS else canvas.height * 2 // 5
        return max(min(len(self._results), canvas.height - 1 - self._head - details), 1)

    def _more(self, canvas: Canvas, styles: Styles) -> None:
        y = self._head + self._rows
        canvas.put(1, y, "─" * (canvas.width - 2), styles.border)
        hidden = len(self._results) - self._rows
        if hidden > 0:
            index = f" {self._line + 1} of {len(self._results)} · ↑ ↓ "
            canvas.put_right(canvas.width - 2, y, index, styles.muted)

    def _detail(self, canvas: Canvas, styles: Styles, top: int) -> None:
        by_kind = {"strong": styles.bold, "text": styles.text, "muted": styles.muted}
        width, room = max(canvas.width - 4, 8), canvas.height - 2 - top
        lines = [(kind, line) for kind, text in explain(self._results[self._line]) for line in wrap(text, width)]
        self._detail_row = min(self._detail_row, max(len(lines) - room, 0))
        for y, (kind, line) in enumerate(lines[self._detail_row : self._detail_row + max(room, 0)], top + 1):
            canvas.put(2, y, line[:width], by_kind[kind])
        if len(lines) > room > 0:
            canvas.put_right(canvas.width - 2, canvas.height - 1, " page up, page down ", styles.muted)


def _measured(source: RunSource) -> dict[str, list[MeasuredRun]]:
    """Return the runs of a source by group, those that have been opened."""
    labels = {id(run): label for label, run in source.parts.items()}
    return {
        group: [measured for run in runs if (measured := MeasuredRun.of(run, labels.get(id(run), ""))) is not None]
        for group, runs in source.groups.items()
    }
