"""Paragraphs as widgets, as few as possible: each takes milliseconds to lay out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from textual.content import Content
from textual.widgets import Static

from bntui.tui.terminal.ascii_filters import spell_out
from bntui.views.paragraphs import Paragraph

_APART = ("formula", "table")
"""Kinds of paragraphs that stand indented, each in a widget of its own."""
_STYLES = {"strong": "bold", "muted": "dim"}


def paragraph_parts(paragraphs: Iterable[Paragraph], *, unicode: bool, apart: bool = False) -> Iterator[Static]:
    """Yield widgets; without `unicode`, symbols that the terminal cannot show are words.

    With `apart` there is an empty line after every paragraph, else only before headings.
    """
    for indented, group in groupby(paragraphs, lambda paragraph: paragraph[0] in _APART):
        shown = [(kind, _shown(kind, text, unicode)) for kind, text in group]
        if indented:
            yield from (Static(text, classes=kind, markup=False) for kind, text in shown)
        else:
            lines = [Content.styled(text, _STYLES.get(kind, "")) for kind, text in _spaced(shown, apart)]
            yield Static(Content("\n").join(lines), classes="text")


def _shown(kind: str, text: str, unicode: bool) -> str:
    if unicode:
        return text
    return spell_out(text.replace("·", "*") if kind == "formula" else text)


def _spaced(paragraphs: Iterable[Paragraph], apart: bool) -> Iterator[Paragraph]:
    """Yield the paragraphs, with an empty line before a heading among them, or between all."""
    for number, paragraph in enumerate(paragraphs):
        if number and (apart or paragraph[0] == "strong"):
            yield "text", ""
        yield paragraph
