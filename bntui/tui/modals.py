"""The two windows over the dashboard: the question before quitting, and the help."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static


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
        widest = max((len(key) for key, _ in self._keys), default=0)
        with VerticalScroll(id="help", classes="window"):
            yield Static("Keys", classes="heading")
            for key, meaning in self._keys:
                yield Static(Text.assemble((key.rjust(widest), "bold"), "  ", meaning))
            yield Static("escape closes this", classes="muted answers")
