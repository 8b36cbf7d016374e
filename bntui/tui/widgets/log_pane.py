"""What happened in the run: its notices with their steps, and the last lines of its log."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from textwrap import wrap
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.worker import Worker, WorkerState

from bntui.records import Notice, State
from bntui.run.sources.protocol import RunSource
from bntui.run.storage.log import NAME
from bntui.run.storage.log_tail import MOST_LINES, LogTail
from bntui.tui.charts.canvas import Canvas
from bntui.tui.charts.frame import draw_border
from bntui.tui.charts.palette import Styles
from bntui.tui.widgets.chart_pane import Pane
from bntui.tui.widgets.log_rows import LogRows
from bntui.tui.widgets.selectable_list import SelectableList
from bntui.views.paragraphs import Paragraph
from bntui.views.run_log import LogEntry, RunLog, log_entries
from bntui.views.step_unit import StepUnit

_MIN_PAUSE = 1.0
"""Seconds between two readings, at least."""
_MAX_SHARE = 0.01
"""The largest share of the time that reading may take."""
_FEWEST_LINES = 50
"""Lines that are kept of each log, however many runs are compared."""
_HINT = " enter cursor to the step · f filter · end follow "
_EMPTY = f"no notices so far, and no lines in {NAME}"
_INFORMATION: list[Paragraph] = [
    ("strong", "Log"),
    (
        "text",
        "Notices are events of a run: a variant diverged, training went on from a checkpoint, another data set was "
        "used. Most have the step at which they happened; enter moves the cursor of all panes there.",
    ),
    (
        "text",
        f"The other lines are the last {MOST_LINES:,} of {NAME} in the run's folder, in local time: how training began "
        "and ended, errors with their traceback, warnings of libraries. A notice has the time of its line among them, "
        "and without one stands behind the notice before it.",
    ),
    (
        "text",
        "While the last line is selected, the list follows what is added. A replay shows the notices up to its step; "
        "the other lines, which have no steps, when it is over.",
    ),
]

Clock = Callable[[], float]
_Parts = Mapping[str, tuple[Path | None, Sequence[Notice]]]


class LogPane(Pane, SelectableList):
    """A list of notices and lines, long ones wrapped. Files are read in a thread, for a small share of the time."""

    class StepChosen(Message):
        """The cursor is to move to a step, which `variant` had reached; '' for none, or one of compared runs."""

        def __init__(self, step: int, variant: str) -> None:
            super().__init__()
            self.step, self.variant = step, variant

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", show=False, tooltip="Move the cursor of all panes to the notice's step"),
        Binding("f", "filter", show=False, tooltip="Show notices, warnings and errors only, or all lines"),
    ]

    def __init__(self, clock: Clock = time.monotonic) -> None:
        super().__init__(id="log-lines")
        self._clock = clock
        self._all: tuple[LogEntry, ...] = ()
        self._entries: tuple[LogEntry, ...] = ()
        self._filtered = False
        self._tails: dict[Path, LogTail] = {}
        self._worker: Worker[tuple[LogEntry, ...]] | None = None
        self._begun, self._cost = -_MIN_PAUSE, 0.0
        self._painted: list[int] = []
        """The entry in each row."""

    def information(self, source: RunSource) -> list[Paragraph]:
        return _INFORMATION

    def readout(self, cursor: int, unit: StepUnit) -> str:
        return f"the cursor of all panes is at {unit.phrase(cursor)}; escape removes it"

    # Reading

    def follow(self, source: RunSource, shown: bool) -> None:
        """Read what is new where the pane is shown, unless it was read just now."""
        now = self._clock()
        if not shown or self._worker or now - self._begun < max(_MIN_PAUSE, self._cost / _MAX_SHARE):
            return
        self._begun = now
        parts = {label: (run.folder, run.notices) for label, run in source.parts.items()}
        replayed = _is_replayed(source)
        self._worker = self.run_worker(
            lambda: self._read(parts, replayed), group="log", thread=True, exit_on_error=False
        )

    def _read(self, parts: _Parts, replayed: bool) -> tuple[LogEntry, ...]:
        most = max(MOST_LINES // max(len(parts), 1), _FEWEST_LINES)
        runs = {label: self._log(folder, notices, most) for label, (folder, notices) in parts.items()}
        return log_entries(runs, notices_only=replayed)

    def _log(self, folder: Path | None, notices: Sequence[Notice], most: int) -> RunLog:
        if folder is None:
            return RunLog(notices)
        try:
            return RunLog(notices, self._tails.setdefault(folder, LogTail(folder, most)).read())
        except OSError as error:
            return RunLog(notices, problem=f"{NAME} cannot be read: {error.strerror or error}")

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.worker is not self._worker or event.state in (WorkerState.PENDING, WorkerState.RUNNING):
            return
        worker, self._worker = self._worker, None
        self._cost = self._clock() - self._begun
        if worker.state is WorkerState.SUCCESS and worker.result != self._all:
            self._all = worker.result or ()
            self._show()

    def _show(self) -> None:
        """Show the entries that the filter leaves; the last one stays selected, or else the same one."""
        before, last = self._current, self.line >= self.count - 1
        self._entries = tuple(entry for entry in self._all if entry.of_note or not self._filtered)
        if last or before not in self._entries:
            self.line = max(self.count - 1, 0) if last else min(self.line, max(self.count - 1, 0))
        else:
            self.line = self._entries.index(before)
        self.repaint()

    # Keys and the mouse

    @property
    def count(self) -> int:
        return len(self._entries)

    @property
    def _current(self) -> LogEntry | None:
        return self._entries[self.line] if self._entries else None

    def open(self) -> None:
        """Move the cursor of all panes to the step of the selected notice."""
        if self._current and self._current.step is not None:
            self.post_message(self.StepChosen(self._current.step, self._current.variant))

    def action_filter(self) -> None:
        self._filtered = not self._filtered
        self._show()

    def on_click(self, event: events.Click) -> None:
        """Select the entry under the mouse; open it on a double click."""
        event.prevent_default()
        if 0 <= event.y - 1 < len(self._painted):
            self.action_move(self._painted[event.y - 1] - self.line)
            if event.chain == 2:
                self.action_open()

    # Painting

    def paint(self, canvas: Canvas, styles: Styles) -> None:
        draw_border(canvas, styles.focus if self.has_focus else styles.border)
        room = max(canvas.width - 4, 8)
        if not self._entries:
            for y, text in enumerate(wrap(_EMPTY if not self._all else "no notices, warnings or errors", room), 1):
                canvas.put(2, y, text, styles.muted)
        rows = LogRows(self._entries, room)
        self.first, shown = rows.visible(self.first, self.line, max(canvas.height - 2, 1))
        self._painted = [row.entry for row in shown]
        for y, row in enumerate(shown, 1):
            if row.entry == self.line and row.first:
                self.mark_line(canvas, styles, 1, y)
            canvas.put_spans(2, y, rows.spans(row, styles, selected=row.entry == self.line))
        self._draw_notes(canvas, styles)

    def _draw_notes(self, canvas: Canvas, styles: Styles) -> None:
        title, right = " log ", canvas.width - 2
        canvas.put(1, 0, title[: max(canvas.width - 2, 0)], styles.bold if self.has_focus else styles.text)
        note = next((text for text in self._notes() if len(text) + 7 <= canvas.width), "")
        canvas.put(1 + len(title), 0, note, styles.muted)
        if len(_HINT) + 20 <= canvas.width:
            canvas.put(2, canvas.height - 1, _HINT, styles.muted)
        if self.count:
            canvas.put_right(right, canvas.height - 1, f" {self.line + 1:,} of {self.count:,} ", styles.muted)

    def _notes(self) -> list[str]:
        """Return what the border says of the list, from long to short."""
        notices = sum(entry.is_notice for entry in self._all)
        lines = len(self._all) - notices
        counts = f"{notices:,} notice{'s' * (notices != 1)}, {lines:,} line{'s' * (lines != 1)} of {NAME}"
        state = ["warnings and errors only"] * self._filtered
        state += ["following"] * (self.count > 0 and self.line == self.count - 1)
        return [f"· {' · '.join(parts)} " for parts in ([counts, *state], state) if parts]


def _is_replayed(source: RunSource) -> bool:
    """Whether a stored run is being played; of what another process trains, no pause is known here."""
    state = source.status.state
    return state is State.REPLAYING or (source.attached and state is State.PAUSED)
