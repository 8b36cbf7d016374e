"""Bands of any values at any size, and their tint."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bntui.views.band import Band, Span
from bntui.views.variant_mark import NOT_FINITE
from tests.tui.charts.drawing import drawn, points_of, text_of

WILD = [0.0, 1.0, float("nan"), float("inf"), float("-inf"), 3.4e38, -3.4e38, 1e-45]


NUMBERS = st.floats(width=32) | st.sampled_from(WILD)


TABLES = hnp.arrays(np.float32, st.tuples(st.integers(1, 30), st.integers(0, 120)), elements=NUMBERS)


EDGES = {"right": st.integers(1, 200), "left": st.integers(0, 150), "cursor": st.none() | st.integers(0, 350)}


SIZES = {"width": st.integers(1, 130), "height": st.integers(1, 40), "log": st.booleans()}


def band_of(*pairs):
    spans = tuple(Span(f"v{index}", index, points_of(low), points_of(high)) for index, (low, high) in enumerate(pairs))
    return Band(title="loss ahead", spans=spans, steps=300, empty="at step 25")


@settings(max_examples=40, deadline=None)
@given(table=TABLES, **SIZES, **EDGES)
def test_any_band(table, width, height, log, right, left, cursor):
    drawn(band_of((table[0], table[-1]), (table[-1], table[0])), width, height, log, left + right, left, cursor)


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
