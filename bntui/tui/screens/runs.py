"""The runs screen: find, order, open, compare, rename, annotate and delete runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Footer, Static

from bntui.records import UserError
from bntui.run.storage import metadata
from bntui.tui.screens.base import HELP, QUIT, SWEEPS, TooSmall
from bntui.tui.screens.dialogs import ConfirmDialog, FilterDialog, PromptDialog
from bntui.tui.screens.run_list_screen import RunListScreen
from bntui.tui.screens.run_order import RUN_ORDERS
from bntui.tui.widgets.run_list import RunList


class RunsScreen(RunListScreen):
    """A row per run, newest first until another order is chosen."""

    KEEP_READING = True

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", "mark", tooltip="Mark or unmark a run for comparison"),
        Binding("c", "compare", "compare", tooltip="Compare the marked runs"),
        Binding("slash", "filter", "find", key_display="/", tooltip="Filter by words, or by state:failed"),
        Binding("o", "order", "order", show=False, tooltip="Order by name, state, accuracy, …"),
        replace(SWEEPS, show=False),
        Binding("t", "rename", "title", show=False, tooltip="Edit the run's title"),
        Binding("n", "note", "note", show=False, tooltip="Edit the run's note"),
        Binding("d", "delete", "delete", tooltip="Delete the run (asks first)"),
        HELP,
        Binding("escape", "leave", "back", tooltip="Clear the filter, or go back"),
        replace(QUIT, show=False),
    ]
    AUTO_FOCUS = "RunList"

    def __init__(self, runs_dir: Path) -> None:
        super().__init__(runs_dir)
        self._heading, self._error = Static(id="title"), Static(id="error", markup=False)
        self._list = RunList("reading runs …")
        self._marked: list[str] = []
        self._words, self._order = "", 0

    def compose(self) -> ComposeResult:
        yield self._heading
        yield self._list
        yield self._error
        yield Footer(compact=True, show_command_palette=False)
        yield TooSmall(classes="gate")

    def show_runs(self) -> None:
        known = {run.run_id for run in self._runs}
        self._marked = [run_id for run_id in self._marked if run_id in known]
        order = RUN_ORDERS[self._order]
        shown = order.of([run for run in self._runs if run.matches(self._words)])
        self._list.show(shown, self._marked, "no run matches the filter" if self._runs else "no runs yet", order.column)
        count = f"{len(shown):,} of {len(known):,}" if len(shown) < len(known) else f"{len(known):,}"
        words = f"  matching '{self._words}'" if self._words else ""
        marked = f"  {len(self._marked)} marked" if self._marked else ""
        facts = f"  {count}{words}  {order.description} (o){marked}  "
        self._heading.update(Text.assemble(("runs", "bold"), facts, (str(self._dir), "dim")))

    def show_error(self, text: str) -> None:
        """Show why an action failed, until the next action that succeeds."""
        self._error.update(text)

    # Keys

    @on(RunList.Opened)
    def _opened(self) -> None:
        self.show_error("")

    def action_mark(self) -> None:
        run = self._list.current
        if run is None:
            return
        if run.run_id in self._marked:
            self._marked.remove(run.run_id)
        else:
            self._marked.append(run.run_id)
        self.show_error("")
        self.show_runs()

    def action_compare(self) -> None:
        if len(self._marked) < 2:
            self.show_error("mark two or more runs with space to compare them")
            return
        self.show_error("")
        folders = {run.run_id: run.folder for run in self._runs}
        self.post_message(RunList.Compared([folders[run_id] for run_id in self._marked]))

    def action_filter(self) -> None:
        placeholder = "words, state:failed or seed:3; enter keeps the filter, escape clears it"
        self.app.push_screen(FilterDialog(self._words, self._set_filter, placeholder))

    def _set_filter(self, words: str) -> None:
        self._words = words
        self.show_runs()

    def action_order(self) -> None:
        """List the runs in the next order, from the first one."""
        self._order = (self._order + 1) % len(RUN_ORDERS)
        self.show_runs()
        self._list.action_move(-self._list.line)

    async def action_leave(self) -> None:
        """Clear the filter; without one, go back."""
        if self._words:
            self._set_filter("")
        else:
            await self.app.action_back()

    def action_rename(self) -> None:
        run = self._list.current
        if run:
            self._prompt(f"Title of {run.run_id}", run.title, partial(metadata.rename, run.folder))

    def action_note(self) -> None:
        run = self._list.current
        if run:
            self._prompt(f"Note on {run.run_id}", run.note, partial(metadata.note, run.folder))

    def _prompt(self, heading: str, text: str, save: Callable[[str], None]) -> None:
        def answered(answer: str | None) -> None:
            if answer is not None:
                self._change(partial(save, answer))

        self.app.push_screen(PromptDialog(heading, text), answered)

    def action_delete(self) -> None:
        run = self._list.current
        if run is None:
            return
        delete = partial(metadata.delete, run.folder)
        dialog = ConfirmDialog(f"Delete run {run.run_id}?", f"Deletes {run.folder} and everything in it.", "delete")
        self.app.push_screen(dialog, lambda yes: self._change(delete) if yes else None)

    def _change(self, change: Callable[[], None]) -> None:
        try:
            change()
            self.show_error("")
        except UserError as error:
            self.show_error(str(error))
        self.start_reading()
