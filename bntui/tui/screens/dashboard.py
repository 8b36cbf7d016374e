"""The dashboard: header, pages of panes, table and messages of a run, refreshed on a timer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Footer

from bntui.figures.save import Saved
from bntui.page_spec import PageSpec
from bntui.records import NoticeKind, State, StepRange
from bntui.run.series.history import Curves
from bntui.run.sources.protocol import RunSource
from bntui.tui.charts.braille import load_plotext
from bntui.tui.screens.base import HELP, QUIT, RUNS, TooSmall
from bntui.tui.screens.configurations import Configurations
from bntui.tui.screens.dialogs import ConfirmDialog
from bntui.tui.screens.drawn_curves import DrawnCurves
from bntui.tui.screens.information import INFORMATION, InformationDialog
from bntui.tui.screens.navigation import CHART_KEYS, VIEWPORT_KEYS, NavigationScreen
from bntui.tui.screens.pages import PAGE_KEYS, widgets_of
from bntui.tui.screens.report_file import report_on_runs
from bntui.tui.screens.run_text import run_text
from bntui.tui.screens.screenshot import prepare_screenshot
from bntui.tui.screens.writing_screen import REPORT, WritingScreen
from bntui.tui.terminal.capabilities import bytes_written_by, capabilities_of, is_watched
from bntui.tui.terminal.redraw_rate import FULL, LOW_BANDWIDTH, RedrawRate
from bntui.tui.terminal.web_driver import ScreenText
from bntui.tui.widgets.chart_pane import ChartPane, Pane
from bntui.tui.widgets.gpu_status import gpu_text
from bntui.tui.widgets.header import ONE_LINE_FROM, Header, Heading
from bntui.tui.widgets.loading import LoadingPane
from bntui.tui.widgets.messages import (
    MessageLine,
    Messages,
    notice_lines,
    outcome_line,
    outcome_lines,
    outcome_text,
)
from bntui.tui.widgets.page_tabs import PageTabs, Tab
from bntui.tui.widgets.system_pane import SystemPane
from bntui.tui.widgets.variant_table import VariantTable
from bntui.views.figure import Figure
from bntui.views.page_catalogue import pages_of
from bntui.views.system_views import system_chart
from bntui.views.view_catalogue import VIEWS

_PANE_ROWS = 10
"""Rows that the panes keep before the table is cut."""
_TABLE_ROWS = 10
"""Rows of the table that may take more than a third of the height: its head, and a variant for each digit."""
_GPU_WIDTH = 42
"""Columns that the GPU's name and load take in the header."""


