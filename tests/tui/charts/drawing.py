"""Figures made of plain arrays, and the text of their drawings."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bntui.run.series.history import Points
from bntui.tui.charts.canvas import Canvas
from bntui.tui.charts.incremental import PlotLayers
from bntui.tui.charts.palette import styles_for
from bntui.tui.charts.registry import paint
from bntui.views.chart import Chart, Series
from bntui.views.draw_options import DrawOptions

STYLES = styles_for((18, 18, 18), (224, 224, 224), True, "#0178D4")

VALUES = hnp.arrays(
    np.float32,
    st.integers(0, 300),
    elements=st.floats(width=32)
    | st.sampled_from([0.0, 1.0, float("nan"), float("inf"), float("-inf"), 3.4e38, -3.4e38, 1e-45]),
)
"""Curves of up to 300 values, finite and not."""


def points_of(values, every=1):
    return Points(np.arange(0, len(values) * every, every, dtype=np.int32), np.asarray(values, np.float32))


def chart_of(*values, limits=None, ended=None):
    series = tuple(Series(f"v{index}", index, points_of(part), ended) for index, part in enumerate(values))
    note, empty = "a note, and more", "β at step 25"
    return Chart(title="a title", series=series, steps=300, note=note, limits=limits, empty=empty)


def draw_on(canvas, figure, options, layers=None):
    return paint(canvas, STYLES, figure, options, layers or PlotLayers())


def drawn(figure, width=60, height=14, log=False, right=100, left=0, cursor=None):
    canvas = Canvas(width, height)
    options = DrawOptions(right, log, left=left, zoomed=left > 0, cursor=cursor)
    draw_on(canvas, figure, options)
    assert [len(line) for line in text_of(canvas)] == [width] * height
    assert all(canvas.strip(y).cell_length == width for y in range(height))
    return canvas


def text_of(canvas):
    return ["".join(char for char, _ in row) for row in canvas.rows]
