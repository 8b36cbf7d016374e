"""Text from outside — files, options, names of folders — made safe to show on a terminal, and short enough for a line.

A terminal obeys the control characters in what it is given: it can be made to fill the clipboard or to answer as if the
user had typed. Overrides of the direction of writing make a text look like another one.
"""

from __future__ import annotations

import re

EXCERPT = 80
"""Characters that an error quotes of its input."""

_SPACES = re.compile("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ud800-\udfff]")


def printable(text: str) -> str:
    """Return the text on one line: spaces for line breaks and tabs, `�` for what controls a terminal.

    That are control characters, among them escape, marks and overrides of the direction of writing, and halves of
    surrogate pairs, which cannot be encoded. The number of characters stays the same.
    """
    return _UNPRINTABLE.sub("\ufffd", _SPACES.sub(" ", text))


def excerpt(text: str, length: int = EXCERPT) -> str:
    """Return the text on one line, at most `length` characters, with `…` for what is left out of its middle."""
    if len(text) > length:
        end = (length - 1) // 2
        text = f"{text[: length - 1 - end]}…{text[-end:]}"
    return printable(text)


def quoted(value: object) -> str:
    """Return an excerpt of a value as Python writes it: texts in quotation marks, unprintable characters escaped."""
    try:
        return excerpt(repr(value))
    except (ValueError, RecursionError):
        # An integer of more than 4,300 digits, or tables in tables in tables.
        return f"a very long {type(value).__name__}"
