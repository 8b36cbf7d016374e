"""The list of sweeps, to open one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Footer, Static

from bntui.sweep.overview import SweepLine, SweepOverview
from bntui.tui.screens.base import HELP, QUIT, RUNS, TooSmall
from bntui.tui.screens.reading_screen import ReadingScreen
from bntui.tui.widgets.sweep_list import SweepList


class SweepsScreen(ReadingScreen[tuple[SweepLine, ...]]):
    """A row per sweep, newest first."""

    KEEP_READING = True

    BINDINGS: ClassVar[list[BindingType]] = [
        RUNS,
        HELP,
        Binding("escape", "app.back", "back", tooltip="Go back"),
        replace(QUIT, show=False),
    ]
    AUTO_FOCUS = "SweepList"

    def __init__(self, runs_dir: Path) -> None:
        super().__init__()
        self._dir = runs_dir
        self._overview: SweepOverview | None = None
        self._heading, self._error = Static(id="title"), Static(id="error", markup=False)
        self._list = SweepList()

    def compose(self) -> ComposeResult:
        yield self._heading
        yield self._list
        yield self._error
        yield Footer(compact=True, show_command_palette=False)
        yield TooSmall(classes="gate")

    def read(self) -> tuple[SweepLine, ...]:
        if self._overview is None:
            self._overview = SweepOverview(self._dir)
        return self._overview.read()

    def show_result(self, result: tuple[SweepLine, ...]) -> None:
        self._list.show(result)
        self._heading.update(Text.assemble(("sweeps", "bold"), f"  {len(result):,}  ", (str(self._dir), "dim")))

    def show_error(self, text: str) -> None:
        """Show why an action failed, until the next one."""
        self._error.update(text)

    @on(SweepList.Opened)
    def _opened(self) -> None:
        self.show_error("")
