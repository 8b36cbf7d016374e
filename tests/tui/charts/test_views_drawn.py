"""Bands, heatmaps and profiles: any values at any size, and what the pictures say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bntui.run.series.history import Points
from bntui.tui.charts.canvas import Canvas
from bntui.tui.charts.colored_cells import colored_cell
from bntui.tui.charts.incremental import PlotLayers
from bntui.tui.charts.palette import styles_for
from bntui.tui.charts.polyline import DotGrid
from bntui.tui.charts.raster import EMPTY, NONFINITE, color_levels, resample_rows
from bntui.tui.charts.registry import PAINTERS, paint
from bntui.views.axis_scale import Scale, fit_colors
from bntui.views.band import Band, Span
from bntui.views.color_ramp import LEVELS, ramp
from bntui.views.decimation import raster_means
from bntui.views.draw_options import DrawOptions
from bntui.views.focus import Focus
from bntui.views.heatmap import Heatmap, Raster
from bntui.views.profile import Line, Profile
from bntui.views.variant_mark import NOT_FINITE
from bntui.views.view_catalogue import VIEWS
from tests.tui.charts.test_drawing import points_of, text_of
from tests.tui.fake_source import FakeSource

INKS = styles_for((18, 18, 18), (224, 224, 224), True, "#0178D4")
WILD = [0.0, 1.0, float("nan"), float("inf"), float("-inf"), 3.4e38, -3.4e38, 1e-45]
NUMBERS = st.floats(width=32) | st.sampled_from(WILD)
TABLES = hnp.arrays(np.float32, st.tuples(st.integers(1, 30), st.integers(0, 120)), elements=NUMBERS)
EDGES = {"right": st.integers(1, 200), "left": st.integers(0, 150), "cursor": st.none() | st.integers(0, 350)}
SIZES = {"width": st.integers(1, 130), "height": st.integers(1, 40), "log": st.booleans()}


def drawn(figure, width=60, height=14, log=False, right=100, left=0, cursor=None):
    canvas = Canvas(width, height)
    options = DrawOptions(right, log, left=left, zoomed=left > 0, cursor=cursor)
    paint(canvas, INKS, figure, options, PlotLayers())
    assert [len(line) for line in text_of(canvas)] == [width] * height
    assert all(canvas.strip(y).cell_length == width for y in range(height))
    return canvas


def band_of(*pairs):
    spans = tuple(Span(f"v{index}", index, points_of(low), points_of(high)) for index, (low, high) in enumerate(pairs))
    return Band(title="loss ahead", spans=spans, steps=300, empty="at step 25")


def profile_of(layers, lines, marked=None):
    return Profile(title="scale", layers=layers, lines=lines, marked=marked, empty="at step 25")


def window_of(columns, right, left=0):
    return DotGrid(columns * 2, 1, left, right, 0, 1)


def heatmap_of(*tables, labels=(), edges=None, hollow=False):
    rasters = [Raster(f"v{index}", index, tuple(map(points_of, table)), edges) for index, table in enumerate(tables)]
    marked = 0 if labels else None
    return Heatmap(title="drift", rasters=tuple(rasters), steps=300, labels=labels, marked=marked, hollow=hollow)


def test_every_kind_of_figure_has_a_painter():
    source = FakeSource()
    assert {type(view(source.history, Focus("conv1"))) for view in VIEWS.values()} == set(PAINTERS)


@settings(max_examples=40, deadline=None)
@given(table=TABLES, **SIZES, **EDGES)
def test_any_band(table, width, height, log, right, left, cursor):
    drawn(band_of((table[0], table[-1]), (table[-1], table[0])), width, height, log, left + right, left, cursor)


@settings(max_examples=50, deadline=None)
@given(
    table=TABLES,
    **SIZES,
    **EDGES,
    count=st.integers(1, 7),
    named=st.booleans(),
    edges=st.none() | st.tuples(NUMBERS, NUMBERS),
)
def test_any_heatmap(table, width, height, log, right, left, cursor, count, named, edges):
    labels = tuple(f"layer{index}" for index in range(len(table))) if named else ()
    made = heatmap_of(*[table] * count, labels=labels, edges=edges, hollow=named)
    drawn(made, width, height, log, left + right, left, cursor)


@settings(max_examples=40, deadline=None)
@given(table=TABLES, **SIZES, marked=st.none() | st.just(0))
def test_any_profile(table, width, height, log, marked):
    layers = tuple(f"layer{index}" for index in range(table.shape[1]))
    lines = tuple(Line(f"v{index}", index, row.astype(np.float64)) for index, row in enumerate(table))
    drawn(profile_of(layers, lines, marked if layers else None), width, height, log)


@settings(max_examples=40, deadline=None)
@given(table=TABLES, columns=st.integers(1, 60), right=st.integers(1, 200))
def test_columns_are_plain_means(table, columns, right):
    window = window_of(columns, right)
    means, nonfinite = raster_means(heatmap_of(table).rasters[0], window.column_edges())
    groups = [[] for _ in range(columns)]
    for step in range(min(table.shape[1], right + 1)):
        groups[window.column_of(step)].append(step)
    last = max((index for index, group in enumerate(groups) if group), default=-1)
    last = columns - 1 if table.shape[1] - 1 > right else last
    held = []
    for index, group in enumerate(groups):
        held = group or held
        if index > last:
            assert np.isnan(means[:, index]).all() and not nonfinite[:, index].any()
            continue
        with np.errstate(invalid="ignore", over="ignore"):
            expected = np.array([row[held].astype(np.float64).mean() for row in table])
        np.testing.assert_array_equal(nonfinite[:, index], ~np.isfinite(expected))
        known = np.isfinite(expected)
        np.testing.assert_allclose(means[known, index], expected[known], rtol=1e-9, atol=1e-300)


def test_rows_are_averaged_by_what_they_cover():
    cells = raster_means(heatmap_of(np.array([[0.0], [2.0], [4.0]])).rasters[0], window_of(1, 0).column_edges())
    np.testing.assert_allclose(resample_rows(cells, 2).means[:, 0], [(0 + 2 * 0.5) / 1.5, (2 * 0.5 + 4) / 1.5])


def test_what_is_not_finite_or_not_there_has_no_colour():
    cells = raster_means(heatmap_of(np.array([[1.0, np.nan, 0.0, 5.0]])).rasters[0], window_of(5, 4).column_edges())
    levels = color_levels(cells, Scale(0.0, 5.0, False))
    assert levels[0].tolist() == [LEVELS // 5, NONFINITE, 0, LEVELS - 1, EMPTY]
    assert color_levels(cells, Scale(0.0, 5.0, False), hollow=True)[0, 2] == EMPTY


def test_a_heatmap_marks_what_is_not_finite_and_names_its_rows():
    table = np.ones((3, 100))
    table[1, 50] = np.inf
    text = "\n".join(text_of(drawn(heatmap_of(table, labels=("conv1", "conv2", "fc")))))
    assert text.count(NOT_FINITE) >= 1 and "▸conv1" in text and " fc" in text and "● v0" in text


def test_what_was_measured_before_the_left_edge_holds():
    raster = heatmap_of(np.array([[1.0, 2.0, 3.0]])).rasters[0]
    row = Points(np.array([0, 50, 100], np.int32), raster.rows[0].values)
    means, _ = raster_means(Raster("v", 0, (row,)), window_of(10, 90, left=60).column_edges())
    assert means[0].tolist() == [2.0] * 10


def test_the_cursor_stands_in_every_map():
    canvas = drawn(heatmap_of(np.ones((2, 101)), np.ones((2, 101)), labels=("a", "b")), 80, cursor=50)
    assert [line.count("│") for line in text_of(canvas)[2:6]] == [4] * 4


def test_maps_share_one_scale():
    one, both = np.full((1, 100), 1.0), np.full((1, 100), 2.0)
    canvas = drawn(heatmap_of(one, both, labels=("a",)), 80)
    colours = {style.color.triplet for char, style in canvas.rows[3] if char == "█"}
    assert len(colours) == 2


def test_the_ground_between_the_edges_is_tinted_and_overlaps_differ():
    low, middle, high = np.zeros(101), np.ones(101), np.full(101, 2.0)
    canvas = drawn(band_of((low, middle), (low, high)))
    grounds = [{style.bgcolor for _, style in row[10:50]} for row in canvas.rows[1:-1]]
    assert len(grounds[3]) == len(grounds[-2]) == 1
    assert grounds[3] != grounds[-2]


def test_a_gap_in_a_band_is_a_mark_and_not_tinted():
    low, high = np.zeros(101), np.ones(101)
    high[40:60] = np.inf
    canvas = drawn(band_of((low, high)))
    assert NOT_FINITE in text_of(canvas)[-1]
    tinted = canvas.rows[7][50][1].bgcolor
    assert tinted == canvas.rows[7][10][1].bgcolor != canvas.rows[7][32][1].bgcolor


def test_a_profile_shows_every_layer_and_variant():
    lines = tuple(Line(f"v{index}", index, np.array([1.0, 2.0, 3.0 + index])) for index in range(2))
    text = "\n".join(text_of(drawn(profile_of(("conv1", "conv2", "fc1"), lines, 1), log=True)))
    assert text.count("●") == 3 and text.count("▲") == 3
    assert all(layer in text for layer in ("conv1", "conv2", "fc1")) and "┊" in text


def test_nothing_above_zero_is_said_on_a_logarithmic_scale():
    lines = (Line("v0", 0, np.zeros(3)),)
    assert "nothing above 0" in "\n".join(text_of(drawn(profile_of(("a", "b", "c"), lines), log=True)))


@pytest.mark.parametrize("dark", [True, False])
def test_the_colours_rise_evenly_in_lightness(dark):
    def lightness(rgb):
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in np.array(rgb) / 255]
        luminance = float(np.dot([0.2126, 0.7152, 0.0722], linear))
        return 116 * luminance ** (1 / 3) - 16 if luminance > 0.008856 else 903.3 * luminance

    steps = np.diff([lightness(rgb) for rgb in ramp(dark)]) * (1 if dark else -1)
    assert steps.min() > 0.4 * steps.mean() and steps.max() < 2 * steps.mean()


def test_half_cells():
    assert colored_cell(3, 3, True)[0] == "█"
    assert colored_cell(3, 5, True)[0] == colored_cell(3, EMPTY, True)[0] == "▀"
    assert colored_cell(EMPTY, 5, True)[0] == "▄"


@settings(max_examples=40, deadline=None)
@given(hnp.arrays(np.float64, st.integers(0, 50), elements=st.floats(-1e300, 1e300)), st.booleans())
def test_a_colour_scale_is_never_empty(values, log):
    scale = fit_colors(values, None, log)
    assert np.isfinite([scale.low, scale.high]).all() and scale.high > scale.low
