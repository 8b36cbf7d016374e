"""The control sequences that ask a terminal for a desktop notification: OSC 9 of iTerm2, OSC 777 of rxvt."""

from __future__ import annotations

from collections.abc import Mapping

from bntui.printable_text import excerpt

_WITHOUT = ("dumb", "linux", "screen", "unknown", "vt")
"""Terminals, by TERM, that show no notifications, and may show the sequence as text."""
_RXVT_STYLE = ("contour", "foot", "rxvt", "xterm-ghostty")
_LONGEST = 200
"""Characters of the text: far fewer than those from which the screen's output may be dropped."""


def notification(title: str, text: str, environment: Mapping[str, str]) -> str:
    """Return the sequence that shows a title and a text, made printable; '' where the terminal has no notifications.

    Only one of the two is sent, since some terminals know both. In tmux the sequence is wrapped for the terminal around
    it, which gets it if tmux's `allow-passthrough` is on.
    """
    term, tmux = environment.get("TERM", "").lower(), bool(environment.get("TMUX"))
    if not tmux and (not term or term.startswith(_WITHOUT)):
        return ""
    # A semicolon would end the title, or the text.
    title, text = (excerpt(each, _LONGEST).replace(";", ",") for each in (title, text))
    if term.startswith(_RXVT_STYLE) or environment.get("VTE_VERSION"):
        sequence = f"\x1b]777;notify;{title};{text}\x07"
    else:
        sequence = f"\x1b]9;{title}: {text}\x07"
    return f"\x1bPtmux;\x1b{sequence}\x1b\\" if tmux else sequence
