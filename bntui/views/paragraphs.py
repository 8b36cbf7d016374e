"""Texts to read as paragraphs of some kinds, for dialogs and standard output."""

from __future__ import annotations

import re
from collections.abc import Iterable
from textwrap import wrap

Paragraph = tuple[str, str]
"""A kind and a text: 'strong' is a heading, 'formula' stands indented, 'table' has lines of its own, 'muted' is said in
passing, and 'text' is the rest."""

_INDENT = "    "


def as_lines(paragraphs: Iterable[Paragraph], width: int) -> str:
    """Return the paragraphs as lines of at most `width` characters, tables as they are."""
    text = "\n".join(line for paragraph in paragraphs for line in _lines(*paragraph, width))
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")


def _lines(kind: str, text: str, width: int) -> list[str]:
    if kind == "table":
        return ["", *(_INDENT + line for line in text.splitlines()), ""]
    indent = _INDENT * (kind == "formula")
    lines = wrap(text, width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)
    return ["", *lines, ""] if kind in ("strong", "formula") else lines
