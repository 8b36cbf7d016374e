"""Numbers of a table's column padded so that their decimal points, and their half widths, stand below one another."""

from __future__ import annotations

from collections.abc import Sequence

_DIGIT, _POINT = "\u2007", "\u2008"
"""Spaces as wide as a digit, and as a point, where digits have one width."""


def aligned(texts: Sequence[str], between: str = " ± ") -> list[str]:
    """Return the texts, to be set flush right in digits of one width; those without a digit stay as they are.

    Of two numbers with `between` between them, as in 'mean ± half width', both are padded, and the place of a second
    one that is missing in some rows is kept free.
    """
    numbers = [text for text in texts if any(map(str.isdigit, text))]
    pairs = {text: text.partition(between)[::2] for text in numbers}
    firsts = _padded([first for first, _ in pairs.values()])
    seconds = _padded([second for _, second in pairs.values()], left=True)
    padded = {
        text: first + (between + second if pairs[text][1] else second and _DIGIT * (len(between) + len(second)))
        for text, first, second in zip(pairs, firsts, seconds, strict=True)
    }
    return [padded.get(text, text) for text in texts]


def _padded(texts: Sequence[str], left: bool = False) -> list[str]:
    """Return the texts with as many places after the point as the longest, and if `left`, as many before it."""
    decimals = max((len(text.partition(".")[2]) for text in texts), default=0)
    whole = max((len(text.partition(".")[0]) for text in texts), default=0) if left else 0
    return [_place(text, whole, decimals) for text in texts]


def _place(text: str, whole: int, decimals: int) -> str:
    before, point, after = text.partition(".")
    space = "" if point or not decimals else _POINT
    return _DIGIT * (whole - len(before)) + text + space + _DIGIT * (decimals - len(after))
