"""Line charts of any values at any size."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bntui.run.series.history import Points
from bntui.tui.charts.canvas import Canvas
from bntui.tui.charts.incremental import PlotLayers
from bntui.views.chart import Chart, Series
from bntui.views.draw_options import DrawOptions
from bntui.views.variant_mark import DIVERGED, NOT_FINITE
from tests.tui.charts.drawing import STYLES, VALUES, chart_of, draw_on, text_of


@settings(max_examples=150, deadline=None)
@given(
    values=st.lists(VALUES, min_size=1, max_size=4),
    width=st.integers(1, 130),
    height=st.integers(1, 40),
    log=st.booleans(),
    window=st.sampled_from([0, 25]),
    edges=st.tuples(st.integers(0, 399), st.integers(1, 400)),
    cursor=st.none() | st.integers(0, 400),
    robust=st.booleans(),
)
def test_any_values_at_any_size(values, width, height, log, window, edges, cursor, robust):
    canvas = Canvas(width, height)
    left, span = edges
    options = DrawOptions(left + span, log, left=left, window=window, cursor=cursor, robust=robust, zoomed=left > 0)
    plots = draw_on(canvas, chart_of(*values), options)
    assert all(plot.left + plot.grid.width // 2 <= width for plot in plots)
    assert [len(line) for line in text_of(canvas)] == [width] * height
    assert all(canvas.strip(y).cell_length == width for y in range(height))


def test_a_long_line_is_drawn_from_few_points():
    chart = chart_of(np.random.default_rng(1).normal(size=100_000))
    canvas = Canvas(100, 20)
    layers = PlotLayers()
    draw_on(canvas, chart, DrawOptions(100_000, False), layers)
    assert len(layers.strong._drawings[0].curves[0].x) <= 200


def test_a_spike_in_a_long_line_is_drawn():
    values = np.zeros(10_000)
    values[5_432] = 1.0
    canvas = Canvas(60, 12)
    draw_on(canvas, chart_of(values), DrawOptions(10_000, False))
    assert text_of(canvas)[1].strip("│ ┈1.0") and not text_of(canvas)[2][:25].strip("│ ┈.0123456789")


def test_a_line_without_a_point_in_range_crosses_the_plot():
    points = Points(np.array([0, 100], np.int32), np.array([0.0, 1.0], np.float32))
    chart = Chart(title="a", series=(Series("v", 0, points),), steps=100)
    canvas = Canvas(60, 12)
    (plot,) = draw_on(canvas, chart, DrawOptions(60, False, left=40, zoomed=True))
    dots = [
        (x, y) for y, line in enumerate(text_of(canvas)) for x, char in enumerate(line) if 0x2800 < ord(char) < 0x2900
    ]
    assert {x for x, _ in dots} == set(range(plot.left, plot.left + plot.grid.columns))
    # From 0.4 at the left edge up to 0.6 at the right.
    assert min(dots)[1] > max(dots)[1]


def test_the_cursor_is_a_line_and_its_values_are_in_the_border():
    chart = chart_of(np.arange(101) / 100)
    canvas = Canvas(80, 12)
    draw_on(canvas, chart, DrawOptions(100, False, cursor=50, window=25))
    text = text_of(canvas)
    assert "● 0.5 ≈0.38" in text[0]
    highlighted = {
        y: {x for x in range(80) if canvas.rows[y][x][1].bgcolor == STYLES.cursor.bgcolor} for y in range(1, 11)
    }
    assert all(columns == highlighted[1] and len(columns) == 1 for columns in highlighted.values())


def test_not_finite_values_are_marks_on_the_axis():
    values = [1.0] * 10 + [float("nan")] + [1.0] * 10
    canvas = Canvas(60, 12)
    draw_on(canvas, chart_of(values), DrawOptions(20, False))
    assert NOT_FINITE in text_of(canvas)[-1]


def test_a_diverged_line_ends_in_a_cross():
    canvas = Canvas(60, 12)
    draw_on(canvas, chart_of([1.0, 2.0, 3.0, float("nan")], ended=3), DrawOptions(20, False))
    assert any(DIVERGED in line for line in text_of(canvas))


def test_an_empty_chart_says_when_it_begins():
    canvas = Canvas(60, 12)
    draw_on(canvas, chart_of([]), DrawOptions(20, False))
    assert any("β at step 25" in line for line in text_of(canvas))
