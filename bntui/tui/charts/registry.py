"""The painter of each kind of figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bntui.tui.charts.band_chart import paint_band
from bntui.tui.charts.canvas import Canvas
from bntui.tui.charts.grid_chart import paint_metric_grid
from bntui.tui.charts.heatmap_chart import paint_heatmap
from bntui.tui.charts.incremental import PlotLayers
from bntui.tui.charts.layer_profile import paint_profile
from bntui.tui.charts.line_chart import paint_chart
from bntui.tui.charts.matrix_chart import paint_matrix
from bntui.tui.charts.metric_chart import paint_metric_curves
from bntui.tui.charts.palette import Styles
from bntui.tui.charts.scan_chart import paint_scan
from bntui.tui.charts.step_axis import Plot
from bntui.views.band import Band
from bntui.views.chart import Chart
from bntui.views.draw_options import DrawOptions
from bntui.views.figure import Figure
from bntui.views.heatmap import Heatmap
from bntui.views.matrix import Matrix
from bntui.views.metric_curves import MetricCurves
from bntui.views.metric_grid import MetricGrid
from bntui.views.profile import Profile
from bntui.views.scan import Scan

PAINTERS: Mapping[type, Callable[[Canvas, Styles, Any, DrawOptions, PlotLayers], list[Plot]]] = {
    Chart: paint_chart,
    Band: paint_band,
    Heatmap: paint_heatmap,
    Profile: paint_profile,
    Scan: paint_scan,
    Matrix: paint_matrix,
    MetricCurves: paint_metric_curves,
    MetricGrid: paint_metric_grid,
}


def paint(canvas: Canvas, styles: Styles, figure: Figure, options: DrawOptions, layers: PlotLayers) -> list[Plot]:
    """Draw a figure over the whole canvas, of any size; `layers` keeps what the next drawing can reuse.

    Returns the plots with an axis of steps, from left to right.
    """
    return PAINTERS[type(figure)](canvas, styles, figure, options, layers)
