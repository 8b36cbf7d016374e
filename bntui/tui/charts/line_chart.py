"""Line charts: a frame, axes, curves and the marks of their variants."""

from __future__ import annotations

import numpy as np
from rich.style import Style

from bntui.run.series.block_summary import Indices
from bntui.run.series.history import Points, Steps
from bntui.run.series.seed_mean import Estimate
from bntui.tui.charts.braille import BLANKS
from bntui.tui.charts.canvas import Canvas
from bntui.tui.charts.frame import draw_frame
from bntui.tui.charts.incremental import IncrementalPlot, PlotLayers
from bntui.tui.charts.palette import Styles
from bntui.tui.charts.polyline import DOTS_X, DOTS_Y, NO_POLYLINE, DotGrid, Polyline, dotted, envelope, trace
from bntui.tui.charts.step_axis import Plot, draw_cursor, draw_step_labels
from bntui.tui.charts.tint import Edge, draw_tints
from bntui.views.axis_scale import Scale, fit
from bntui.views.chart import Chart, Series
from bntui.views.decimation import Columns, columns_of
from bntui.views.draw_options import DrawOptions, Seeds
from bntui.views.seeds_note import shown_seeds
from bntui.views.smooth import Array, estimate_at, trailing_mean
from bntui.views.ticks import Tick, linear_ticks, log_ticks
from bntui.views.variant_mark import DIVERGED, NOT_FINITE, mark

_MARK_INTERVAL = 20
_LABELS_FROM = 24


def paint_chart(canvas: Canvas, styles: Styles, chart: Chart, options: DrawOptions, layers: PlotLayers) -> list[Plot]:
    """Draw the chart over the whole canvas, of any size."""
    if not draw_frame(canvas, styles, chart, options):
        return []
    return LineChartPainter(canvas, styles, chart, options, layers).paint()


