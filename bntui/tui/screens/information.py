"""The information window: what a pane shows, its formula and how to read it, or how a verdict was reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import ScrollableContainer
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from bntui.tui.terminal.ascii_filters import spell_out
from bntui.tui.terminal.capabilities import Markers, capabilities_of
from bntui.views.paragraphs import Paragraph

_APART = ("formula", "table")
"""Kinds of paragraphs that stand indented, each in a widget of its own."""
_STYLES = {"strong": "bold", "muted": "$text-muted"}

INFORMATION = Binding("i", "information", show=False, tooltip="Explain the pane, or the verdict on a claim")


class InformationDialog(ModalScreen[None]):
    """Paragraphs, which scroll."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter,i", "dismiss(None)", "Close"),
    ]

    def __init__(self, paragraphs: Iterable[Paragraph]) -> None:
        super().__init__()
        self._paragraphs = tuple(paragraphs)

    def compose(self) -> ComposeResult:
        with ScrollableContainer(classes="window"):
            yield from self._parts()
            yield Static("↑ ↓  scroll        escape  close", classes="muted answers", markup=False)

    def _parts(self) -> Iterator[Static]:
        """Yield the text in as few widgets as possible: each takes milliseconds to lay out."""
        for apart, group in groupby(self._paragraphs, lambda paragraph: paragraph[0] in _APART):
            if apart:
                yield from (Static(self._shown(kind, text), classes=kind, markup=False) for kind, text in group)
            else:
                lines = [
                    Content.styled(self._shown(kind, text), _STYLES.get(kind, "")) for kind, text in _spaced(group)
                ]
                yield Static(Content("\n").join(lines), classes="text")

    def _shown(self, kind: str, text: str) -> str:
        """Return a text with symbols as words where the terminal cannot show them."""
        if capabilities_of(self.app).markers is not Markers.ASCII:
            return text
        return spell_out(text.replace("·", "*") if kind == "formula" else text)


def _spaced(paragraphs: Iterable[Paragraph]) -> Iterator[Paragraph]:
    """Yield the paragraphs, with an empty line before a heading among them."""
    for number, paragraph in enumerate(paragraphs):
        if number and paragraph[0] == "strong":
            yield "text", ""
        yield paragraph
