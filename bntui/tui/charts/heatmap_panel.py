"""Panels of a heatmap: their layout, and the map of one variant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bntui.tui.charts.canvas import Canvas, Cell
from bntui.tui.charts.colored_cells import CellDrawing, colored_cell, drawing_of
from bntui.tui.charts.names_axis import draw_names
from bntui.tui.charts.palette import Styles
from bntui.tui.charts.raster import EMPTY, NONFINITE, Levels, color_levels, resample_rows
from bntui.tui.charts.step_axis import Plot, draw_step_labels
from bntui.views.axis_scale import Scale
from bntui.views.decimation import RasterMeans
from bntui.views.heatmap import Heatmap, Raster
from bntui.views.step_unit import StepUnit
from bntui.views.ticks import linear_ticks, log_ticks
from bntui.views.variant_mark import DIVERGED, NOT_FINITE, mark

_MIN_WIDTH = 18
_MIN_HEIGHT = 5
_AXIS_WIDTH = 7
_LABELS_FROM = 24


@dataclass(frozen=True, slots=True)
class PanelLayout:
    """The place of a panel: `columns` cells from `left` on, its title at `top`, and `rows` cells below the title.

    `x` is its left edge, with labels or an axis between `x` and `left`; `last` is True in the lowest row of panels.
    """

    raster: Raster
    x: int
    left: int
    columns: int
    top: int
    rows: int
    last: bool


def lay_out(canvas: Canvas, heatmap: Heatmap) -> list[PanelLayout]:
    """Return as many panels of equal size as are large enough to read."""
    width, height = canvas.width - 2, canvas.height - 2
    gutter = _gutter(canvas, heatmap)
    shared = gutter if heatmap.labels else 0
    count = len(heatmap.rasters)
    across = max(1, min(count, (width - shared) // (_MIN_WIDTH + gutter - shared)))
    down = max(1, min(-(-count // across), height // _MIN_HEIGHT))
    panel_width, panel_height = (width - shared) // across, height // down
    layouts = []
    for number, raster in enumerate(heatmap.rasters[: across * down]):
        row, column = divmod(number, across)
        x = 1 + shared + column * panel_width
        left = x if heatmap.labels else x + gutter
        columns = max(x + panel_width - (column < across - 1) - left, 0)
        top, rows = 1 + row * panel_height, max(panel_height - 1, 0)
        layouts.append(PanelLayout(raster, x, left, columns, top, rows, row == down - 1))
    return layouts


def _gutter(canvas: Canvas, heatmap: Heatmap) -> int:
    """Return the width of the labels or of the axis at the left."""
    if canvas.width < _LABELS_FROM:
        return 0
    return max(map(len, heatmap.labels)) + 2 if heatmap.labels else _AXIS_WIDTH


class Panel:
    """The map of one variant."""

    def __init__(
        self, canvas: Canvas, styles: Styles, heatmap: Heatmap, layout: PanelLayout, names: Sequence[str] = ()
    ) -> None:
        self._canvas, self._styles, self._heatmap, self._layout, self._names = canvas, styles, heatmap, layout, names

    def paint(self, means: RasterMeans, scale: Scale, plot: Plot, unit: StepUnit) -> None:
        """Draw the title, the cells, the labels at the left, and below the steps or their names."""
        layout = self._layout
        self._draw_title()
        if layout.rows < 1 or layout.columns < 1:
            return
        rows = len(layout.raster.rows)
        if self._heatmap.labels:
            halves = self._halves(rows)
            self._draw_labels(rows, halves)
        else:
            halves = 2 * layout.rows
            means = RasterMeans(means.means[::-1], means.nonfinite[::-1])
            self._draw_axis()
        whole = self._heatmap.labels and halves >= rows > 0
        means = _spread_rows(means, halves) if whole else resample_rows(means, halves)
        self._draw_cells(color_levels(means, scale, self._heatmap.hollow), drawing_of(self._styles, scale))
        if layout.last and layout.columns >= 12 and self._names:
            middles = [layout.left + plot.grid.column_of(step + 0.5) for step in range(len(self._names))]
            room = self._canvas.width - 2 - layout.left - layout.columns
            draw_names(self._canvas, self._styles, self._names, middles, layout.left, reserved=max(room, 0))
        elif layout.last and layout.columns >= 12:
            draw_step_labels(self._canvas, self._styles.muted, plot, unit)

    def _draw_title(self) -> None:
        raster, layout = self._layout.raster, self._layout
        style = self._styles.variant(raster.style_index)
        text = f"{mark(raster.style_index)} {raster.variant}"[: layout.columns]
        self._canvas.put(layout.left, layout.top, text, style)
        if raster.ended is not None or raster.lost:
            where = f"{len(raster.lost)} seeds" if raster.ended is None else f"at {raster.ended:,}"
            end = f" {DIVERGED} {where}"[: max(layout.columns - len(text), 0)]
            self._canvas.put(layout.left + len(text), layout.top, end, self._styles.error)

    def _draw_cells(self, levels: Levels, drawing: CellDrawing) -> None:
        """Draw two rows of levels in each row of cells."""
        layout = self._layout
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
                    row[x] = colored_cell(upper, lower, drawing)

    def _halves(self, count: int) -> int:
        """Return the number of half cells of all rows: all that there are, or the same number for each layer."""
        per_row = 2 * self._layout.rows // count if count and not self._names else 0
        # Whole cells if there is room for them, because two labels do not fit in one cell.
        per_row -= per_row % 2 if per_row > 2 else 0
        return count * per_row if per_row else 2 * self._layout.rows

    def _draw_labels(self, count: int, halves: int) -> None:
        """Label the rows at the left of the leftmost panels."""
        layout, heatmap = self._layout, self._heatmap
        gutter = layout.x - 1
        if gutter < 3 or gutter > max(map(len, heatmap.labels)) + 2:
            return
        order = [*([] if heatmap.marked is None else [heatmap.marked]), *range(count)]
        taken: set[int] = set()
        for row in dict.fromkeys(order):
            y = layout.top + 1 + int((row + 0.5) * halves / count) // 2
            if y not in taken:
                taken.add(y)
                focused = row == heatmap.marked
                text = ("▸" if focused else " ") + heatmap.labels[row]
                self._canvas.put(1, y, text, self._styles.bold if focused else self._styles.muted)

    def _draw_axis(self) -> None:
        """Label round values at the left, where the rows are intervals of values."""
        layout, edges = self._layout, self._layout.raster.edges
        if edges is None or not np.isfinite(edges).all() or layout.left - layout.x < _AXIS_WIDTH:
            return
        low, high = edges
        ticks = log_ticks if self._heatmap.log_axis else linear_ticks
        for tick in ticks(low, high, max(1, layout.rows // 3)):
            fraction = (tick.value - low) / ((high - low) or 1.0)
            y = layout.top + 1 + min(int((1 - fraction) * layout.rows), layout.rows - 1)
            self._canvas.put_right(layout.left - 1, y, tick.label[: _AXIS_WIDTH - 1], self._styles.muted)


def _spread_rows(means: RasterMeans, halves: int) -> RasterMeans:
    """Repeat the rows as equally often as this number of half cells allows."""
    rows = np.arange(halves) * len(means.means) // max(halves, 1)
    return RasterMeans(means.means[rows], means.nonfinite[rows])
