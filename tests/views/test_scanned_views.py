"""Scans, their maps, matrices and references: what views make of columns over axes."""

import numpy as np
import pytest

from bntui.records import Measurement, RunInfo
from bntui.run.series.history import History
from bntui.views.cursor_values import cursor_values
from bntui.views.difference import difference
from bntui.views.focus import Focus
from bntui.views.scan import last_finite
from bntui.views.selection import Differences, from_first
from bntui.views.value_axis import ValueAxis
from tests.views.scanned_history import COLUMNS, EVERY_VALUE, LENGTHS, PLACES, VIEWS, made, merged


def test_a_scan_has_a_line_over_the_values_in_the_names_of_its_columns():
    figure = VIEWS["scan"](made(), Focus())
    assert figure.axis.values.tolist() == list(LENGTHS) and figure.axis.log
    np.testing.assert_allclose(figure.lines[1].values[:2], [1 - 2 * 1e-5, 1 - 2 * 1e-4], rtol=1e-6)
    assert not np.isfinite(figure.lines[0].values[-2:]).any()
    assert figure.law_axis.values.tolist() == list(LENGTHS[::2])
    np.testing.assert_allclose(figure.laws[0].values, [1 + length for length in LENGTHS[::2]], rtol=1e-6)
    assert last_finite(figure.lines[0].values).tolist() == [len(LENGTHS) - 3]


def test_the_cursor_chooses_the_step_of_a_scan_and_of_a_matrix():
    now, before = (VIEWS["scan"](made(), Focus(cursor=cursor)) for cursor in (None, 7))
    assert now.note == "now" and before.note == "at step 7"
    assert now.lines[1].values[-1] - before.lines[1].values[-1] == pytest.approx(1000)
    assert not VIEWS["matrix"](made(), Focus(cursor=-1)).measured


def test_a_scan_whose_larger_values_are_measured_later_shows_the_smaller_ones():
    history = History(RunInfo(COLUMNS, ("bn",), (), 100, 24, "digits", "cpu", "cpu"))
    assert not VIEWS["scan"](history, Focus()).measured
    history.extend([Measurement(7, "bn", "made", (3.0, 2.0, 1.0))])
    figure = VIEWS["scan"](history, Focus())
    assert figure.lines[0].values.tolist() == [3.0, 2.0, 1.0] and figure.axis.values.tolist() == list(LENGTHS)
    assert not len(figure.laws[0].values)


def test_a_scan_of_several_seeds_is_a_mean_with_intervals():
    figure = VIEWS["scan"](merged(), Focus())
    assert figure.seed_counts == (3, 3)
    line = figure.lines[1]
    np.testing.assert_allclose(line.values, np.mean(list(line.seeds.values()), axis=0))
    assert line.half_widths[-1] > 0
    assert VIEWS["matrix"](merged(), Focus()).seed_counts == (3, 3)


def test_a_map_of_a_scan_has_edges_in_the_logarithm():
    figure = VIEWS["scan map"](made(), Focus())
    assert figure.log_axis and not figure.labels
    assert figure.rasters[0].edges == pytest.approx((-5.5, 1.5))
    assert len(figure.rasters[0].rows) == len(LENGTHS)


def test_values_that_are_not_evenly_spaced_have_labels_in_place_of_edges():
    assert ValueAxis("", np.array([1.0, 2.0, 5.0])).edges is None
    assert ValueAxis("", np.array([1.0])).edges is None
    assert ValueAxis("", np.array([1.0, 2.0, 3.0])).edges == (0.5, 3.5)
    assert ValueAxis("", np.array([1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]), log=True).edges == pytest.approx(
        (-1 / 6, 2 + 1 / 6)
    )


def test_a_matrix_has_its_lowest_row_first():
    figure = VIEWS["matrix"](made(), Focus())
    assert figure.across.values.tolist() == list(PLACES) and figure.up.values.tolist() == list(PLACES[1:])
    np.testing.assert_allclose(figure.images[0].values, EVERY_VALUE)
    assert figure.contours and not figure.diverging


def test_the_second_column_of_a_chart_is_its_reference():
    figure = VIEWS["reference"](made(), Focus())
    assert figure.series[0].reference.values.tolist() == [0.5] * 4
    assert figure.series[0].values[0] == 2.0


def test_differences_leave_out_laws_and_references_and_are_centered_on_zero():
    history = made()
    differences = Differences(history, from_first(history.info.variants))
    figures = {name: difference(view, history, differences, Focus()) for name, view in VIEWS.items()}
    assert all(figure.title.startswith("Δ ") and not figure.log for figure in figures.values())
    assert figures["scan"].laws == () and figures["scan"].axis.log
    assert figures["scan map"].diverging and figures["matrix"].diverging
    np.testing.assert_allclose(figures["matrix"].images[0].values, 1.0)
    assert not len(figures["reference"].series[0].reference.steps)


def test_readings_are_the_lowest_and_the_highest_finite_value():
    values = cursor_values(VIEWS["matrix"](made(), Focus(cursor=5)), 5)
    assert [value.values for value in values] == [(-1.5, 2.0), (-0.5, 3.0)]
    assert all(np.isfinite(value.values).all() for value in cursor_values(VIEWS["scan"](made(), Focus()), 5))
