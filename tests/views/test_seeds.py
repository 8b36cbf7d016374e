"""Every view of several seeds: means, intervals, single seeds, and differences seed by seed."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from bntui.run.series.history import Key
from bntui.run.series.merged import MergedHistory
from bntui.views.band import Band
from bntui.views.chart import Chart
from bntui.views.cursor_values import cursor_values
from bntui.views.difference import difference
from bntui.views.draw_options import MOST_BANDS, DrawOptions, Seeds
from bntui.views.focus import Focus, divergences
from bntui.views.heatmap import Heatmap
from bntui.views.lines import LineFigure
from bntui.views.matrix import Matrix
from bntui.views.seeds_note import seeds_note
from bntui.views.selection import Differences, from_first, hidden_together
from bntui.views.variant_rows import rows
from bntui.views.view_catalogue import VIEWS
from tests.tui.fake_seeds import SEED_DIVERGED, merged_history

FOCUS = Focus("conv2", lost={"standard": (60,)})
T = 4.302652729911275
"""97.5 % quantile of Student's t with two degrees of freedom."""


@cache
def history() -> MergedHistory:
    return merged_history()


def interval(points, last: int = -1) -> float:
    return float(points.spread.high.values[last] - points.spread.low.values[last]) / 2


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_shows_means_of_three_seeds(view):
    figure = VIEWS[view](history(), FOCUS)
    if figure.measured and view != "unit":
        assert set(figure.seed_counts) == {3}
    if isinstance(figure, LineFigure) and figure.measured:
        line = figure.lines[1]
        values = np.array(list(line.seeds.values()))
        np.testing.assert_allclose(line.values, values.mean(axis=0), rtol=1e-6)
        np.testing.assert_allclose(line.half_widths, T * values.std(axis=0, ddof=1) / 3**0.5, rtol=1e-5)
    if isinstance(figure, Chart):
        series = figure.series[1]
        assert list(series.seeds) == [0, 1, 2]
        assert series.steps.tolist() == series.seeds[0].steps.tolist()


@pytest.mark.parametrize("view", VIEWS)
def test_differences_of_every_view_are_taken_seed_by_seed(view):
    differences = Differences(history(), from_first(history().info.variants))
    figure = difference(VIEWS[view], history(), differences, FOCUS)
    if not figure.measured or isinstance(figure, Heatmap | Band | Matrix):
        return
    curves = figure.lines if isinstance(figure, LineFigure) else figure.series
    assert {len(curve.seeds) for curve in curves} <= {0, 3}
    if isinstance(figure, LineFigure):
        first, second = (VIEWS[view](history(), FOCUS).lines[index] for index in (1, 0))
        np.testing.assert_allclose(curves[0].seeds[2], first.seeds[2] - second.seeds[2])


def test_a_reading_has_the_half_widths_and_the_seeds():
    figure = VIEWS["loss"](history(), FOCUS)
    plain, smoothed = cursor_values(figure, 50)[1], cursor_values(figure, 50, 25)[1]
    points = history().points(Key("bn", "train", "loss"))
    assert plain.values == (pytest.approx(points.values[50]),) and plain.seeds == (3, 3)
    assert plain.half_widths == (pytest.approx(interval(points, 50)),)
    by_seed = [float(each.values[26:51].mean()) for each in history().seeds(Key("bn", "train", "loss")).values()]
    assert smoothed.smoothed == pytest.approx(np.mean(by_seed), rel=1e-5)
    assert smoothed.smoothed_half_width == pytest.approx(T * np.std(by_seed, ddof=1) / 3**0.5, rel=1e-4)
    assert len(cursor_values(VIEWS["landscape"](history(), FOCUS), 50)[0].half_widths) == 2


def test_the_table_has_means_and_half_widths():
    row = rows(history(), FOCUS)[1]
    beta = history().points(Key("bn", "smoothness", "beta"))
    assert (row.beta, row.half_widths["beta"]) == (pytest.approx(beta.last), pytest.approx(interval(beta), rel=1e-5))
    assert {*row.half_widths} == {"loss", "accuracy", "test_accuracy", "drift", "beta"} and row.seeds == 3


def test_a_seed_that_diverged_is_marked_and_missing_after_its_end():
    merged = merged_history(ended={1: 60})
    ended, lost = divergences([SEED_DIVERGED], merged)
    assert (ended, lost) == ({}, {"standard": (60,)})
    assert divergences([SEED_DIVERGED] * 3, merged) == ({"standard": 60}, {})
    figure = VIEWS["loss"](merged, Focus(lost=lost))
    assert figure.series[0].lost == (60,)
    assert [value.seeds for value in cursor_values(figure, 100)] == [(2, 3), (3, 3), (3, 3)]
    assert rows(merged, Focus(lost=lost))[0].lost == (60,)


@pytest.mark.parametrize(
    ("view", "seeds", "expected"),
    [
        ("loss", Seeds.BAND, "95 % over 3 seeds"),
        ("loss", Seeds.EACH, "3 seeds"),
        ("loss", Seeds.MEAN, "mean of 3 seeds"),
        ("landscape", Seeds.BAND, "mean of 3 seeds"),
        ("drift_map", Seeds.EACH, "mean of 3 seeds"),
    ],
)
def test_the_note_says_what_is_drawn(view, seeds, expected):
    assert seeds_note(VIEWS[view](history(), FOCUS), DrawOptions(120, False, seeds=seeds)) == expected


def test_of_many_curves_only_the_means_are_drawn():
    figure = VIEWS["loss"](merged_history(("a", "b", "c", "d"), seeds=2), FOCUS)
    assert len(figure.series) > MOST_BANDS
    assert {seeds_note(figure, DrawOptions(120, False, seeds=seeds)) for seeds in Seeds} == {"mean of 2 seeds"}


def test_digits_hide_variants_or_of_many_a_group():
    few, many = [f"{label}/{name}" for label in "ab" for name in "xyz"], [f"{label}/x" for label in "abcdefghijk"]
    assert hidden_together(few) == [(name,) for name in few]
    assert hidden_together(many) == [(name,) for name in many]
    assert hidden_together([*few, *(f"c/{name}" for name in "wxyz")])[1:] == [
        ("b/x", "b/y", "b/z"),
        ("c/w", "c/x", "c/y", "c/z"),
    ]
