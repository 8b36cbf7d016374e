"""From any values to cells: nothing may raise here, and above all nothing may reach plotext that it dies of."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bntui.run.series.history import Points
from bntui.tui.charts.braille import draw
from bntui.tui.charts.canvas import Canvas
from bntui.tui.charts.incremental import IncrementalPlot, PlotLayers
from bntui.tui.charts.line_chart import paint_chart
from bntui.tui.charts.palette import styles_for
from bntui.tui.charts.polyline import DotGrid, Polyline, clip_rows, envelope, trace
from bntui.views.axis_scale import fit
from bntui.views.chart import Chart, Series
from bntui.views.decimation import columns_of
from bntui.views.draw_options import DrawOptions
from bntui.views.ticks import linear_ticks, log_ticks, x_limit
from bntui.views.variant_mark import DIVERGED, NOT_FINITE

INKS = styles_for((18, 18, 18), (224, 224, 224), True, "#0178D4")
VALUES = hnp.arrays(
    np.float32,
    st.integers(0, 300),
    elements=st.floats(width=32)
    | st.sampled_from([0.0, 1.0, float("nan"), float("inf"), float("-inf"), 3.4e38, -3.4e38, 1e-45]),
)


def points_of(values, every=1):
    return Points(np.arange(0, len(values) * every, every, dtype=np.int32), np.asarray(values, np.float32))


def chart_of(*values, limits=None, ended=None):
    series = tuple(Series(f"v{index}", index, points_of(each), ended) for index, each in enumerate(values))
    note, empty = "a note, and more", "β at step 25"
    return Chart(title="a title", series=series, steps=300, note=note, limits=limits, empty=empty)


def text_of(canvas):
    return ["".join(char for char, _ in row) for row in canvas.rows]


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
    plots = paint_chart(canvas, INKS, chart_of(*values), options)
    assert all(plot.left + plot.window.width // 2 <= width for plot in plots)
    assert [len(line) for line in text_of(canvas)] == [width] * height
    assert all(canvas.strip(y).cell_length == width for y in range(height))


@settings(max_examples=150, deadline=None)
@given(
    values=VALUES,
    log=st.booleans(),
    width=st.integers(1, 60),
    height=st.integers(1, 20),
    left=st.integers(0, 290),
    span=st.integers(1, 300),
    reduced=st.booleans(),
)
def test_what_is_drawn_is_finite_and_inside(values, log, width, height, left, span, reduced):
    scale = fit(values.astype(np.float64), None, log)
    window = DotGrid(width * 2, height * 4, left, left + span, scale.low, scale.high)
    points = points_of(values)
    if reduced:
        found = columns_of(points, window.column_edges())
        known = found.within.finite > 0
        low, high = (scale.scaled(each[known]) for each in (found.within.low, found.within.high))
        curve = envelope(window, found.numbers[known], low, high, ~found.nonfinite[known])
    else:
        curve = trace(window, points.steps, scale.scaled(values.astype(np.float64)))
    assert np.isfinite(curve.x).all() and np.isfinite(curve.y).all()
    assert ((curve.x >= 0) & (curve.x <= width * 2)).all()
    assert ((curve.y >= 0) & (curve.y <= height * 4)).all()
    assert not curve.joined[:1].any()


@pytest.mark.parametrize("size", [(1, 1), (2, 1), (1, 3), (7, 3), (40, 9)])
def test_every_dot_lights_its_own_cell(size):
    width, height = size
    for x in range(0, width * 2, 3):
        for y in range(height * 4):
            point = Polyline(np.array([x + 0.5]), np.array([y + 0.5]), np.array([False]))
            picture = draw(width, height, [(7, point)])
            found = [(row, run.column, run.owner) for row, runs in enumerate(picture) for run in runs]
            assert found == [(height - 1 - y // 4, x // 2, 7)]


@settings(max_examples=80, deadline=None)
@given(
    count=st.integers(0, 2000),
    every=st.integers(1, 5),
    width=st.integers(1, 60),
    left=st.integers(0, 3000),
    span=st.integers(1, 9000),
    nonfinite=st.sets(st.integers(0, 1999), max_size=5),
)
def test_columns_hold_each_point_in_sight_once(count, every, width, left, span, nonfinite):
    values = np.random.default_rng(count).normal(size=count)
    values[[at for at in nonfinite if at < count]] = np.nan
    points, window = points_of(values, every), DotGrid(width * 2, 4, left, left + span, 0, 1)
    found = columns_of(points, window.column_edges())
    seen = np.flatnonzero((points.steps >= left) & (points.steps <= left + span))
    assert [
        at for colored_cell in zip(found.starts, found.ends, strict=True) for at in range(*colored_cell)
    ] == seen.tolist()
    for number, start, end, low, high, bad in zip(
        found.numbers, found.starts, found.ends, found.within.low, found.within.high, found.nonfinite, strict=True
    ):
        part = points.values[start:end]
        assert {window.column_of(step) for step in points.steps[start:end]} == {number}
        assert bad == (~np.isfinite(part)).any()
        finite = part[np.isfinite(part)]
        assert (low, high) == ((finite.min(), finite.max()) if len(finite) else (np.inf, -np.inf))


def test_the_cursor_finds_its_step_again():
    window = DotGrid(120, 40, 100, 900, 0, 1)
    assert [window.column_of(window.step_of(column)) for column in range(60)] == list(range(60))
    assert window.step_of(-5) == 100 and window.step_of(99) == 900


def test_a_long_line_is_drawn_from_few_points():
    chart = chart_of(np.random.default_rng(1).normal(size=100_000))
    canvas = Canvas(100, 20)
    sketches = PlotLayers()
    paint_chart(canvas, INKS, chart, DrawOptions(100_000, False), sketches)
    assert len(sketches.strong._curves[0].x) <= 200


def test_a_spike_survives_thinning():
    values = np.zeros(10_000)
    values[5_432] = 1.0
    canvas = Canvas(60, 12)
    paint_chart(canvas, INKS, chart_of(values), DrawOptions(10_000, False))
    assert text_of(canvas)[1].strip("│ ┈1.0") and not text_of(canvas)[2][:25].strip("│ ┈.0123456789")


def test_a_line_without_a_point_in_sight_passes_through():
    points = Points(np.array([0, 100], np.int32), np.array([0.0, 1.0], np.float32))
    chart = Chart(title="a", series=(Series("v", 0, points),), steps=100)
    canvas = Canvas(60, 12)
    paint_chart(canvas, INKS, chart, DrawOptions(60, False, left=40, zoomed=True))
    assert "⠤" in "".join(text_of(canvas)) or any(0x2800 < ord(c) < 0x2900 for c in "".join(text_of(canvas)))


def test_the_cursor_is_marked_and_read_in_the_border():
    chart = chart_of(np.arange(101) / 100)
    canvas = Canvas(80, 12)
    paint_chart(canvas, INKS, chart, DrawOptions(100, False, cursor=50, window=25))
    text = text_of(canvas)
    assert "● 0.5 ≈0.38" in text[0]
    ground = {y: {x for x in range(80) if canvas.rows[y][x][1].bgcolor == INKS.cursor.bgcolor} for y in range(1, 11)}
    assert all(columns == ground[1] and len(columns) == 1 for columns in ground.values())


def test_wild_values_may_stay_outside_or_be_shown():
    values = np.append(np.ones(300), 1e6)
    assert fit(values, None, False, robust=True).high < 10
    assert fit(values, None, False, robust=False).high >= 1e6
    assert fit(-values, None, False, robust=True).low > -10


def test_clipping_cuts_at_the_edges():
    line = Polyline(np.array([0.0, 10.0, 20.0]), np.array([-10.0, 10.0, 30.0]), np.array([False, True, True]))
    cut = clip_rows(line, 20)
    assert cut.x.tolist() == [5.0, 10.0, 15.0]
    assert cut.y.tolist() == [0.0, 10.0, 20.0]
    assert cut.joined.tolist() == [False, True, True]


def test_clipping_leaves_out_what_is_outside():
    line = Polyline(np.array([0.0, 1.0, 2.0]), np.array([30.0, 40.0, 50.0]), np.array([False, True, True]))
    assert len(clip_rows(line, 20).x) == 0


@settings(max_examples=80, deadline=None)
@given(
    stages=st.lists(st.integers(0, 300), min_size=2, max_size=5),
    gaps=st.sets(st.integers(0, 299)),
    seldom=st.integers(1, 60),
    width=st.integers(1, 50),
)
def test_a_grown_picture_equals_one_drawn_at_once(stages, gaps, seldom, width):
    values = np.random.default_rng(3).normal(size=300)
    values[list(gaps)] = np.nan
    window, sketch = DotGrid(width * 2, 32, 0, 300, -2, 2), IncrementalPlot()
    for stage in sorted(stages):
        steps = np.arange(stage, dtype=np.int32)
        curves = [trace(window, steps, values[:stage]), trace(window, steps[::seldom], values[:stage:seldom])]
        grown = [cells(line) for line in sketch.draw(width, 8, curves)]
        assert grown == [cells(line) for line in draw(width, 8, list(enumerate(curves, 1)))]


def cells(runs):
    return {
        run.column + at: (char, run.owner) for run in runs for at, char in enumerate(run.text) if char not in " \u2800"
    }


def test_not_finite_values_are_marks_on_the_axis():
    values = [1.0] * 10 + [float("nan")] + [1.0] * 10
    canvas = Canvas(60, 12)
    paint_chart(canvas, INKS, chart_of(values), DrawOptions(20, False))
    assert NOT_FINITE in text_of(canvas)[-1]


def test_a_diverged_line_ends_in_a_cross():
    canvas = Canvas(60, 12)
    paint_chart(canvas, INKS, chart_of([1.0, 2.0, 3.0, float("nan")], ended=3), DrawOptions(20, False))
    assert any(DIVERGED in line for line in text_of(canvas))


def test_an_empty_chart_says_when_it_begins():
    canvas = Canvas(60, 12)
    paint_chart(canvas, INKS, chart_of([]), DrawOptions(20, False))
    assert any("β at step 25" in line for line in text_of(canvas))


def test_only_the_changed_part_of_a_line_is_sent():
    before, after = Canvas(20, 3), Canvas(20, 3)
    after.put(4, 1, "abc")
    assert after.changes(before) == [(4, 1, 3, 1)]
    after.put(18, 1, "d")
    assert after.changes(before) == [(4, 1, 3, 1), (18, 1, 1, 1)]
    assert after.changes(after) == []


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (0.0, 1.0, ["0.0", "0.5", "1.0"]),
        (0.0, 30.0, ["0", "20"]),
        (-2.0, 2.0, ["−2", "0", "2"]),
        (5.0, 5.0, ["5"]),
    ],
)
def test_linear_ticks_are_round(low, high, labels):
    assert [tick.label for tick in linear_ticks(low, high, 2)] == labels


def test_log_ticks_are_powers():
    assert [tick.label for tick in log_ticks(-3.2, 0.1, 5)] == ["10⁻³", "10⁻²", "10⁻¹", "10⁰"]
    assert [tick.label for tick in log_ticks(0.1, 0.9, 3)] == ["2·10⁰", "5·10⁰"]


@given(st.floats(-1e38, 1e38), st.floats(0, 1e38), st.integers(1, 12))
@settings(max_examples=100, deadline=None)
def test_ticks_of_anything(low, span, most):
    assert len(linear_ticks(low, low + span, most)) <= 2 * most + 3


@pytest.mark.parametrize(("step", "edge"), [(0, 20), (57, 100), (130, 200), (430, 500), (999, 1000), (1000, 1000)])
def test_the_right_edge_grows_in_round_jumps(step, edge):
    assert x_limit(step, 1000) == edge
