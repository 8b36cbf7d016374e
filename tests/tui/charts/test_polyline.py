"""Polylines that reach plotext are finite and inside the plot, on which it aborts otherwise."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bntui.tui.charts.polyline import DotGrid, Polyline, clip_rows, envelope, trace
from bntui.views.axis_scale import fit
from bntui.views.decimation import columns_of
from tests.tui.charts.drawing import VALUES, points_of


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
def test_polylines_are_finite_and_inside_the_plot(values, log, width, height, left, span, reduced):
    scale = fit(values.astype(np.float64), None, log)
    grid = DotGrid(width * 2, height * 4, left, left + span, scale.low, scale.high)
    points = points_of(values)
    if reduced:
        columns = columns_of(points, grid.column_edges())
        known = columns.within.finite > 0
        low, high = (scale.scaled(extreme[known]) for extreme in (columns.within.low, columns.within.high))
        curve = envelope(grid, columns.numbers[known], low, high, ~columns.nonfinite[known])
    else:
        curve = trace(grid, points.steps, scale.scaled(values.astype(np.float64)))
    assert np.isfinite(curve.x).all() and np.isfinite(curve.y).all()
    assert ((curve.x >= 0) & (curve.x <= width * 2)).all()
    assert ((curve.y >= 0) & (curve.y <= height * 4)).all()
    assert not curve.joined[:1].any()


@settings(max_examples=80, deadline=None)
@given(
    count=st.integers(0, 2000),
    every=st.integers(1, 5),
    width=st.integers(1, 60),
    left=st.integers(0, 3000),
    span=st.integers(1, 9000),
    nonfinite=st.sets(st.integers(0, 1999), max_size=5),
)
def test_every_point_in_range_is_in_one_column(count, every, width, left, span, nonfinite):
    values = np.random.default_rng(count).normal(size=count)
    values[[at for at in nonfinite if at < count]] = np.nan
    points, grid = points_of(values, every), DotGrid(width * 2, 4, left, left + span, 0, 1)
    columns = columns_of(points, grid.column_edges())
    visible = np.flatnonzero((points.steps >= left) & (points.steps <= left + span))
    assert [at for span in zip(columns.starts, columns.ends, strict=True) for at in range(*span)] == visible.tolist()
    low, high = columns.within.low, columns.within.high
    fields = (columns.numbers, columns.starts, columns.ends, low, high, columns.nonfinite)
    for number, start, end, low, high, bad in zip(*fields, strict=True):
        part = points.values[start:end]
        assert {grid.column_of(step) for step in points.steps[start:end]} == {number}
        assert bad == (~np.isfinite(part)).any()
        finite = part[np.isfinite(part)]
        assert (low, high) == ((finite.min(), finite.max()) if len(finite) else (np.inf, -np.inf))


def test_step_and_column_are_inverse():
    grid = DotGrid(120, 40, 100, 900, 0, 1)
    assert [grid.column_of(grid.step_of(column)) for column in range(60)] == list(range(60))
    assert grid.step_of(-5) == 100 and grid.step_of(99) == 900


def test_clipping_cuts_at_the_edges():
    line = Polyline(np.array([0.0, 10.0, 20.0]), np.array([-10.0, 10.0, 30.0]), np.array([False, True, True]))
    cut = clip_rows(line, 20)
    assert cut.x.tolist() == [5.0, 10.0, 15.0]
    assert cut.y.tolist() == [0.0, 10.0, 20.0]
    assert cut.joined.tolist() == [False, True, True]


def test_clipping_drops_lines_outside():
    line = Polyline(np.array([0.0, 1.0, 2.0]), np.array([30.0, 40.0, 50.0]), np.array([False, True, True]))
    assert len(clip_rows(line, 20).x) == 0
