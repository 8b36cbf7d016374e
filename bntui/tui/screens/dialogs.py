"""Dialogs: confirm an action, enter a line of text, filter what is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static


class ConfirmDialog(ModalScreen[bool]):
    """Asks before an action that loses something; the answer is True for yes.

    `default` is the answer of enter and q.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "Yes"),
        Binding("n,escape", "dismiss(False)", "No"),
        Binding("enter,q", "default", "Default answer"),
    ]

    def __init__(
        self,
        question: str,
        consequence: str,
        yes: str,
        no: str = "cancel",
        *,
        default: bool = False,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._question, self._consequence, self._yes, self._no = question, consequence, yes, no
        self._default = default

    def compose(self) -> ComposeResult:
        with Vertical(classes="window"):
            yield Static(self._question, classes="heading", markup=False)
            yield Static(self._consequence, classes="muted", markup=False)
            yield Static(f"y  {self._yes}        n  {self._no}", classes="answers")

    def action_default(self) -> None:
        self.dismiss(self._default)


class PromptDialog(ModalScreen[str | None]):
    """Asks for a line of text; the answer is None where it was left with escape."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel"),
    ]

    def __init__(self, heading: str, text: str) -> None:
        super().__init__()
        self._heading, self._text = heading, text

    def compose(self) -> ComposeResult:
        with Vertical(classes="window"):
            yield Static(self._heading, classes="heading", markup=False)
            yield Input(self._text, compact=True)
            yield Static("enter  save        escape  cancel", classes="answers muted")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value)


class FilterDialog(ModalScreen[None]):
    """A filter text at the bottom of the screen; `changed` is called with it after every letter."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "clear", "Clear the filter"),
    ]

    def __init__(self, text: str, changed: Callable[[str], None], placeholder: str) -> None:
        super().__init__()
        self._text, self._changed, self._placeholder = text, changed, placeholder

    def compose(self) -> ComposeResult:
        yield Input(self._text, placeholder=self._placeholder, compact=True)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._changed(event.value)

    def on_input_submitted(self) -> None:
        self.dismiss(None)

    def action_clear(self) -> None:
        self._changed("")
        self.dismiss(None)
