"""Only changed cells are refreshed."""

from bntui.tui.charts.canvas import Canvas


def test_only_the_changed_part_of_a_line_is_sent():
    before, after = Canvas(20, 3), Canvas(20, 3)
    after.put(4, 1, "abc")
    assert after.changes(before) == [(4, 1, 3, 1)]
    after.put(18, 1, "d")
    assert after.changes(before) == [(4, 1, 3, 1), (18, 1, 1, 1)]
    assert after.changes(after) == []
