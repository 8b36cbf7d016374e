"""Windows that ask for something: a line of text, or whether one is sure."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static


class PromptDialog(ModalScreen[str | None]):
    """A line of text; None where it was left with escape."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Leave it as it is"),
    ]

    def __init__(self, heading: str, before: str) -> None:
        super().__init__()
        self._heading, self._before = heading, before

    def compose(self) -> ComposeResult:
        """What is asked for, and the line."""
        with Vertical(classes="window"):
            yield Static(self._heading, classes="heading", markup=False)
            yield Input(self._before, compact=True)
            yield Static("enter  keep it        escape  leave it as it is", classes="answers muted")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give the answer."""
        self.dismiss(event.value)


class ConfirmDialog(ModalScreen[bool]):
    """Asks before something is lost; only y says yes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "Yes"),
        Binding("n,escape,q", "dismiss(False)", "No"),
    ]

    def __init__(self, question: str, consequence: str, act: str) -> None:
        super().__init__()
        self._question, self._consequence, self._act = question, consequence, act

    def compose(self) -> ComposeResult:
        """The question, what follows, and the two answers."""
        with Vertical(classes="window"):
            yield Static(self._question, classes="heading", markup=False)
            yield Static(self._consequence, classes="muted", markup=False)
            yield Static(f"y  {self._act}        n  leave it", classes="answers")
