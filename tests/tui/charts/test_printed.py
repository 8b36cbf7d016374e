"""A figure on standard output is the one that the screen draws, in lines of text."""

from __future__ import annotations

import pytest
from rich.text import Text

from bntui.tui.charts.printed import print_figure
from bntui.tui.terminal.capabilities import Capabilities, Colors
from bntui.views.focus import Focus
from bntui.views.view_catalogue import VIEWS
from tests.tui.fake_source import COLUMNS, FakeSource

WIDTH = 100


@pytest.mark.parametrize("view", ["line_loss", "surface"])
@pytest.mark.parametrize("colors", [Colors.TRUECOLOR, Colors.EIGHT_BIT, Colors.ANSI, Colors.NONE])
def test_a_figure_is_lines_as_wide_as_the_terminal(
    view: str, colors: Colors, capsys: pytest.CaptureFixture[str]
) -> None:
    history = FakeSource(columns=COLUMNS).history
    print_figure(VIEWS[view](history, Focus()), 1000, WIDTH, Capabilities(colors))
    out = capsys.readouterr().out
    assert ("\x1b[" in out) == (colors is not Colors.NONE)
    lines = [Text.from_ansi(line).plain for line in out.splitlines()]
    assert len(lines) == 24
    assert VIEWS[view].title in lines[0]
    assert {len(line) for line in lines} == {WIDTH}
