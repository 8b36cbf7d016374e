"""Suggestions for a name that is not known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], advice: str = "") -> str:
    """Return '; did you mean …?' with the known names closest to `word`, else '; ' and the advice.

    By default it is to choose from all the known names.
    """
    names = sorted(known)
    matches = difflib.get_close_matches(word, names, n=3, cutoff=0.5)
    if matches:
        return f"; did you mean {' or '.join(matches)}?"
    return f"; {advice or 'choose from ' + ', '.join(names)}" if names else ""
