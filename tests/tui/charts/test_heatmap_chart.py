"""Heatmaps of any values at any size, their means and their colors."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bntui.run.series.history import Points
from bntui.tui.charts.colored_cells import CellDrawing, colored_cell
from bntui.tui.charts.polyline import DotGrid
from bntui.tui.charts.raster import EMPTY, NONFINITE, color_levels, resample_rows
from bntui.views.axis_scale import Scale
from bntui.views.color_ramp import LEVELS
from bntui.views.decimation import raster_means
from bntui.views.heatmap import Heatmap, Raster
from bntui.views.variant_mark import NOT_FINITE
from tests.tui.charts.drawing import drawn, points_of, text_of

WILD = [0.0, 1.0, float("nan"), float("inf"), float("-inf"), 3.4e38, -3.4e38, 1e-45]


NUMBERS = st.floats(width=32) | st.sampled_from(WILD)


TABLES = hnp.arrays(np.float32, st.tuples(st.integers(1, 30), st.integers(0, 120)), elements=NUMBERS)


EDGES = {"right": st.integers(1, 200), "left": st.integers(0, 150), "cursor": st.none() | st.integers(0, 350)}


SIZES = {"width": st.integers(1, 130), "height": st.integers(1, 40), "log": st.booleans()}


def grid_of(columns, right, left=0):
    return DotGrid(columns * 2, 1, left, right, 0, 1)


def heatmap_of(*tables, labels=(), edges=None, hollow=False):
    rasters = [Raster(f"v{index}", index, tuple(map(points_of, table)), edges) for index, table in enumerate(tables)]
    marked = 0 if labels else None
    return Heatmap(title="drift", rasters=tuple(rasters), steps=300, labels=labels, marked=marked, hollow=hollow)


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
@given(table=TABLES, columns=st.integers(1, 60), right=st.integers(1, 200))
def test_columns_are_plain_means(table, columns, right):
    grid = grid_of(columns, right)
    means, nonfinite = raster_means(heatmap_of(table).rasters[0], grid.column_edges())
    groups = [[] for _ in range(columns)]
    for step in range(min(table.shape[1], right + 1)):
        groups[grid.column_of(step)].append(step)
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
        # Large values of both signs cancel, in another order in another sum.
        finite = table[np.isfinite(table)]
        atol = 1e-14 * float(np.abs(finite).max(initial=0.0))
        np.testing.assert_allclose(means[known, index], expected[known], rtol=1e-9, atol=atol + 1e-300)


def test_rows_are_averaged_by_what_they_cover():
    cells = raster_means(heatmap_of(np.array([[0.0], [2.0], [4.0]])).rasters[0], grid_of(1, 0).column_edges())
    np.testing.assert_allclose(resample_rows(cells, 2).means[:, 0], [(0 + 2 * 0.5) / 1.5, (2 * 0.5 + 4) / 1.5])


def test_what_is_not_finite_or_not_there_has_no_color():
    cells = raster_means(heatmap_of(np.array([[1.0, np.nan, 0.0, 5.0]])).rasters[0], grid_of(5, 4).column_edges())
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
    means, _ = raster_means(Raster("v", 0, (row,)), grid_of(10, 90, left=60).column_edges())
    assert means[0].tolist() == [2.0] * 10


def test_the_cursor_stands_in_every_map():
    canvas = drawn(heatmap_of(np.ones((2, 101)), np.ones((2, 101)), labels=("a", "b")), 80, cursor=50)
    assert [line.count("│") for line in text_of(canvas)[2:6]] == [4] * 4


def test_maps_share_one_scale():
    one, both = np.full((1, 100), 1.0), np.full((1, 100), 2.0)
    canvas = drawn(heatmap_of(one, both, labels=("a",)), 80)
    colors = {style.color.triplet for char, style in canvas.rows[3] if char == "█"}
    assert len(colors) == 2


def test_half_cells():
    assert colored_cell(3, 3, CellDrawing(True))[0] == "█"
    assert colored_cell(3, 5, CellDrawing(True))[0] == colored_cell(3, EMPTY, CellDrawing(True))[0] == "▀"
    assert colored_cell(EMPTY, 5, CellDrawing(True))[0] == "▄"