class DashboardScreen(NavigationScreen, WritingScreen):
    """A run, live or over."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "pause", "pause", tooltip="Pause or resume training", key_display="space"),
        Binding("s", "step", "step", show=False, tooltip="Take one step while paused"),
        Binding("x", "stop_run", show=False, tooltip="Stop training (asks first)"),
        *CHART_KEYS,
        Binding("z", "maximize", "max", tooltip="Maximize or restore the focused pane"),
        Binding("e", "export", "csv", tooltip="Export all measurements as CSV"),
        Binding("E", "export(True)", show=False, tooltip="Export the visible steps as CSV"),
        Binding("p", "save", show=False, tooltip="Save pictures of screen and pane"),
        REPORT,
        INFORMATION,
        Binding("c", "configurations", show=False, tooltip="Compare the runs' configurations"),
        replace(RUNS, show=False),
        HELP,
        QUIT,
        Binding("tab", "pane(1)", "next pane", show=False, tooltip="Focus the next pane"),
        Binding("shift+tab", "pane(-1)", "previous pane", show=False, tooltip="Focus the previous pane"),
        Binding("escape", "restore", "restore", show=False, tooltip="Restore panes, clear cursor, or go back"),
        *VIEWPORT_KEYS,
        Binding("less_than_sign", "turn(-1)", show=False, key_display="<", tooltip="Previous page"),
        Binding("greater_than_sign", "turn(1)", show=False, key_display=">", tooltip="Next page"),
        # Which page is which depends on the run; the help and the command palette ask for `page_names`.
        *(Binding(key, f"page({index})", show=False) for index, key in enumerate(PAGE_KEYS)),
    ]
    AUTO_FOCUS = ""

    def __init__(self, source: RunSource, own_pages: Sequence[PageSpec] = ()) -> None:
        super().__init__(source, own_pages)
        self.stopping = False
        self.error = ""
        # Kept, not queried: a refresh may come while the screen is being taken down.
        self._header, self._loading, self._table = Header(), LoadingPane(), VariantTable()
        self._messages = Messages()
        self._configurations = Configurations(source)
        self._tabs = PageTabs(self._tab_names())
        self._complete = source.info is not None
        self._message: MessageLine | None = None
        self._drawn: object = None
        self._taken: list[ChartPane] = []

    @property
    def shown(self) -> RunSource:
        """What this screen shows of the work of this process."""
        return self.source

    @property
    def page_names(self) -> list[tuple[str, str]]:
        """Key ('' for none) and name of each page."""
        return [(page.key, page.spec.name) for page in self._pages]

    def _tab_names(self) -> list[Tab]:
        return [Tab(page.key or "·", page.spec.name, page.spec.short or page.spec.name) for page in self._pages]

    def compose(self) -> ComposeResult:
        yield self._header
        yield self._tabs
        yield self._loading
        yield from self._pages
        yield self._table
        yield self._messages
        yield Footer(compact=True, show_command_palette=False)
        yield TooSmall(classes="gate")

    def on_mount(self) -> None:
        limits = LOW_BANDWIDTH if capabilities_of(self.app).low_bandwidth else FULL
        self._redraw_rate = RedrawRate(limits, lambda: bytes_written_by(self.app))
        self._show_page()
        self.app.theme_changed_signal.subscribe(self, lambda _: self.call_after_refresh(self.redraw))
        self._refresh_periodically()
        self.call_after_refresh(load_plotext)

    def on_screen_resume(self) -> None:
        self.redraw()

    def on_unmount(self) -> None:
        # A run that this process trains goes on without its screen.
        if self.source.attached:
            self.source.stop()

    def _refresh_periodically(self) -> None:
        self._redraw_rate.start_redraw()
        self.refresh_data()
        self.set_timer(self._redraw_rate.interval, self._refresh_periodically)

    # Drawing

    def draw_all(self) -> None:
        self._drawn = None
        self.refresh_data()

    def refresh_data(self) -> None:
        """Draw what has changed since the last refresh."""
        is_seen = self.is_attached and self.is_uncovered and is_watched(self.app)
        if not is_seen or self.has_class("too-small"):
            return
        source = self.source
        status, history = source.status, source.history
        self._add_special_pages()
        differences = self._configurations.sentence
        gpu = "" if status.state.over else gpu_text(source.readings)
        self._header.show(Heading.of(source, gpu, self.stopping, bool(self.error), differences))
        if history is None:
            self._loading.show(status.loading, status.fraction, self._error())
        for page in self._pages:
            for pane in page.panes:
                pane.follow(source, shown=page is self._page)
        key = (history, history.version if history else 0, self.focus_on, status.state, self._seconds.version)
        if history is not None and key != self._drawn:
            self._show_history(history)
            self._drawn = key
        if self._show_messages():
            self.call_after_refresh(self._draw_charts)
        else:
            self._draw_charts()

    def _add_special_pages(self) -> None:
        """Add the pages of what the run measures, once that is known."""
        if self._complete or self.source.info is None:
            return
        self._complete = True
        added = widgets_of(pages_of(self._own_pages, self.source.info), len(self._pages))
        self.mount_all(added, before=self._table)
        self._pages += added
        self._tabs.change(self._tab_names())

    def _show_history(self, history: Curves) -> None:
        if not self.has_class("training"):
            self.add_class("training")
            self.arrange_widgets()
        focus, visible = self.focus_on, self._viewport.range(*self._reach)
        selection, differences = self._curve_filter.apply(history)
        hidden = frozenset(history.info.variants) - set(selection.info.variants)
        shown = self._axis.curves(history) if self._axis else history
        self._table.show(shown, self.source.status.state, focus, hidden)
        drawn = DrawnCurves.of(selection, differences, focus, self._axis)
        for pane in self._page.charts:
            if isinstance(pane, SystemPane):
                figure: Figure = system_chart(pane.view, self.source, self._seconds, self._unit)
            else:
                figure = drawn.figure(VIEWS[pane.view])
            pane.take(figure, visible, focus.cursor, self._seeds, self._unit)
        self._taken = [*self._page.charts]

    def _draw_charts(self) -> None:
        """Draw the charts that have changed; take figures first where other charts are displayed than before."""
        if self.source.history is not None and [*self._page.charts] != self._taken:
            self.draw_all()
        for pane in self._taken:
            pane.draw()

    def _show_messages(self) -> bool:
        """Show the messages; return whether the layout changes, so that charts are drawn when it has."""
        lines = self._readout() + notice_lines(self.source.notices) + self._outcome()
        if self._message:
            lines.append(self._message)
        messages = self._messages
        height = messages.show(lines, self.size.width, most=max(2, self.size.height // 5))
        if messages.styles.height is not None and messages.styles.height.value == height:
            return False
        messages.styles.height = height
        messages.display = height > 0
        self._divide_height()
        return True

    def _readout(self) -> list[MessageLine]:
        """Return what the focused pane says of the cursor."""
        cursor = self._viewport.cursor
        text = "" if cursor is None else self._page.focused_pane.readout(cursor, self._unit)
        return [("text", text)] if text else []

    def _outcome(self) -> list[MessageLine]:
        """Return how the run ended, where its data is, and what panes conclude; [] while it goes on."""
        if len(self.source.parts) > 1 and not self.error:
            return outcome_lines(self.source.parts)
        folder = f"run {self.source.run_id} in {self.source.folder}" if self.source.folder else ""
        if error := self._error():
            kept = f"; all measurements so far are kept: {folder}" if folder else ""
            return [("error", f"✖ failed: {error}{kept}")] if self.source.history or folder else []
        if not self.source.status.state.over:
            return []
        outcome = outcome_line(outcome_text(self.source) + (f" · {folder}" if folder else ""))
        command = f"bntui export {self.source.run_id or 'last'} --csv PATH"
        return [outcome, *self._summaries(), ("muted", f"e exports the CSV; later: {command}")]

    def _summaries(self) -> list[MessageLine]:
        return [
            ("text", f"{page.spec.name} {pane.summary} ({page.key or 'the page'} shows details)")
            for page in self._pages
            for pane in page.panes
            if pane.summary and page is not self._page
        ]

    def _error(self) -> str:
        """Return why the run failed; '' if it did not."""
        if self.error or self.source.status.state is not State.FAILED:
            return self.error
        reasons = [notice.text for notice in self.source.notices if notice.kind is NoticeKind.FAILED]
        return self.source.status.error or " ".join(reasons) or "unknown error"

    @property
    def text(self) -> ScreenText:
        """The run in words."""
        return run_text(self.source, self._table.texts, self._viewport.cursor, self._outcome(), self._unit)

    # Layout

    def arrange_widgets(self) -> None:
        self._divide_height()
        self.call_after_refresh(self.redraw)

    def _divide_height(self) -> None:
        """Divide the height: header, tabs, messages and footer as needed, then the panes' minimum, then the table."""
        width, height = self.size
        info = self.source.info
        gpu = _GPU_WIDTH if info and info.device.startswith("cuda") else 0
        header_rows = 1 if width >= ONE_LINE_FROM + gpu and len(self.source.parts) == 1 else 2
        messages = self._messages.styles.height
        other_rows = header_rows + 2 + int(messages.value if messages else 0)
        table_limit = max(min(height - other_rows - _PANE_ROWS, max(height // 3, _TABLE_ROWS)), height // 4, 3)
        has_table = height >= self._page.spec.table_from
        table_rows = min(len(info.variants) + 1, table_limit) if info and has_table else 0
        self._header.styles.height = header_rows
        self._table.styles.height = table_rows
        self._page.arrange_panes(height - other_rows - table_rows, len(info.layers) if info else 0)

    def _show_page(self) -> None:
        for page in self._pages:
            page.set_class(page is self._page, "shown")
        self._tabs.show(self._pages.index(self._page))
        self._page.focused_pane.focus()

    # Keys

    def action_pause(self) -> None:
        """Pause training, or resume it."""
        self._message = None
        state = self.source.status.state
        if state is State.PAUSED:
            self.source.resume()
        elif not state.over:
            self.source.pause()
        self.refresh_data()

    def action_step(self) -> None:
        """Take one step while paused."""
        if self.source.status.state is State.PAUSED:
            self._message = None
            self.source.step()
        elif not self.source.status.state.over:
            self._message = ("muted", "s takes one step while paused; press space to pause")
        self.refresh_data()

    def action_stop_run(self) -> None:
        """Stop training and keep the screen."""
        state = self.source.status.state
        if self.source.attached:
            command = f"bntui stop {self.source.run_id}"
            self._message = ("muted", f"another process trains this run; stop it with: {command}")
        elif not state.over and state is not State.STOPPING:
            dialog = ConfirmDialog("Stop training after this step?", "All measurements so far are kept.", "stop")
            self.app.push_screen(dialog, lambda yes: self.source.stop() if yes else None)
        self.refresh_data()

    def action_maximize(self) -> None:
        """Maximize the focused pane, or restore all panes."""
        self._page.maximized = not self._page.maximized
        self.arrange_widgets()

    async def action_restore(self) -> None:
        """Restore all panes; with none maximized, clear the cursor; without a cursor, go back."""
        if self._page.maximized:
            self.action_maximize()
        elif self._viewport.cursor is not None:
            self.action_last()
        else:
            await self.app.action_back()

    def action_pane(self, by: int) -> None:
        self._page.move(by)
        self.arrange_widgets()
        self._page.focused_pane.focus()

    def action_turn(self, by: int) -> None:
        """Go by a number of pages, from the last one to the first."""
        self.action_page((self._pages.index(self._page) + by) % len(self._pages))

    def action_page(self, index: int) -> None:
        if index >= len(self._pages):
            return
        self._page = self._pages[index]
        self._show_page()
        self.arrange_widgets()

    def on_page_tabs_clicked(self, message: PageTabs.Clicked) -> None:
        self.action_page(message.index)

    def on_pane_chosen(self, message: Pane.Chosen) -> None:
        if message.pane in self._page.panes:
            self._page.current = self._page.panes.index(message.pane)

    def action_configurations(self) -> None:
        """Show every key in which the configurations of the compared runs differ."""
        dialog = self._configurations.dialog()
        if dialog is None:
            self._message = ("muted", "c shows how the configurations of several runs differ; here is one")
            self.refresh_data()
        else:
            self.app.push_screen(dialog)

    def action_information(self) -> None:
        """Explain what the focused pane shows."""
        self.app.push_screen(InformationDialog(self._page.focused_pane.information(self.source)))

    def action_export(self, visible_only: bool = False) -> None:
        """Export the CSV of all steps, or of the visible ones."""
        steps = self._visible_steps if visible_only else None
        name = "CSV of steps {} to {}".format(*steps) if steps else "CSV"
        self.write_files(name, lambda: self._exported(name, steps))

    def _exported(self, name: str, steps: StepRange | None) -> Saved:
        path = self.source.export(steps=steps)
        return Saved(f"{name} written to {path}", (path,))

    def action_save(self) -> None:
        self.write_files("pictures", prepare_screenshot(self._page.focused_pane, self.source))

    def action_report(self) -> None:
        """Write a report of the runs that are shown."""
        folders = [run.folder for run in self.source.parts.values() if run.folder]
        self.write_files("report", lambda: report_on_runs(folders))

    def show_message(self, kind: str, text: str) -> None:
        self._message = (kind, text)
        self.refresh_data()

    def show_error(self, text: str) -> None:
        self.show_message("error", text)
