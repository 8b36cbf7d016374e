"""The windows over the dashboard: the question before quitting, the filter, the help."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Static

_TWO_FROM = 116
"""Columns of the terminal from which the help has two columns."""


class QuitQuestion(ModalScreen[bool]):
    """Asks before training is ended; what is measured stays either way."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter,q", "dismiss(True)", "Stop and quit"),
        Binding("n,escape", "dismiss(False)", "Go on training"),
    ]

    def compose(self) -> ComposeResult:
        """A question and its two answers."""
        with Vertical(id="question", classes="window"):
            yield Static("Stop training and quit?", classes="heading")
            yield Static("Everything measured so far is kept.", classes="muted")
            yield Static("y  stop and quit        n  go on training", classes="answers")


class Filter(ModalScreen[None]):
    """A line to type into, at the bottom; what it is about follows every letter."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "clear", "No filter"),
    ]

    def __init__(self, text: str, changed: Callable[[str], None], hint: str) -> None:
        super().__init__()
        self._hint = hint
        self._text = text
        self._changed = changed

    def compose(self) -> ComposeResult:
        """The line."""
        yield Input(self._text, placeholder=self._hint, compact=True)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what is left."""
        self._changed(event.value)

    def on_input_submitted(self) -> None:
        """Keep it."""
        self.dismiss(None)

    def action_clear(self) -> None:
        """All again."""
        self._changed("")
        self.dismiss(None)


class Help(ModalScreen[None]):
    """Every key of the screen below, as its bindings say."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter", "dismiss(None)", "Close"),
    ]

    def __init__(self, keys: list[tuple[str, str]]) -> None:
        super().__init__()
        self._keys = keys

    def compose(self) -> ComposeResult:
        """Key and meaning, a line each."""
        with VerticalScroll(id="help", classes="window"):
            yield Static("Keys", classes="heading")
            with Horizontal():
                for part in self._columns():
                    yield Static(part)
            yield Static("escape closes this", classes="muted answers")

    def _columns(self) -> list[Text]:
        """Beside one another where there is room."""
        count = -(-len(self._keys) // (2 if self.app.size.width >= _TWO_FROM else 1))
        widest = max((len(key) for key, _ in self._keys), default=0)
        lines = [Text.assemble((key.rjust(widest), "bold"), "  ", meaning, "    ") for key, meaning in self._keys]
        return [Text("\n").join(lines[first : first + count]) for first in range(0, len(lines), count)]
