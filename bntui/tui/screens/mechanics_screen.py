"""BatchNorm by hand as a screen of its own, without a run."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Footer

from bntui.tui.screens.base import HELP, QUIT, BaseScreen, TooSmall
from bntui.tui.screens.information import INFORMATION, InformationDialog
from bntui.tui.widgets.mechanics_pane import MechanicsPane


class MechanicsScreen(BaseScreen):
    """The mechanics pane and its keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "app.back", "back", key_display="esc", tooltip="Go back"),
        INFORMATION,
        HELP,
        QUIT,
    ]

    def compose(self) -> ComposeResult:
        yield MechanicsPane()
        yield Footer(compact=True, show_command_palette=False)
        yield TooSmall(classes="gate")

    def action_information(self) -> None:
        """Explain BatchNorm."""
        self.app.push_screen(InformationDialog(self.query_one(MechanicsPane).information()))

    def show_error(self, text: str) -> None:
        self.notify(text, severity="error", markup=False)
