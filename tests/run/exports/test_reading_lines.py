"""What runs spent as CSV."""

from __future__ import annotations

import csv
from pathlib import Path

from bntui.run.exports.reading_lines import reading_lines


def test_every_known_value_is_a_row(finished: Path) -> None:
    header, *rows = csv.reader(reading_lines([finished]))
    assert header == ["run", "step", "of", "name", "value"]
    assert {row[0] for row in rows} == {finished.name}
    assert [row[1:] for row in rows] == [
        ["1", "", "seconds", "1.0"],
        ["1", "", "probe_seconds", "0.125"],
        ["1", "standard", "seconds", "0.25"],
        ["1", "bn", "seconds", "0.5"],
        ["2", "", "seconds", "1.5"],
        ["2", "", "probe_seconds", "0.25"],
        ["2", "bn", "seconds", "0.75"],
        ["2", "", "cpu", "150.5"],
        ["2", "", "memory", "1000000000.0"],
        ["2", "0", "memory", "68719476736.0"],
        ["2", "0", "total_memory", "137438953472.0"],
        ["2", "0", "load", "87.0"],
    ]