class LineChartPainter:
    """Draws the inside of a chart's frame; subclasses replace the curves, the marks or the x axis."""

    def __init__(self, canvas: Canvas, styles: Styles, chart: Chart, options: DrawOptions, layers: PlotLayers) -> None:
        self.canvas, self.styles, self.chart, self.options, self.layers = canvas, styles, chart, options, layers
        self.rows = max(canvas.height - 2, 0)
        self.seeds = shown_seeds(chart, options)
        self._estimates: dict[str, Estimate] = {}
        self._smoothed: dict[str, tuple[Array, Array]] = {}
        self.scale = self._fit_scale()
        self.ticks = self._y_ticks()
        self.left = 1 + (max(len(tick.label) for tick in self.ticks) + 1 if self.ticks else 0)
        self.columns = max(canvas.width - 1 - self.left, 0)
        self.grid = self._grid(self.columns, self.scale)
        edges = self.grid.column_edges()
        self.reduced = [columns_of(series.points, edges) for series in chart.series]
        self.edges = edges

    def _x_range(self) -> tuple[float, float]:
        return float(self.options.left), float(self.options.right)

    def _grid(self, columns: int, scale: Scale) -> DotGrid:
        return DotGrid(columns * DOTS_X, self.rows * DOTS_Y, *self._x_range(), scale.low, scale.high)

    def _fit_scale(self) -> Scale:
        """Fit the scale to the extremes of all columns; their width does not matter, so it need not be known yet."""
        edges = self._grid(max(self.canvas.width - 2, 1), Scale(0.0, 1.0, log=False)).column_edges()
        summaries = [columns_of(points, edges).within for series in self.chart.series for points in self._drawn(series)]
        extremes = [extreme for summary in summaries for extreme in (summary.low, summary.high)]
        limits = None if self.options.zoomed else self.chart.limits
        return fit(np.concatenate(extremes or [np.empty(0)]), limits, self.options.log, self.options.robust)

    def _drawn(self, series: Series) -> list[Points]:
        """Return the curves that the scale should span."""
        ends = series.points.spread.ends if series.points.spread and self.seeds is Seeds.BAND else ()
        return [series.points, series.reference, *ends, *(series.seeds.values() if self.seeds is Seeds.EACH else ())]

    def paint(self) -> list[Plot]:
        """Draw the axes, raw curves, smoothed curves and marks, in this order; return the plot if there is room."""
        if self.columns < 1 or self.rows < 1:
            return []
        plot = Plot(self.left, self.grid)
        self._draw_axes(plot)
        if self.scale.log and not any((columns.within.high > 0).any() for columns in self.reduced):
            self._say("nothing above 0 to show on a logarithmic scale", "nothing above 0 here", "no value > 0")
        self._draw_curves()
        for series, columns in zip(self.chart.series, self.reduced, strict=True):
            self._mark_not_finite(series, columns)
        for series, columns in zip(self.chart.series, self.reduced, strict=True):
            self._draw_marks(series, columns)
        # After everything else but the cursor, so that no cell leaves a gap in the tint.
        self._draw_tints(plot)
        if self.options.cursor is not None:
            draw_cursor(self.canvas, self.styles, plot, self.options.cursor, 1, self.rows)
        return [plot]

    def _draw_tints(self, plot: Plot) -> None:
        """Tint the intervals over seeds."""
        if self.seeds is Seeds.BAND:
            pairs = zip(self.chart.series, self.reduced, strict=True)
            bands = [self._interval(series, columns) for series, columns in pairs if series.points.spread]
            draw_tints(self.canvas, self.styles, plot, self.rows, bands)

    def _say(self, *texts: str) -> None:
        """Write the first of these texts that fits in the middle."""
        text = next((text for text in texts if len(text) + 2 <= self.columns), "")
        self.canvas.put(self.left + (self.columns - len(text)) // 2, self.canvas.height // 2, text, self.styles.muted)

    # Axes

    def _y_ticks(self) -> list[Tick]:
        if self.canvas.width < _LABELS_FROM or self.rows < 2:
            return []
        if self.scale.log:
            return log_ticks(self.scale.low, self.scale.high, max(2, self.rows // 2))
        return linear_ticks(self.scale.low, self.scale.high, max(1, self.rows // 3))

    def _draw_axes(self, plot: Plot) -> None:
        # Of ticks in the same row, the last one: on a logarithmic scale that may be the power of ten.
        rows = {self._row(float(self.grid.y(np.array([tick.value]))[0])): tick for tick in self.ticks}
        for y, tick in rows.items():
            self.canvas.put_right(self.left - 1, y, tick.label, self.styles.muted)
            self.canvas.put(self.left, y, "┈" * self.columns, self.styles.grid)
        if self.columns >= 12:
            self._draw_x_labels(plot)

    def _draw_x_labels(self, plot: Plot) -> None:
        draw_step_labels(self.canvas, self.styles.muted, plot, self.options.unit)

    def _row(self, y: float) -> int:
        """Return the canvas row of a height in dots."""
        return 1 + min(max(self.rows - 1 - int(y // DOTS_Y), 0), self.rows - 1)

    # Curves

    def _draw_curves(self) -> None:
        # Thin and strong curves are two layers: in one, a cell would mix the dots of both.
        pairs = list(zip(self.chart.series, self.reduced, strict=True))
        thin = [(curve, self.styles.raw(series.style_index)) for series, _ in pairs for curve in self._thin(series)]
        if thin or self.options.window:
            self._draw_layer(self.layers.thin, thin)
        references = [each for each in self.chart.series if len(each.reference.steps)]
        dots = [(self._dotted(each.reference), self.styles.variant(each.style_index)) for each in references]
        self._draw_layer(self.layers.dotted, dots)
        curve = self._smooth_curve if self.options.window else self._raw_curve
        strong = [(curve(series, columns), self.styles.variant(series.style_index)) for series, columns in pairs]
        self._draw_layer(self.layers.strong, strong)

    def _thin(self, series: Series) -> list[Polyline]:
        """Return the curves below that of a variant: its single seeds, or of a single run the values of a mean."""
        if not series.seeds:
            return [self._raw_curve(series, columns_of(series.points, self.edges))] if self.options.window else []
        if self.seeds is not Seeds.EACH:
            return []
        singles = [(each, columns_of(each, self.edges)) for each in series.seeds.values()]
        if not self.options.window:
            return [self._curve(points, columns) for points, columns in singles]
        drawn = ((Series("", 0, points), columns) for points, columns in singles if len(columns.numbers))
        return [trace(self.grid, *self._compute_means(single, columns)) for single, columns in drawn]

    def _draw_layer(self, layer: IncrementalPlot, curves: list[tuple[Polyline, Style]]) -> None:
        if not curves:
            return
        rows = layer.draw(self.columns, self.rows, [curve for curve, _ in curves])
        for y, runs in enumerate(rows, 1):
            for run in runs:
                style = curves[run.owner - 1][1] if 0 < run.owner <= len(curves) else self.styles.text
                self._put_dots(self.left + run.column, y, run.text, style)

    def _put_dots(self, x: int, y: int, text: str, style: Style) -> None:
        row = self.canvas.rows[y]
        for index, char in enumerate(text, x):
            if char not in BLANKS:
                row[index] = (char, style)

    def _dotted(self, points: Points) -> Polyline:
        return dotted(self.grid, points.steps, self.scale.scaled(points.values.astype(np.float64)))

    def _raw_curve(self, series: Series, columns: Columns) -> Polyline:
        return self._curve(series.points, columns)

    def _curve(self, points: Points, columns: Columns) -> Polyline:
        """Return all points if they are at most as many as dots across, else the extremes of each column."""
        if not len(columns.numbers):
            return self._passing_curve(points)
        first, last = int(columns.starts[0]), int(columns.ends[-1])
        if last - first > self.grid.width:
            known = columns.within.finite > 0
            low, high = self.scale.scaled(columns.within.low[known]), self.scale.scaled(columns.within.high[known])
            return envelope(self.grid, columns.numbers[known], low, high, ~columns.nonfinite[known])
        return self._exact_curve(points, max(first - 1, 0), last + 1)

    def _passing_curve(self, points: Points) -> Polyline:
        """Return the line that crosses the plot without a point in it."""
        after = int(points.count_before(int(np.ceil(self.grid.left))))
        return self._exact_curve(points, after - 1, after + 1) if 0 < after < len(points.steps) else NO_POLYLINE

    def _exact_curve(self, points: Points, first: int, last: int) -> Polyline:
        values = points.values[first:last].astype(np.float64)
        return trace(self.grid, points.steps[first:last], self.scale.scaled(values))

    def _smooth_curve(self, series: Series, columns: Columns) -> Polyline:
        """Return the trailing mean at the last point of each column."""
        if not len(columns.numbers):
            return NO_POLYLINE
        steps, means = self._means(series, columns)
        return trace(self.grid, steps, means)

    def _means(self, series: Series, columns: Columns) -> tuple[Array, Array]:
        """Return the steps and scaled trailing means of a variant's curve, which its marks need as well."""
        if series.variant not in self._smoothed:
            self._smoothed[series.variant] = self._compute_means(series, columns)
        return self._smoothed[series.variant]

    def _compute_means(self, series: Series, columns: Columns) -> tuple[Array, Array]:
        ends = _last_finite(series, columns)
        steps = series.steps[ends]
        if series.seeds and self.seeds is Seeds.BAND:
            means = self._estimate(series, steps).means
        else:
            means = trailing_mean(series.points, ends, self.options.window)
        return steps.astype(np.float64), self.scale.scaled(means)

    def _estimate(self, series: Series, steps: Steps) -> Estimate:
        """Return the means over seeds of the trailing means at the last finite points of all columns."""
        if series.variant not in self._estimates:
            self._estimates[series.variant] = estimate_at(series.seeds.values(), steps, self.options.window)
        return self._estimates[series.variant]

    def _interval(self, series: Series, columns: Columns) -> tuple[int, Edge, Edge]:
        """Return the ends of the interval over seeds: of the trailing means, or the extremes in each column."""
        assert series.points.spread is not None
        if self.options.window:
            steps = series.steps[_last_finite(series, columns)]
            means, half_widths, _ = self._estimate(series, steps)
            ends = means - half_widths, means + half_widths
        else:
            steps = series.steps[columns.ends - 1]
            lows, highs = (columns_of(end, self.edges).within for end in series.points.spread.ends)
            ends = lows.low, highs.high
        low, high = (self.scale.scaled(np.where(np.isfinite(end), end, np.nan)) for end in ends)
        return series.style_index, (steps.astype(np.float64), low), (steps.astype(np.float64), high)

    # Marks

    def _draw_marks(self, series: Series, columns: Columns) -> None:
        """Draw the variant's mark along its line and at its end; at the end of a diverged one a cross."""
        steps, values = self._marked_line(series, columns)
        if not len(steps):
            return
        style = self.styles.variant(series.style_index)
        x, y = self.grid.x(steps) // DOTS_X, self.grid.y(values)
        phase = 3 + (series.style_index * _MARK_INTERVAL * 2 // 5) % _MARK_INTERVAL
        for column in range(phase, int(x[-1]) - 2, _MARK_INTERVAL):
            nearest = int(np.abs(x - column).argmin())
            self._put_mark(x[nearest], y[nearest], mark(series.style_index), style)
        for step in series.lost:
            nearest = int(np.abs(steps - step).argmin())
            if self.grid.left <= step <= self.grid.right:
                self._put_mark(x[nearest], y[nearest], DIVERGED, style)
        ended = series.ended is not None and series.ended <= self.options.right
        self._put_mark(x[-1], y[-1], DIVERGED if ended else mark(series.style_index), style + Style(bold=True))

    def _put_mark(self, column: float, y: float, char: str, style: Style) -> None:
        if 0 <= y <= self.grid.height:
            self.canvas.put(self.left + int(column), self._row(y), char, style)

    def _marked_line(self, series: Series, columns: Columns) -> tuple[Array, Array]:
        """Return the steps and scaled values of the line that carries the marks."""
        if self.options.window:
            return self._means(series, columns)
        ends = _last_finite(series, columns)
        return series.steps[ends].astype(np.float64), self.scale.scaled(series.values[ends].astype(np.float64))

    def _mark_not_finite(self, series: Series, columns: Columns) -> None:
        """Mark on the x axis each column with a value that is not finite."""
        style = self.styles.variant(series.style_index)
        for column in columns.numbers[columns.nonfinite]:
            self.canvas.put(self.left + int(column), self.canvas.height - 1, NOT_FINITE, style)


def _last_finite(series: Series, columns: Columns) -> Indices:
    """Return the index of the last finite point of each column that has one."""
    ends = columns.ends - 1
    for index in np.flatnonzero(columns.nonfinite):
        start = columns.starts[index]
        finite = np.flatnonzero(np.isfinite(series.values[start : columns.ends[index]]))
        ends[index] = start + finite[-1] if len(finite) else -1
    return ends[ends >= 0]
