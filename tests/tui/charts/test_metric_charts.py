"""Metrics against swept keys, drawn in cells of any number."""

import pytest

from bntui.sweep.metrics import METRICS
from bntui.views.metric_curves import metric_curves
from bntui.views.metric_grid import metric_grid
from bntui.views.swept_key import swept_key, swept_keys
from tests.sweep.made_points import MOMENTA, points
from tests.tui.charts.drawing import drawn, text_of
from tests.views.test_metric_views import CASES

SIZES = [(1, 1), (5, 4), (23, 6), (40, 10), (80, 20), (200, 50)]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("metric", METRICS)
def test_any_sweep_at_any_size(case, metric):
    keys = swept_keys(CASES[case]) or (swept_key("optimizer.lr", []),)
    curves = metric_curves(CASES[case], metric, keys[0], {})
    grid = metric_grid(CASES[case], metric, keys[0], keys[-1], {})
    cursor = 0 if keys[0].values else None
    for width, height in SIZES:
        for log in (False, True):
            drawn(curves, width, height, log, cursor=cursor)
            drawn(grid, width, height, log, cursor=cursor)


def test_a_chart_names_the_values_and_marks_every_point():
    (key,) = swept_keys(points())
    text = text_of(drawn(metric_curves(points(), "final-accuracy", key, {}), 100, 20))
    assert all(label in text[-1] for label in key.labels)
    # Three marks at the top: at the largest rates standard and noisy diverged.
    assert "".join(text).count("✖") == 3 == text[1].count("✖")
    assert ["".join(text).count(char) for char in "●▲■"] == [6, 8, 7]


def test_what_was_not_reached_is_marked_at_the_top():
    (key,) = swept_keys(points())
    assert "↑↑↑" in text_of(drawn(metric_curves(points(), "steps-to-90", key, {}), 100, 20))[1]


def test_a_map_shows_values_and_the_chosen_block_in_brackets():
    made = points(momenta=MOMENTA)
    lr, momentum = swept_keys(made)
    text = "\n".join(text_of(drawn(metric_grid(made, "final-accuracy", lr, momentum, {}), 100, 24, cursor=1)))
    assert all(label in text for label in ("● standard", "▲ bn", "■ noisy", *lr.labels, *momentum.labels))
    assert "87.4" in text and "[92.5]" in text and "✖" in text


def test_maps_that_do_not_fit_are_counted():
    made = points(momenta=MOMENTA)
    lr, momentum = swept_keys(made)
    assert "and 2 more" in "\n".join(text_of(drawn(metric_grid(made, "final-accuracy", lr, momentum, {}), 40, 8)))
