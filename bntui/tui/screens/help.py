"""The help window: every key of the screen below."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

_TWO_COLUMNS_FROM = 116
"""Terminal width from which the keys stand in two columns."""


class HelpScreen(ModalScreen[None]):
    """Keys and their meanings, a line each."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter", "dismiss(None)", "Close"),
    ]

    def __init__(self, keys: list[tuple[str, str]]) -> None:
        super().__init__()
        self._keys = keys

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="help", classes="window"):
            yield Static("Keys", classes="heading")
            with Horizontal():
                for column in self._columns():
                    yield Static(column)
            yield Static("escape  close", classes="muted answers")

    def _columns(self) -> list[Text]:
        count = -(-len(self._keys) // (2 if self.app.size.width >= _TWO_COLUMNS_FROM else 1))
        widest = max((len(key) for key, _ in self._keys), default=0)
        lines = [Text.assemble((key.rjust(widest), "bold"), "  ", meaning, "    ") for key, meaning in self._keys]
        return [Text("\n").join(lines[first : first + count]) for first in range(0, len(lines), count)]
