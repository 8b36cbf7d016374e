"""Results of claims about a grid as text and as JSON."""

import json

from bntui.claims.check_grid import check_grid
from bntui.claims.grid_report import entries, range_text, text
from tests.claims.test_check_grid import grid


def test_the_text_has_verdict_ranges_and_what_learned_under_which_seed():
    shown = text(check_grid(grid(["##...", "###..", "##..."], ["#####"] * 3)))
    assert "supported" in shown or "undecided" in shown
    assert "largest-lr" in shown and "bn : standard" in shown and "at least" in shown
    assert "largest-lr, bn: learns up to 10 (seeds 0, 1, 2)" in shown
    assert "largest-lr, standard: learns up to 0.01 (seeds 0, 2), up to 0.1 (seed 1)" in shown
    assert "Bjorck et al. 2018" in shown and "extend the grid" in shown


def test_widths_name_both_ends_and_nothing_learned_is_said():
    shown = text(check_grid(grid(["....."], [".###."], key="gain")))
    assert "wider-gains, bn: learns from 0.01 to 1 (seed 0)" in shown
    assert "wider-gains, standard: learns with no value (seed 0)" in shown


def test_without_results_there_is_no_text():
    assert text(()) == "" and entries(()) == []


def test_json_has_every_number():
    (entry,) = json.loads(json.dumps(entries(check_grid(grid(["##..."] * 2, ["####."] * 2))), allow_nan=False))
    assert entry["verdict"] == "no verdict" and entry["effect"] > 99 and entry["p"] is None
    assert entry["learned"]["bn"]["0"] == {"smallest": 0.001, "largest": 1.0, "next": 10.0, "gaps": []}


def test_open_ranges():
    assert [range_text(1.0, 10.0), range_text(1.0, None), range_text(None, 10.0), range_text(None, None)] == [
        "1.00 … 10.0",
        "at least 1.00",
        "at most 10.0",
        "",
    ]
