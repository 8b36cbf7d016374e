"""Numbers of a table's column padded so that their decimal points stand below one another."""

from __future__ import annotations

from collections.abc import Sequence

_DIGIT, _POINT = "\u2007", "\u2008"
"""Spaces as wide as a digit, and as a point, where digits have one width."""


def aligned(texts: Sequence[str]) -> list[str]:
    """Return the texts, to be set flush right in digits of one width; those without a digit stay as they are."""
    longest = max(map(_decimals, texts), default=0)
    return [text + _padding(text, longest) if any(map(str.isdigit, text)) else text for text in texts]


def _decimals(text: str) -> int:
    """Return the number of characters after the decimal point."""
    return len(text.partition(".")[2])


def _padding(text: str, longest: int) -> str:
    missing = longest - _decimals(text)
    return _POINT * (missing > 0 and "." not in text) + _DIGIT * missing
