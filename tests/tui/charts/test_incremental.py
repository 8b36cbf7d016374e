"""Braille cells, drawn at once or in parts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bntui.tui.charts.braille import draw
from bntui.tui.charts.incremental import IncrementalPlot
from bntui.tui.charts.polyline import DotGrid, Polyline, trace


@pytest.mark.parametrize("size", [(1, 1), (2, 1), (1, 3), (7, 3), (40, 9)])
def test_every_dot_is_in_its_own_cell(size):
    width, height = size
    for x in range(0, width * 2, 3):
        for y in range(height * 4):
            point = Polyline(np.array([x + 0.5]), np.array([y + 0.5]), np.array([False]))
            rows = draw(width, height, [(7, point)])
            columns = [(row, run.column, run.owner) for row, runs in enumerate(rows) for run in runs]
            assert columns == [(height - 1 - y // 4, x // 2, 7)]


@settings(max_examples=40, deadline=None)
@given(
    stages=st.lists(st.integers(0, 300), min_size=2, max_size=5),
    gaps=st.sets(st.integers(0, 299)),
    seldom=st.integers(1, 60),
    width=st.integers(1, 50),
)
def test_an_incremental_plot_equals_one_drawn_at_once(stages, gaps, seldom, width):
    values = np.random.default_rng(3).normal(size=300)
    values[list(gaps)] = np.nan
    grid, plot = DotGrid(width * 2, 32, 0, 300, -2, 2), IncrementalPlot()
    # As training goes on, and then back and forth between earlier stages, which are drawn already.
    for stage in (*sorted(stages), *stages):
        steps = np.arange(stage, dtype=np.int32)
        curves = [trace(grid, steps, values[:stage]), trace(grid, steps[::seldom], values[:stage:seldom])]
        grown = [cells(line) for line in plot.draw(width, 8, curves)]
        assert grown == [cells(line) for line in draw(width, 8, list(enumerate(curves, 1)))]


def cells(runs):
    return {
        run.column + at: (char, run.owner) for run in runs for at, char in enumerate(run.text) if char not in " \u2800"
    }
