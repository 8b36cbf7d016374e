"""The screen of a sweep: its points while they train, and keys to open, compare, retry and stop them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Footer

from bntui.claims.check_grid import check_sweep
from bntui.records import Progress, State, UserError
from bntui.run.series.step_rate import StepRate
from bntui.sweep.counts import counted
from bntui.sweep.outcome_text import point_text
from bntui.sweep.point import Point
from bntui.sweep.progress import PointState, SweepProgress, with_failures
from bntui.sweep.sweep_driver import SweepDriver, ask_to_stop
from bntui.sweep.sweep_folder import Sweep
from bntui.tui.screens.base import HELP, QUIT, RUNS, TooSmall
from bntui.tui.screens.dialogs import ConfirmDialog, FilterDialog
from bntui.tui.screens.information import INFORMATION, InformationDialog
from bntui.tui.screens.reading_screen import ReadingScreen
from bntui.tui.screens.report_file import report_on_sweep
from bntui.tui.screens.writing_screen import REPORT, WritingScreen
from bntui.tui.terminal.web_driver import ScreenText
from bntui.tui.widgets.messages import MessageLine, Messages
from bntui.tui.widgets.metric_map import MetricMap
from bntui.tui.widgets.metric_pane import MetricPane
from bntui.tui.widgets.page_tabs import PageTabs, Tab
from bntui.tui.widgets.run_list import RunList
from bntui.tui.widgets.sweep_header import SweepHeader, SweepHeading
from bntui.tui.widgets.sweep_table import SweepTable
from bntui.views.grid_verdicts import grid_verdicts
from bntui.views.quantity_text import metric_text

_MOST_MESSAGES = 3
_MOST_TOLD = 100
"""Points that a browser is told of every few seconds."""
_TABS = (Tab("f1", "points", "points"), Tab("f2", "metric", "metric"), Tab("f3", "map", "map"))
_TABLE_ACTIONS = ("failed_first", "filter", "compare", "retry")


class SweepScreen(ReadingScreen[tuple[PointState, ...]], WritingScreen):
    """A line per point. With a driver this process works on the sweep; without one it watches."""

    KEEP_READING = True
    MIN_PAUSE = 1.0

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "failed_first", "failed first", tooltip="Put failed points first, or back"),
        Binding("c", "compare", "compare", tooltip="Compare the finished points shown"),
        Binding("slash", "filter", "find", key_display="/", tooltip="Filter the points by words"),
        Binding("t", "retry", "try again", tooltip="Try a failed point again"),
        Binding("x", "stop_sweep", "stop", tooltip="Stop the sweep (asks first); again: at once"),
        REPORT,
        replace(INFORMATION, tooltip="Explain the metric"),
        Binding("v", "verdicts", show=False, tooltip="Show the verdicts on the whole sweep"),
        Binding("g", "resume", "go on", tooltip="Go on with a stopped sweep"),
        replace(RUNS, show=False),
        HELP,
        QUIT,
        Binding("escape", "leave", "back", show=False, tooltip="Clear the filter, or go back"),
        *(
            Binding(tab.key, f"page({index})", tab.name, show=False, tooltip=f"Page: {tab.name}")
            for index, tab in enumerate(_TABS)
        ),
    ]
    AUTO_FOCUS = "SweepTable"

    class Resumed(Message):
        """A sweep to go on with, with a failed point to try again or None."""

        def __init__(self, screen: SweepScreen, retry: Point | None = None) -> None:
            super().__init__()
            self.screen = screen
            self.retry = retry

    def __init__(self, sweep: Sweep, driver: SweepDriver | None = None) -> None:
        super().__init__()
        self.sweep = sweep
        self.driver = driver
        """What works on the sweep in this process; None while it only watches."""
        self._progress = SweepProgress(sweep)
        self._states: tuple[PointState, ...] = ()
        self._failures: Mapping[str, str] = {}
        self._driven = False
        self._rate, self._speed = StepRate(), 0.0
        self._words, self._failed_first = "", False
        self._message: MessageLine | None = None
        self._header, self._table, self._messages = SweepHeader(), SweepTable(), Messages()
        self._tabs = PageTabs(_TABS)
        metric = sweep.grid.metric
        self._metrics = MetricPane(sweep.name, metric, id="metric"), MetricMap(sweep.name, metric, id="metric-map")

    def compose(self) -> ComposeResult:
        yield self._header
        yield self._tabs
        yield self._table
        yield from self._metrics
        yield self._messages
        yield Footer(compact=True, show_command_palette=False)
        yield TooSmall(classes="gate")

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _: self.call_after_refresh(self.redraw))
        self.action_page(0)

    @property
    def text(self) -> ScreenText:
        """How far the sweep is, in words, and the points at the top of the table."""
        name, counts = f"sweep {self.sweep.name}", counted(self._states)
        rows = [[each.point.label, each.state, f"{each.steps:,}"] for each in self._shown()[:_MOST_TOLD]]
        return ScreenText(
            title=f"{name} · {counts} · bntui",
            caption=f"{name}: {counts}",
            table=[["point", "state", "steps"], *rows],
            messages=[self._message[1]] if self._message else [],
        )

    @property
    def shown(self) -> SweepDriver | None:
        """What this screen shows of the work of this process."""
        return self.driver

    def end(self, error: str) -> None:
        """Show that this process works on the sweep no more, and why if an error ended it."""
        self._failures = dict(self.driver.failures) if self.driver else {}
        self.driver = None
        self.show_message("error", error)
        self.start_reading()

    # Reading

    def read(self) -> tuple[PointState, ...]:
        self._driven = self.sweep.driven
        return with_failures(self._progress.read(), self.driver.failures if self.driver else self._failures)

    def show_result(self, result: tuple[PointState, ...]) -> None:
        counts = counted(result)
        now = Progress(counts.steps, time.monotonic(), 0.0)
        self._rate = self._rate if self._states else StepRate(now)
        self._speed = max(self._rate.after(now), 0.0)
        self._states = result
        # What can be stopped, tried again or gone on with may be another.
        self.refresh_bindings()
        self.redraw()

    def redraw(self) -> None:
        """Show what was read last."""
        if not self.is_attached or not self.is_uncovered:
            return
        driver = self.driver
        self._header.show(
            SweepHeading(
                name=self.sweep.name,
                grid=self.sweep.grid,
                counts=counted(self._states),
                engine=driver.engine if driver else "",
                driven=self._working,
                stopping=driver is not None and driver.stopping,
                rate=self._speed,
                seconds_left=self._progress.seconds_left,
            )
        )
        self._table.show(self._shown(), "no point matches the filter" if self._states else "reading the runs …")
        for metric in self._metrics:
            metric.follow(self._states, shown=metric.display)
        self._show_messages()

    def _shown(self) -> Sequence[PointState]:
        """Return the points that match the filter, in the chosen order."""
        words = self._words.casefold().split()
        shown = [state for state in self._states if all(word in _searched(state) for word in words)]
        return sorted(shown, key=_urgency) if self._failed_first else shown

    def arrange_widgets(self) -> None:
        self._header.styles.height = SweepHeader.rows(self.app.size.width)
        self.call_after_refresh(self.redraw)

    # Messages

    @on(SweepTable.Moved)
    def _show_messages(self) -> None:
        lines = [*self._filter_line(), *self._point_lines()]
        if self._message:
            lines.append(self._message)
        height = self._messages.show(lines, self.size.width, most=_MOST_MESSAGES)
        self._messages.styles.height = height
        self._messages.display = height > 0

    def _filter_line(self) -> list[MessageLine]:
        shown, every = self._table.count, len(self._states)
        return [("muted", f"{shown:,} of {every:,} points match '{self._words}'")] if self._words else []

    def _point_lines(self) -> list[MessageLine]:
        """Return where the selected point's run is, and why it failed."""
        state = self._table.current
        if state is None or not self._table.display:
            return []
        if state.state == State.FAILED:
            return [("error", f"✖ {point_text(state)}")]
        run = state.run
        return [("muted", f"{state.point.label}: run {run.run_id} in {run.folder.parent}")] if run else []

    def show_error(self, text: str) -> None:
        """Show why an action failed, until the next one."""
        self.show_message("error", text)

    def show_message(self, kind: str, text: str) -> None:
        self._message = (kind, text) if text else None
        self.redraw()

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether a key has an effect: those on points have none on the other pages."""
        if action in _TABLE_ACTIONS and not self._table.display:
            return False
        if action == "information":
            return not self._table.display
        counts = counted(self._states)
        offered = {
            "retry": counts.failed > 0 and (self.driver is not None or not self._working),
            "resume": counts.waiting > 0 and not self._working,
            "stop_sweep": self._working,
        }
        return offered.get(action, True)

    @property
    def _working(self) -> bool:
        """Whether this process or another one works on the sweep."""
        return self.driver is not None or self._driven

    def action_page(self, index: int) -> None:
        for number, widget in enumerate((self._table, *self._metrics)):
            widget.display = number == index
            if widget.display:
                widget.focus()
        self._tabs.show(index)
        self.refresh_bindings()
        self.redraw()

    def on_page_tabs_clicked(self, message: PageTabs.Clicked) -> None:
        self.action_page(message.index)

    @on(SweepTable.Opened)
    def _open(self, message: SweepTable.Opened) -> None:
        run = message.state.run
        self.show_message("muted", "" if run else f"{message.state.point.label} waits: there is no run to open yet")
        if run:
            self.post_message(RunList.Opened(run))

    def action_report(self) -> None:
        """Write a report of the finished points."""
        self.write_files("report", lambda: report_on_sweep(self.sweep))

    def action_information(self) -> None:
        """Explain the metric that is shown."""
        shown = next(widget for widget in self._metrics if widget.display)
        self.app.push_screen(InformationDialog(metric_text(shown.metric)))

    def action_failed_first(self) -> None:
        self._failed_first = not self._failed_first
        self.show_message(
            "muted", "failed and diverged points first; f: the order of the grid" if self._failed_first else ""
        )
        self._table.action_move(-self._table.line)

    def action_filter(self) -> None:
        placeholder = "words to look for, such as failed or lr=0.1; enter keeps the filter, escape clears it"
        self.app.push_screen(FilterDialog(self._words, self._set_filter, placeholder))

    def _set_filter(self, words: str) -> None:
        self._words = words
        self.redraw()

    async def action_leave(self) -> None:
        """Go back to the points, clear the filter, or go back to the screen below."""
        if not self._table.display:
            self.action_page(0)
        elif self._words:
            self._set_filter("")
        else:
            await self.app.action_back()

    def action_compare(self) -> None:
        finished = [state.run for state in self._shown() if state.run and state.state == State.FINISHED]
        if len(finished) < 2:
            self.show_message("muted", "two finished points are needed for a comparison")
        else:
            self.show_message("muted", "")
            self.post_message(RunList.Compared([run.folder for run in finished]))

    def action_verdicts(self) -> None:
        """Check the claims about the whole sweep, which takes as long as reading its runs does."""
        self.run_worker(self._show_verdicts(), group="verdicts", exclusive=True)

    async def _show_verdicts(self) -> None:
        self.show_message("muted", "checking the claims about the whole sweep …")
        try:
            results = await asyncio.to_thread(check_sweep, self._states)
        except UserError as error:
            self.show_error(str(error))
            return
        self.show_message("muted", "")
        if self.is_uncovered:
            self.app.push_screen(InformationDialog(grid_verdicts(results)))

    def action_retry(self) -> None:
        state = self._table.current
        if state is None or state.state != State.FAILED:
            self.show_message("muted", "t tries a failed point again; this one did not fail")
        elif self.driver:
            self.driver.retry(state.point)
            self.show_message("muted", f"{state.point.label} is tried again")
        else:
            self._go_on(state.point)

    def action_resume(self) -> None:
        self._go_on(None)

    def _go_on(self, retry: Point | None) -> None:
        self.show_message("muted", "")
        self.post_message(self.Resumed(self, retry))

    def action_stop_sweep(self) -> None:
        """Stop after the steps under way; if that has been asked for, at once."""
        driver, later = self.driver, f"bntui sweep {self.sweep.name} goes on later."
        if driver and driver.stopping:
            text = f"Steps since their last checkpoint are lost. {later}"
            self._ask("End the points under way at once?", text, lambda: driver.stop(now=True))
        elif driver:
            self._ask("Stop the sweep?", f"Points under way end after their step. {later}", driver.stop)
        else:
            text = f"Another process works on it. Points under way end after their step. {later}"
            self._ask("Stop the sweep?", text, lambda: ask_to_stop(self.sweep))

    def _ask(self, question: str, consequence: str, do: Callable[[], None]) -> None:
        def answered(yes: bool | None) -> None:
            if yes:
                try:
                    do()
                except UserError as error:
                    self.show_error(str(error))
                self.redraw()

        self.app.push_screen(ConfirmDialog(question, consequence, "stop"), answered)


def _urgency(state: PointState) -> int:
    """Return 0 for failed points, then diverged ones, those under way, finished and waiting ones."""
    marks = (state.state == State.FAILED, state.diverged, state.training, state.state == State.FINISHED, True)
    return next(rank for rank, mark in enumerate(marks) if mark)


def _searched(state: PointState) -> str:
    diverged = " ".join(f"diverged {name}" for name in state.diverged)
    run = f"{state.run.run_id} {state.run.host}" if state.run else ""
    return f"{state.point.label} {state.state} {diverged} {run}".casefold()
