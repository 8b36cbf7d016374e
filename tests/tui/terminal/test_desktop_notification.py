"""The bytes of desktop notifications, by terminal, whatever their text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bntui.tui.terminal.desktop_notification import notification

ITERM = "\x1b]9;bntui: a diverged\x07"
RXVT = "\x1b]777;notify;bntui;a diverged\x07"


@pytest.mark.parametrize(
    ("environment", "sequence"),
    [
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, ITERM),
        ({"TERM": "xterm-kitty"}, ITERM),
        ({"TERM": "xterm-ghostty"}, RXVT),
        ({"TERM": "foot"}, RXVT),
        ({"TERM": "rxvt-unicode-256color"}, RXVT),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7600"}, RXVT),
        ({"TERM": "tmux-256color", "TMUX": "/tmp/tmux-1/default,1,0"}, f"\x1bPtmux;\x1b{ITERM}\x1b\\"),
        ({"TERM": "screen-256color", "TMUX": "/tmp/tmux-1/default,1,0"}, f"\x1bPtmux;\x1b{ITERM}\x1b\\"),
        ({"TERM": "screen-256color"}, ""),
        ({"TERM": "linux"}, ""),
        ({"TERM": "dumb"}, ""),
        ({"TERM": "vt220"}, ""),
        ({}, ""),
    ],
)
def test_each_terminal_gets_the_sequence_that_it_knows(environment, sequence):
    assert notification("bntui", "a diverged", environment) == sequence


@pytest.mark.parametrize("term", ["xterm", "foot"])
@given(
    text=st.text() | st.sampled_from(["\x07\x1b]52;c;aGk=\x07", "\x9c\x1b\\rm", "4;3;90", "x" * 10_000, "\u202eabc"])
)
def test_no_text_ends_the_sequence_or_is_long_enough_to_be_dropped(term, text):
    sequence = notification("bntui", text, {"TERM": term})
    start = {"xterm": "\x1b]9;bntui: ", "foot": "\x1b]777;notify;bntui;"}[term]
    inside = sequence.removeprefix(start).removesuffix("\x07")
    assert len(inside) == len(sequence) - len(start) - 1 <= 200
    assert not any(char in ";\u202e" or char < " " or "\x7f" <= char <= "\x9f" for char in inside)
