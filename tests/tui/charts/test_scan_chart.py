"""Scans, their maps, matrices and dotted references in cells, at any size."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bntui.run.series.history import Points
from bntui.tui.charts.canvas import Canvas
from bntui.tui.charts.colored_cells import CellDrawing, colored_cell
from bntui.tui.charts.incremental import PlotLayers
from bntui.tui.charts.palette import SIGNED_SHADES, styles_for
from bntui.tui.charts.polyline import DotGrid, dotted
from bntui.tui.charts.registry import paint
from bntui.tui.terminal.capabilities import Capabilities, Colors, Markers
from bntui.views.chart import Chart, Series
from bntui.views.color_ramp import LEVELS
from bntui.views.draw_options import DrawOptions
from bntui.views.focus import Focus
from bntui.views.lines import Line
from bntui.views.matrix import Image, Matrix
from bntui.views.scan import Scan
from bntui.views.value_axis import ValueAxis
from tests.tui.charts.drawing import VALUES, drawn, points_of, text_of
from tests.views.scanned_history import VIEWS, made

SIZES = {"width": st.integers(1, 130), "height": st.integers(1, 40), "log": st.booleans()}
NUMBERS = st.floats(width=32) | st.sampled_from([0.0, float("nan"), float("inf"), 3.4e38, -3.4e38, 1e-45])


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("size", [(1, 1), (5, 3), (12, 4), (30, 8), (80, 24), (200, 60)])
def test_any_size(view, size):
    for history in (made(), made(steps=0)):
        figure = VIEWS[view](history, Focus())
        for log in (False, True):
            drawn(figure, *size, log=log, cursor=5)


@settings(max_examples=40, deadline=None)
@given(table=hnp.arrays(np.float64, st.tuples(st.integers(1, 9), st.integers(0, 60)), elements=NUMBERS), **SIZES)
def test_any_scan(table, width, height, log):
    axis = ValueAxis("step length", np.geomspace(1e-6, 1e3, table.shape[1]) if table.size else np.empty(0), log=True)
    lines = tuple(Line(f"v{index}", index, row) for index, row in enumerate(table))
    drawn(Scan(title="scan", axis=axis, lines=lines, law_axis=axis, laws=lines[::-1], empty="no"), width, height, log)


@settings(max_examples=40, deadline=None)
@given(table=hnp.arrays(np.float64, st.tuples(st.integers(0, 30), st.integers(0, 30)), elements=NUMBERS), **SIZES)
def test_any_matrix(table, width, height, log):
    up, across = (ValueAxis(name, np.arange(float(count))) for name, count in zip("yx", table.shape, strict=True))
    images = (Image("v0", 0, table), Image("v1", 1, table, ended=5))
    for diverging in (False, True):
        matrix = Matrix(title="matrix", images=images, across=across, up=up, diverging=diverging, empty="no")
        drawn(matrix, width, height, log)


@settings(max_examples=40, deadline=None)
@given(values=VALUES, **SIZES)
def test_any_reference(values, width, height, log):
    series = (Series("v0", 0, points_of([1.0, 2.0]), reference=points_of(values)),)
    drawn(Chart(title="chart", series=series, steps=300), width, height, log)


def test_a_scan_labels_its_axis_and_marks_where_values_are_not_finite():
    text = text_of(drawn(VIEWS["scan"](made(), Focus()), 100, 16, log=True))
    assert "10⁻⁴" in text[-1] and "step length α" in text[-1]
    assert sum(line.count("×") for line in text) == 1
    assert "●" in "\n".join(text) and "▲" in "\n".join(text)


def test_a_matrix_has_its_highest_row_at_the_top():
    text = text_of(drawn(VIEWS["signed matrix"](made(), Focus()), 80, 14))
    assert [line[1:7].strip() for line in text[2:13] if line[1:7].strip()] == ["1", "0.5", "0", "−0.5"]
    assert "−1" in text[-1] and "0.5" in text[-1]


def test_a_matrix_fills_its_panel_with_equal_cells():
    values = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    up, across = (ValueAxis(name, np.arange(float(count))) for name, count in zip("yx", values.shape, strict=True))
    canvas = drawn(Matrix(title="m", images=(Image("v0", 0, values),), across=across, up=up), 72, 13)
    (row,) = {tuple(style for _, style in canvas.rows[y][4:-1]) for y in (2, 4, 6)}
    changes = [x for x in range(1, len(row)) if row[x] != row[x - 1]]
    assert len(changes) == 2 and abs(changes[1] - 2 * changes[0]) <= 1 and abs(len(row) - 3 * changes[0]) <= 2
    assert canvas.rows[-2][-2][0] in "█▀▄"


def test_dots_lie_on_the_line_and_stop_where_it_is_not_finite():
    grid = DotGrid(100, 40, 0.0, 99.0, 0.0, 39.0)
    values = np.array([0.0, 39.0, np.nan, 39.0])
    curve = dotted(grid, np.array([0.0, 39.0, 60.0, 99.0]), values)
    assert len(curve.x) > 10 and not curve.joined.any()
    curve = curve._replace(x=curve.x[:-1], y=curve.y[:-1])  # The last point stands alone.
    np.testing.assert_allclose(curve.x, curve.y, atol=1)


@pytest.mark.parametrize("markers", [Markers.ASCII, Markers.BRAILLE])
def test_few_colors_show_signs_as_characters(markers):
    capabilities = Capabilities(colors=Colors.ANSI, markers=markers)
    styles = styles_for((18, 18, 18), (224, 224, 224), True, "#0178D4", capabilities=capabilities)
    canvas = Canvas(60, 14, styles.blank)
    paint(canvas, styles, VIEWS["signed matrix"](made(), Focus()), DrawOptions(100, False), PlotLayers())
    shown = {char for row in canvas.rows[2:-1] for char, _ in row}
    assert set(SIGNED_SHADES[1:]) <= shown and "█" not in shown


def test_signs_have_colors_of_their_own():
    drawing = CellDrawing(dark=True, diverging=True)
    low, middle, high = (colored_cell(level, level, drawing)[1].color.triplet for level in (0, LEVELS // 2, LEVELS - 1))
    assert low.blue > low.red and high.red > high.blue
    assert max(middle) < max(low) and max(middle) < max(high)


def test_a_chart_shows_its_reference_in_dots():
    points, flat = points_of([1.0] * 50), Points(np.array([0, 49], np.int32), np.array([2.0, 2.0], np.float32))
    with_reference = Chart(title="c", series=(Series("v0", 0, points, reference=flat),), steps=50)
    without = Chart(title="c", series=(Series("v0", 0, points),), steps=50)
    rows = [text_of(drawn(chart, right=50)) for chart in (with_reference, without)]
    braille = [sum("⠀" < char <= "⣿" for row in each for char in row) for each in rows]
    assert braille[0] > braille[1]
