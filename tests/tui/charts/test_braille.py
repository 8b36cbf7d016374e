"""Curves drawn in braille dots, and whose cell each one is."""

import numpy as np

from bntui.tui.charts.braille import draw
from bntui.tui.charts.polyline import Polyline


def test_hundreds_of_curves_are_told_apart():
    x, joined = np.array([0.5, 3.5]), np.array([False, True])
    curves = [(owner, Polyline(x, np.full(2, 4 * owner - 2.0), joined)) for owner in range(1, 400)]
    assert [run.owner for row in draw(2, 399, curves) for run in row] == list(range(399, 0, -1))
