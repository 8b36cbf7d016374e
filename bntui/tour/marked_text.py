"""Paragraphs written in a few marks, so that chapters read well as files."""

from __future__ import annotations

import re
from textwrap import dedent

from bntui.views.paragraphs import Paragraph

MOST_COLUMNS = 68
"""Characters of the longest line of a table or a formula, which are not wrapped: the room in a terminal of 80."""


def paragraphs_of(text: str) -> list[Paragraph]:
    """Return the paragraphs of a text, which are apart by empty lines.

    '# ' begins a heading, '> ' what is said in passing; a formula is indented by four spaces, and each line of a table
    begins with '| '. The lines of other paragraphs are joined.
    """
    return [_paragraph(block) for block in re.split(r"\n[ \t]*\n", text.strip("\n")) if block.strip()]


def _paragraph(block: str) -> Paragraph:
    lines = block.strip("\n").splitlines()
    if all(line.startswith("    ") for line in lines):
        return "formula", dedent(block).strip()
    if all(line.startswith("|") for line in lines):
        return "table", "\n".join(line[1:].removeprefix(" ") for line in lines)
    words = " ".join(block.split())
    for mark, kind in (("# ", "strong"), ("> ", "muted")):
        if words.startswith(mark):
            return kind, words.removeprefix(mark)
    return "text", words
