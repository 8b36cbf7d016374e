"""The screen of runs: all that are kept, to be found, opened, compared, named, noted and deleted."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Footer, Static
from textual.worker import Worker, WorkerState

from bntui.records import UserError
from bntui.run.sources.comparison import MAX_RUNS
from bntui.run.storage import metadata
from bntui.run.storage.listing import Summary, summaries
from bntui.tui.screens.base import BaseScreen, TooSmall
from bntui.tui.screens.dialogs import ConfirmDialog, PromptDialog
from bntui.tui.screens.help import Filter
from bntui.tui.widgets.run_list import RunList

_LOOK_SECONDS = 3.0
_SHARE = 0.03
"""At most this part of the time goes into reading the list again."""


class RunsScreen(BaseScreen):
    """A row for each run, newest first; the list is read in a thread, and again every few seconds."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", "mark", tooltip=f"Mark to compare, up to {MAX_RUNS}, and back"),
        Binding("c", "compare", "compare", tooltip="The marked runs in one picture"),
        Binding("slash", "filter", "find", key_display="/", tooltip="Only runs with these words"),
        Binding("t", "rename", "title", show=False, tooltip="Give the run a title"),
        Binding("n", "note", "note", show=False, tooltip="Keep a note with the run"),
        Binding("d", "delete", "delete", tooltip="Delete the run; asks"),
        Binding("question_mark", "app.help", "help", tooltip="This list", key_display="?"),
        Binding("escape", "leave", "back", tooltip="All runs again; back"),
        Binding("q", "app.quit_run", "quit", show=False, tooltip="Quit; asks while training runs"),
    ]
    AUTO_FOCUS = "RunList"

    class Compared(Message):
        """Runs to show together."""

        def __init__(self, folders: list[Path]) -> None:
            super().__init__()
            self.folders = folders

    def __init__(self, runs_dir: Path) -> None:
        super().__init__()
        self._dir = runs_dir
        self._heading, self._error = Static(id="title"), Static(id="error", markup=False)
        self._list = RunList("reading the runs …")
        self._runs: list[Summary] = []
        self._marked: list[str] = []
        self._words = ""
        self._worker: Worker[list[Summary]] | None = None
        self._begun = 0.0

    def compose(self) -> ComposeResult:
        """A heading, the rows, and a line for errors."""
        yield self._heading
        yield self._list
        yield self._error
        yield Footer(compact=True, show_command_palette=False)
        yield TooSmall(classes="gate")

    def on_screen_resume(self) -> None:
        """Something may have changed while another screen was shown."""
        self.read()

    # The list

    def read(self) -> None:
        """Read the list, in a thread."""
        if self._worker is None and self.in_sight:
            self._begun = time.monotonic()
            self._worker = self.run_worker(self._newest_first, thread=True, group="listing", exit_on_error=False)

    def _newest_first(self) -> list[Summary]:
        return list(summaries(self._dir))[::-1]

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Take what was read, and see to it that it is read again."""
        if event.worker is not self._worker or event.state in (WorkerState.PENDING, WorkerState.RUNNING):
            return
        worker, self._worker = self._worker, None
        if worker.error is not None:
            self.say(f"{self._dir}: cannot be read: {worker.error}")
        elif worker.result is not None:
            self._runs = worker.result
            self._fill()
        cost = time.monotonic() - self._begun
        self.set_timer(max(_LOOK_SECONDS, cost / _SHARE), self.read)

    def _fill(self) -> None:
        """Show the runs that the words leave."""
        known = {run.run_id for run in self._runs}
        self._marked = [run_id for run_id in self._marked if run_id in known]
        shown = [run for run in self._runs if run.matches(self._words)]
        self._list.show(shown, self._marked, "no run has these words" if self._runs else "no runs yet")
        count = f"{len(shown):,} of {len(known):,}" if len(shown) < len(known) else f"{len(known):,}"
        marked = f"  {len(self._marked)} marked" if self._marked else ""
        words = f"  with '{self._words}'" if self._words else ""
        self._heading.update(Text.assemble(("runs", "bold"), f"  {count}{words}{marked}  ", (str(self._dir), "dim")))

    def say(self, error: str) -> None:
        """Show why something came to nothing, until the next key that does something."""
        self._error.update(error)

    # Keys

    @on(RunList.Opened)
    def _opened(self) -> None:
        self.say("")

    def action_mark(self) -> None:
        """Mark the run under the cursor, or take its mark away."""
        run = self._list.current
        full = len(self._marked) == MAX_RUNS
        if run is None:
            return
        if run.run_id in self._marked:
            self._marked.remove(run.run_id)
        elif not full:
            self._marked.append(run.run_id)
        self.say(f"at most {MAX_RUNS} runs can be compared" if full and run.run_id not in self._marked else "")
        self._fill()

    def action_compare(self) -> None:
        """Show the marked runs together."""
        if len(self._marked) < 2:
            self.say(f"mark two to {MAX_RUNS} runs with space to compare them")
            return
        self.say("")
        folders = {run.run_id: run.folder for run in self._runs}
        self.post_message(self.Compared([folders[run_id] for run_id in self._marked]))

    def action_filter(self) -> None:
        """Ask for words."""
        self.app.push_screen(Filter(self._words, self._find, "words in the runs to show; enter keeps them"))

    def _find(self, words: str) -> None:
        self._words = words
        self._fill()

    async def action_leave(self) -> None:
        """All runs again; with all in sight, to the screen before."""
        if self._words:
            self._find("")
        else:
            await self.app.action_back()

    def action_rename(self) -> None:
        """Ask for a title."""
        run = self._list.current
        if run:
            self._ask(f"Title of {run.run_id}", run.title, partial(metadata.rename, run.folder))

    def action_note(self) -> None:
        """Ask for a note."""
        run = self._list.current
        if run:
            self._ask(f"Note on {run.run_id}", run.note, partial(metadata.note, run.folder))

    def _ask(self, heading: str, before: str, keep: Callable[[str], None]) -> None:
        def answered(text: str | None) -> None:
            if text is not None:
                self._edit(partial(keep, text))

        self.app.push_screen(PromptDialog(heading, before), answered)

    def action_delete(self) -> None:
        """Ask, and delete."""
        run = self._list.current
        if run:
            question = ConfirmDialog(f"Delete run {run.run_id}?", f"{run.folder} and everything in it goes.", "delete")
            self.app.push_screen(
                question, lambda yes: self._edit(partial(metadata.delete, run.folder)) if yes else None
            )

    def _edit(self, act: Callable[[], None]) -> None:
        try:
            act()
            self.say("")
        except UserError as error:
            self.say(str(error))
        self.read()
