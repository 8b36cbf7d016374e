"""Heatmaps: a panel a variant, side by side, with one colour scale whose legend stands in the border."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bntui.number_format import compact
from bntui.tui.charts.canvas import Canvas, Cell
from bntui.tui.charts.colored_cells import pair
from bntui.tui.charts.frame import framed
from bntui.tui.charts.line_chart import Plot, PlotLayers, cursor_line, step_labels
from bntui.tui.charts.palette import Styles
from bntui.tui.charts.polyline import DOTS_X, DotGrid
from bntui.tui.charts.raster import EMPTY, NONFINITE, Levels, color_levels, resample_rows
from bntui.views.axis_scale import Scale, fit_colors
from bntui.views.color_ramp import LEVELS
from bntui.views.decimation import RasterMeans, raster_means
from bntui.views.draw_options import DrawOptions
from bntui.views.heatmap import Heatmap, Raster
from bntui.views.ticks import linear_ticks, log_ticks
from bntui.views.variant_mark import DIVERGED, NOT_FINITE, mark

_PANEL = 18
_LOW = 5
_AXIS = 7
_LABELS_FROM = 24


def paint_heatmap(
    canvas: Canvas, styles: Styles, heatmap: Heatmap, options: DrawOptions, sketches: PlotLayers
) -> list[Plot]:
    """Draw the heatmap over the whole canvas, whatever its size."""
    legend = _legend_room(canvas.width, len(heatmap.title))
    if not framed(canvas, styles, heatmap, options, kept=legend) or canvas.width < 5 or canvas.height < 3:
        return []
    panels = _panels(canvas, heatmap)
    plots = [
        Plot(panel.left, DotGrid(panel.columns * DOTS_X, 1, float(options.left), float(options.right), 0.0, 1.0))
        for panel in panels
    ]
    cells = [raster_means(panel.raster, plot.window.column_edges()) for panel, plot in zip(panels, plots, strict=True)]
    values = np.concatenate([each.means.ravel() for each in cells] or [np.empty(0)])
    scale = fit_colors(values, heatmap.limits, options.log, options.robust)
    for panel, plot, each in zip(panels, plots, cells, strict=True):
        _Panel(canvas, styles, heatmap, panel).paint(each, scale, plot)
        if options.cursor is not None:
            cursor_line(canvas, styles, plot, options.cursor, panel.top + 1, panel.rows)
    if len(panels) < len(heatmap.rasters):
        canvas.put(2, canvas.height - 1, f" and {len(heatmap.rasters) - len(panels)} more ", styles.warning)
    if legend:
        _legend(canvas, styles, scale, legend)
    return plots


def _legend_room(width: int, title: int) -> int:
    return next((room for room in (34, 26, 20) if room <= width - title - 6), 0)


def _legend(canvas: Canvas, styles: Styles, scale: Scale, room: int) -> None:
    """The scale's lower end, its colours, its upper end."""
    ticks = log_ticks(scale.low, scale.high, 99) if scale.log else linear_ticks(scale.low, scale.high, 1)
    ends = (ticks[0].label, ticks[-1].label) if len(ticks) > 1 else (_value(scale, 0), _value(scale, 1))
    low, high = ends
    cells = room - len(low) - len(high) - 5
    x = canvas.put_spans(canvas.width - 1 - room, 0, [(f" {low} ", styles.muted)])
    for layout in range(cells):
        levels = [(2 * layout + half) * LEVELS // (2 * cells) for half in (0, 1)]
        char, style = pair(levels[0], levels[1], styles.dark, None, styles.shades, styles.hues)
        canvas.put(x + layout, 0, "▌" if char == "▀" else char, style)
    canvas.put(x + cells, 0, f" {high} ", styles.muted)


def _value(scale: Scale, end: int) -> str:
    at = (scale.low, scale.high)[end]
    return compact(10.0 ** max(min(at, 300.0), -300.0) if scale.log else at)


@dataclass(frozen=True, slots=True)
class PanelLayout:
    """Where a panel lies: its left edge, its cells from `left` on, its head at `top` and `rows` below that."""

    raster: Raster
    x: int
    left: int
    columns: int
    top: int
    rows: int
    last: bool


def _panels(canvas: Canvas, heatmap: Heatmap) -> list[PanelLayout]:
    """As many panels as can be read, in rows of equal ones."""
    width, height = canvas.width - 2, canvas.height - 2
    gutter = _gutter(canvas, heatmap)
    shared = gutter if heatmap.labels else 0
    count = len(heatmap.rasters)
    across = max(1, min(count, (width - shared) // (_PANEL + gutter - shared)))
    down = max(1, min(-(-count // across), height // _LOW))
    pitch, tall = (width - shared) // across, height // down
    layouts = []
    for number, raster in enumerate(heatmap.rasters[: across * down]):
        row, column = divmod(number, across)
        x = 1 + shared + column * pitch
        left = x if heatmap.labels else x + gutter
        columns = max(x + pitch - (column < across - 1) - left, 0)
        layouts.append(PanelLayout(raster, x, left, columns, 1 + row * tall, max(tall - 1, 0), row == down - 1))
    return layouts


def _gutter(canvas: Canvas, heatmap: Heatmap) -> int:
    if canvas.width < _LABELS_FROM:
        return 0
    return max(map(len, heatmap.labels)) + 2 if heatmap.labels else _AXIS


class _Panel:
    """The map of one variant."""

    def __init__(self, canvas: Canvas, styles: Styles, heatmap: Heatmap, layout: PanelLayout) -> None:
        self._canvas, self._styles, self._heatmap, self._layout = canvas, styles, heatmap, layout

    def paint(self, cells: RasterMeans, scale: Scale, plot: Plot) -> None:
        """Head, cells, labels at the left and steps below."""
        layout, raster = self._layout, self._layout.raster
        self._head()
        if layout.rows < 1 or layout.columns < 1:
            return
        if self._heatmap.labels:
            halves = self._label_rows(len(raster.rows))
        else:
            halves = 2 * layout.rows
            cells = RasterMeans(cells.means[::-1], cells.nonfinite[::-1])
            self._axis()
        whole = self._heatmap.labels and halves >= len(raster.rows)
        cells = _repeated(cells, halves) if whole else resample_rows(cells, halves)
        self._cells(color_levels(cells, scale, self._heatmap.hollow))
        if layout.last and layout.columns >= 12:
            step_labels(self._canvas, self._styles.muted, plot)

    def _head(self) -> None:
        raster, layout = self._layout.raster, self._layout
        style = self._styles.variant(raster.style_index)
        text = f"{mark(raster.style_index)} {raster.variant}"[: layout.columns]
        self._canvas.put(layout.left, layout.top, text, style)
        if raster.ended is not None:
            end = f" {DIVERGED} at {raster.ended:,}"[: max(layout.columns - len(text), 0)]
            self._canvas.put(layout.left + len(text), layout.top, end, self._styles.error)

    def _cells(self, levels: Levels) -> None:
        layout, styles = self._layout, self._styles
        shading = (styles.dark, styles.blank.bgcolor, styles.shades, styles.hues)
        if len(levels) % 2:
            levels = np.vstack([levels, np.full((1, levels.shape[1]), EMPTY, np.int16)])
        pairs = zip(levels[::2].tolist(), levels[1::2].tolist(), strict=True)
        nonfinite: Cell = (NOT_FINITE, self._styles.error)
        for y, (uppers, lowers) in enumerate(pairs, layout.top + 1):
            row = self._canvas.rows[y]
            for x, (upper, lower) in enumerate(zip(uppers, lowers, strict=True), layout.left):
                if NONFINITE in (upper, lower):
                    row[x] = nonfinite
                elif upper != EMPTY or lower != EMPTY:
                    row[x] = pair(upper, lower, *shading)

    def _label_rows(self, count: int) -> int:
        """Name the rows, at the left of the first panel of each line; returns the half rows that all take."""
        layout, heatmap = self._layout, self._heatmap
        each = 2 * layout.rows // count if count else 0
        # Whole cells where there is room for them: half ones cannot be named apart.
        each -= each % 2 if each > 2 else 0
        halves = count * each if each else 2 * layout.rows
        gutter = layout.x - 1
        if gutter < 3 or gutter > max(map(len, heatmap.labels)) + 2:
            return halves
        order = [*([] if heatmap.marked is None else [heatmap.marked]), *range(count)]
        taken: set[int] = set()
        for row in dict.fromkeys(order):
            y = layout.top + 1 + int((row + 0.5) * halves / count) // 2
            if y not in taken:
                taken.add(y)
                focused = row == heatmap.marked
                text = ("▸" if focused else " ") + heatmap.labels[row]
                self._canvas.put(1, y, text, self._styles.bold if focused else self._styles.muted)
        return halves

    def _axis(self) -> None:
        """The values at the rows' edges, at round places."""
        layout, edges = self._layout, self._layout.raster.edges
        if edges is None or not np.isfinite(edges).all() or layout.left - layout.x < _AXIS:
            return
        low, high = edges
        for tick in linear_ticks(low, high, max(1, layout.rows // 3)):
            at = (tick.at - low) / ((high - low) or 1.0)
            y = layout.top + 1 + min(int((1 - at) * layout.rows), layout.rows - 1)
            self._canvas.put_right(layout.left - 1, y, tick.label[: _AXIS - 1], self._styles.muted)


def _repeated(cells: RasterMeans, halves: int) -> RasterMeans:
    """Each row as often as it takes to fill so many."""
    times = halves // max(len(cells.means), 1)
    return RasterMeans(cells.means.repeat(times, axis=0), cells.nonfinite.repeat(times, axis=0))
