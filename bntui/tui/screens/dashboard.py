"""The dashboard screen: header, panes, table, notices; it looks at its feed on a timer and draws what is new."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Footer

from bntui.records import NoticeKind, State
from bntui.run.series.history import Curves
from bntui.run.sources.protocol import RunSource
from bntui.tui.charts import braille
from bntui.tui.screens.base import TooSmall
from bntui.tui.screens.dialogs import ConfirmDialog
from bntui.tui.screens.navigation import READING, SCALING, NavigationScreen, also_ended
from bntui.tui.screens.pages import PAGES
from bntui.tui.screens.screenshot import prepare_screenshot
from bntui.tui.terminal.capabilities import bytes_written_by, capabilities_of
from bntui.tui.terminal.redraw_rate import FULL, LOW_BANDWIDTH, RedrawRate
from bntui.tui.widgets.chart_pane import ChartPane, Pane
from bntui.tui.widgets.claims_pane import ClaimsPane
from bntui.tui.widgets.gpu_status import GpuStatus
from bntui.tui.widgets.header import ONE_LINE_FROM, Header, Heading
from bntui.tui.widgets.loading import Loading
from bntui.tui.widgets.messages import Line, Messages, lines_of, outcomes
from bntui.tui.widgets.page_tabs import PageTabs
from bntui.tui.widgets.readout_text import told
from bntui.tui.widgets.variant_table import Table
from bntui.views.difference import difference
from bntui.views.variant_rows import rows
from bntui.views.view_catalogue import VIEWS

_PANES_ROOM = 10
_GPU_ROOM = 42


class DashboardScreen(NavigationScreen):
    """One run, live or over."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "pause", "pause", tooltip="Pause training, and go on", key_display="space"),
        Binding("s", "step", "step", show=False, tooltip="Take one step while paused"),
        Binding("x", "stop_run", show=False, tooltip="Stop training after this step; asks"),
        *SCALING,
        Binding("z", "maximize", "max", tooltip="The focused pane alone, and back"),
        Binding("e", "export", "csv", tooltip="Write everything measured so far as CSV"),
        Binding("E", "export(True)", show=False, tooltip="Write the steps in sight as CSV"),
        Binding("p", "save", show=False, tooltip="Save screen and pane as pictures"),
        Binding("r", "app.runs", "runs", show=False, tooltip="All runs: open, compare, note"),
        Binding("question_mark", "app.help", "help", tooltip="This list", key_display="?"),
        Binding("q", "app.quit_run", "quit", tooltip="Quit; asks while training runs"),
        Binding("tab", "pane(1)", "next pane", show=False, tooltip="Focus the next pane"),
        Binding("shift+tab", "pane(-1)", "previous pane", show=False, tooltip="Focus the previous pane"),
        Binding("escape", "restore", "restore", show=False, tooltip="All panes again; cursor away; back"),
        *READING,
        *(
            Binding(f"f{index}", f"page({index - 1})", plan.name, show=False, tooltip=f"Page: {plan.name}")
            for index, plan in enumerate(PAGES, 1)
        ),
    ]
    AUTO_FOCUS = ""

    def __init__(self, source: RunSource) -> None:
        super().__init__(source)
        self.stopping = False
        self.error = ""
        # Held here and not queried: a look may come while the screen is being taken down.
        self._header, self._loading, self._table, self._notices = Header(), Loading(), Table(), Messages()
        self._tabs = PageTabs([(plan.name, plan.short) for plan in PAGES])
        self._claims = next(pane for page in self._pages for pane in page.panes if isinstance(pane, ClaimsPane))
        self._said: Line | None = None
        self._drawn: object = None
        self._gpu: GpuStatus | None = None

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self._header
        yield self._tabs
        yield self._loading
        yield from self._pages
        yield self._table
        yield self._notices
        yield Footer(compact=True, show_command_palette=False)
        yield TooSmall(classes="gate")

    def on_mount(self) -> None:
        """Begin to look."""
        self._pace = RedrawRate(
            LOW_BANDWIDTH if capabilities_of(self.app).low_bandwidth else FULL, lambda: bytes_written_by(self.app)
        )
        self._show_page()
        self.app.theme_changed_signal.subscribe(self, lambda _: self.call_after_refresh(self.redraw))
        self._refresh_periodically()
        self.call_after_refresh(braille.prepare)

    def on_screen_resume(self) -> None:
        """Another screen was on top."""
        self.redraw()

    def on_unmount(self) -> None:
        """Nobody looks any more; what this process trains goes on."""
        if self.source.attached:
            self.source.stop()

    def _refresh_periodically(self) -> None:
        self._pace.start_redraw()
        self.refresh_data()
        self.set_timer(self._pace.interval, self._refresh_periodically)

    # What is shown

    def redraw(self) -> None:
        """Draw everything anew, as after a change of theme or layout."""
        self._drawn = None
        self.refresh_data()

    def refresh_data(self) -> None:
        """Draw what has changed since the last look."""
        if not self.is_attached or not self.in_sight or self.has_class("too-small"):
            return
        status, history = self.source.status, self.source.history
        runs = tuple((label, part.run_id) for label, part in self.source.parts.items() if label)
        self._header.show(
            Heading(self.source.spec, self.source.info, status, self._gpu_text(), self.stopping, bool(self.error), runs)
        )
        if history is None:
            self._loading.show(status.loading, status.fraction, self._error())
        key = (history, history.version if history else 0, self.focus_on, status.state)
        self._check_claims()
        if history is not None and key != self._drawn:
            self._show_history(history)
            self._drawn = key
        self._show_notices()

    def _show_history(self, history: Curves) -> None:
        if not self.has_class("training"):
            self.add_class("training")
            self.share_out()
        focus, status = self.focus_on, self.source.status
        shown = self._view.range(status.step, history.info.steps)
        selection, differences = self._choice.lens(history)
        hidden = frozenset(history.info.variants) - set(selection.info.variants)
        self._table.show(rows(history, focus), status.state, focus, hidden)
        for pane in self._page.charts:
            view = VIEWS[pane.view]
            if differences is None:
                figure = view(selection, focus)
            else:
                figure = difference(view, selection, differences, also_ended(focus, differences))
            pane.show(figure, shown, focus.cursor)

    def _check_claims(self) -> None:
        if self._claims in self._page.panes or self.source.status.state.over:
            self._claims.consider(self.source)

    def _gpu_text(self) -> str:
        info = self.source.info
        if info is not None and self._gpu is None:
            self._gpu = GpuStatus(info.device, info.device_uuid)
        return self._gpu.text if self._gpu else ""

    def _show_notices(self) -> None:
        together = len(self.source.parts) > 1 and not self.error
        outcome = outcomes(self.source.parts) if together else self._outcome()
        lines = self._readout() + lines_of(self.source.notices) + outcome
        if self._said:
            lines.append(self._said)
        notices = self._notices
        height = notices.show(lines, self.size.width, most=max(2, self.size.height // 5))
        if notices.styles.height is None or notices.styles.height.value != height:
            notices.styles.height = height
            notices.display = height > 0
            self.share_out()

    def _readout(self) -> list[Line]:
        """The exact values under the cursor, of the focused pane."""
        cursor, pane = self._view.cursor, self._page.focused_pane
        if cursor is None or not isinstance(pane, ChartPane):
            return []
        return [("text", told(cursor, pane.title, pane.readings(cursor), pane.window))]

    def _outcome(self) -> list[Line]:
        """What a finished run leaves on the screen."""
        state = self.source.status.state
        where = f"run {self.source.run_id} in {self.source.folder}" if self.source.folder else ""
        error = self._error()
        if error:
            kept = f"; what was measured is kept: {where}" if where else ""
            return [("error", f"✖ failed: {error}{kept}")] if self.source.history or where else []
        if not state.over:
            return []
        steps = f"{self.source.status.step:,} steps"
        summary = self._claims.summary
        return [
            ("good", f"✔ {state.value} after {steps}" + (f" · {where}" if where else "")),
            *([("text", f"claims {summary} ({self._claims_key} says why)")] if summary else []),
            ("muted", f"e writes the CSV; later: bntui export {self.source.run_id or 'last'} --csv PATH"),
        ]

    @property
    def _claims_key(self) -> str:
        return next(f"f{number}" for number, page in enumerate(self._pages, 1) if self._claims in page.panes)

    def _error(self) -> str:
        """Why the run failed; '' where it did not."""
        if self.error or self.source.status.state is not State.FAILED:
            return self.error
        told = [notice.text for notice in self.source.notices if notice.kind is NoticeKind.FAILED]
        return self.source.status.error or " ".join(told) or "for a reason unknown"

    # Layout

    def share_out(self) -> None:
        """Share the room out; panes that would be too low to read give way to the focused one's row."""
        width, height = self.size
        info = self.source.info
        gpu = _GPU_ROOM if info and info.device.startswith("cuda") else 0
        header_rows = 1 if width >= ONE_LINE_FROM + gpu and len(self.source.parts) == 1 else 2
        notices = self._notices.styles.height
        # The header, the pages' names, the footer, the notices.
        others = header_rows + 2 + int(notices.value if notices else 0)
        # The table is whole where that leaves two rows of panes, however low.
        room = max(height - others - _PANES_ROOM, height // 4, 3)
        table_rows = min(len(info.variants) + 1, room) if info and height >= self._page.plan.table_from else 0
        self._header.styles.height = header_rows
        self._table.styles.height = table_rows
        self._page.arrange_panes(height - others - table_rows, len(info.layers) if info else 0)
        self.call_after_refresh(self.redraw)

    def _show_page(self) -> None:
        for page in self._pages:
            page.set_class(page is self._page, "shown")
        self._tabs.show(self._pages.index(self._page))
        self._page.focused_pane.focus()

    # Keys

    def action_pause(self) -> None:
        """Pause, or go on."""
        self._say(None)
        state = self.source.status.state
        if state is State.PAUSED:
            self.source.resume()
        elif not state.over:
            self.source.pause()
        self.refresh_data()

    def action_step(self) -> None:
        """One step while paused."""
        if self.source.status.state is State.PAUSED:
            self._say(None)
            self.source.step()
        elif not self.source.status.state.over:
            self._say(("muted", "s takes one step while paused; pause with space"))
        self.refresh_data()

    def action_stop_run(self) -> None:
        """End training, and stay."""
        state = self.source.status.state
        if self.source.attached:
            self._say(("muted", f"another process trains it; bntui stop {self.source.run_id} ends it"))
        elif not state.over and state is not State.STOPPING:
            question = ConfirmDialog("Stop training after this step?", "Everything measured so far is kept.", "stop")
            self.app.push_screen(question, lambda yes: self.source.stop() if yes else None)
        self.refresh_data()

    def action_maximize(self) -> None:
        """One pane alone, or all again."""
        self._page.maximized = not self._page.maximized
        self.share_out()

    async def action_restore(self) -> None:
        """All panes again; the cursor away; with neither, back to the screen before."""
        if self._page.maximized:
            self.action_maximize()
        elif self._view.cursor is not None:
            self.action_last()
        else:
            await self.app.action_back()

    def action_pane(self, by: int) -> None:
        """Move the focus."""
        self._page.move(by)
        self.share_out()
        self._page.focused_pane.focus()

    def action_page(self, index: int) -> None:
        """Another page, as it was left."""
        self._page = self._pages[index]
        self._show_page()
        self.share_out()

    def on_tabs_clicked(self, message: PageTabs.Clicked) -> None:
        """The same with the mouse."""
        self.action_page(message.index)

    def on_pane_chosen(self, message: Pane.Chosen) -> None:
        """A click moved the focus."""
        if message.pane in self._page.panes:
            self._page.current = self._page.panes.index(message.pane)

    def action_export(self, in_sight: bool = False) -> None:
        """Write the CSV of all steps, or of those in sight."""
        left, right, chosen = self._view.range(*self._reach)
        steps = (left, right) if in_sight and chosen else None
        what = f"CSV of steps {left} to {right}" if steps else "CSV"
        self._write(what, lambda: f"{what} written to {self.source.export(steps=steps)}")

    def action_save(self) -> None:
        """Save pictures of the screen and of the focused pane."""
        self._write("pictures", prepare_screenshot(self._page.focused_pane, self.source))

    def _write(self, what: str, work: Callable[[], str]) -> None:
        """Do what may take seconds, and say what came of it; the screen goes on meanwhile."""
        self._say(("muted", f"writing {what} …"))
        self.refresh_data()
        self.run_worker(lambda: self._written(what, work), thread=True, group="files", exclusive=True)

    def _written(self, what: str, work: Callable[[], str]) -> None:
        # In a thread: what it says appears with the next look. Whatever goes wrong here, training must go on.
        try:
            self._say(("good", work()))
        except Exception as error:
            self._say(("error", f"{what} not written: {error}"))

    def say(self, error: str) -> None:
        """Why something came to nothing."""
        self._say(("error", error))
        self.refresh_data()

    def _say(self, line: Line | None) -> None:
        self._said = line
