"""What the variants came to, over the seeds of each group."""

from __future__ import annotations

from pathlib import Path

from bntui.report.final_metrics import cell, final_metrics, metrics_shown, unit_of
from bntui.report.measured import read
from bntui.views.metric_spot import Spot
from tests.claims.test_gathered import stored


def test_each_variant_has_its_metrics_over_the_seeds_of_its_group(tmp_path: Path) -> None:
    folders = [*(stored(tmp_path, seed, 0.1) for seed in range(3)), stored(tmp_path, 0, 0.3)]
    (section,) = read(folders).sections
    rows = final_metrics(section)
    assert tuple(row.variant for row in rows) == section.history.info.variants
    assert [row.seeds for row in rows] == [3, 3, 1, 1]
    assert [row.style_index for row in rows] == [section.history.style_index(row.variant) for row in rows]
    assert metrics_shown(rows) == ("final-accuracy", "mean-accuracy", "steps-to-90")
    assert " ± " in cell(rows[0].spots["final-accuracy"], "final-accuracy")
    assert " ± " not in cell(rows[2].spots["final-accuracy"], "final-accuracy")


def test_cells_say_how_many_seeds_have_no_value_and_why() -> None:
    nan = float("nan")
    assert cell(Spot(0.952, 0.004, 3, 3, 0, 3), "final-accuracy") == "95.2 ± 0.4"
    assert cell(Spot(0.952, nan, 1, 2, 1, 1), "final-accuracy") == "95.2, 1 of 2 diverged"
    assert cell(Spot(nan, nan, 0, 1, 0, 0), "steps-to-90") == "not reached"
    assert cell(Spot(nan, nan, 0, 1, 1, 0), "steps-to-90") == "diverged"
    assert cell(Spot(57.0, nan, 1, 3, 1, 0), "diverged-at") == "57"
    assert cell(Spot(nan, nan, 0, 3, 0, 3), "diverged-at") == ""
    assert (unit_of("final-accuracy"), unit_of("steps-to-90"), unit_of("largest-beta")) == ("%", "steps", "")
