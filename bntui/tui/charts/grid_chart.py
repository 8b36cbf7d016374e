"""Maps of a metric by two swept keys: a block of cells for each setting, with its value where there is room."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from rich.color import Color
from rich.style import Style

from bntui.sweep.metrics import METRICS
from bntui.tui.charts.canvas import Canvas, truncate
from bntui.tui.charts.frame import draw_frame
from bntui.tui.charts.heatmap_chart import draw_legend, legend_width
from bntui.tui.charts.incremental import PlotLayers
from bntui.tui.charts.names_axis import draw_names
from bntui.tui.charts.palette import Styles
from bntui.tui.charts.step_axis import Plot
from bntui.views.axis_scale import Scale, fit_colors
from bntui.views.color_ramp import LEVELS, ramp
from bntui.views.draw_options import DrawOptions
from bntui.views.metric_grid import MetricGrid, MetricMap
from bntui.views.metric_spot import Spot, mark_above
from bntui.views.variant_mark import mark

_LEAST_BLOCK, _LARGEST_BLOCK = 3, 12
"""Cells across a block."""
_HIGHEST_BLOCK = 3
"""Rows of a block, at most."""
_LABELS_FROM = 24


@dataclass(frozen=True, slots=True)
class _Layout:
    """`across` maps beside each other, of blocks of `width` × `height` cells; `gutter` columns hold the row labels."""

    across: int
    width: int
    height: int
    gutter: int


def paint_metric_grid(
    canvas: Canvas, styles: Styles, grid: MetricGrid, options: DrawOptions, layers: PlotLayers
) -> list[Plot]:
    """Draw the maps over the whole canvas, of any size; the cursor is the index of a block, row by row.

    There is no plot with an axis of steps to return.
    """
    legend = legend_width(canvas.width, len(grid.title))
    if (
        draw_frame(canvas, styles, grid, replace(options, cursor=None), legend)
        and canvas.width >= 5
        and canvas.height >= 4
    ):
        _GridPainter(canvas, styles, grid, options).paint(legend)
    return []


class _GridPainter:
    """Draws the inside of the frame."""

    def __init__(self, canvas: Canvas, styles: Styles, grid: MetricGrid, options: DrawOptions) -> None:
        self._canvas, self._styles, self._grid, self._options = canvas, styles, grid, options
        self._scale = _color_scale(grid, options)
        self._rows, self._columns = len(grid.down.values), len(grid.across.values)
        self._layout = self._lay_out()

    def paint(self, legend: int) -> None:
        """Draw the maps that fit, each with its title and its labels, and the legend of the colors."""
        layout = self._layout
        if layout.width < 1 or layout.height < 1:
            return
        pitch = layout.gutter + self._columns * layout.width + 1
        down = max((self._canvas.height - 2) // (self._rows * layout.height + 2), 1)
        shown = self._grid.maps[: layout.across * down]
        for number, each in enumerate(shown):
            row, column = divmod(number, layout.across)
            self._draw_map(each, 1 + column * pitch, 1 + row * (self._rows * layout.height + 2))
        if len(shown) < len(self._grid.maps):
            text = f" and {len(self._grid.maps) - len(shown)} more "
            self._canvas.put(2, self._canvas.height - 1, text, self._styles.warning)
        if legend:
            draw_legend(self._canvas, self._styles, self._scale, legend)

    def _lay_out(self) -> _Layout:
        """Return the layout with the largest blocks, of those that show the most maps."""
        width, height, count = self._canvas.width - 2, self._canvas.height - 2, max(len(self._grid.maps), 1)
        gutter = max(map(len, self._grid.down.labels)) + 1 if self._canvas.width >= _LABELS_FROM else 0
        layouts = []
        for across in range(1, count + 1):
            down = -(-count // across)
            block = min((width // across - gutter - 1) // self._columns, _LARGEST_BLOCK)
            rows = min((height // down - 2) // self._rows, _HIGHEST_BLOCK)
            layouts.append(_Layout(across, block, rows, gutter))
        readable = [layout for layout in layouts if layout.width >= _LEAST_BLOCK and layout.height >= 1]
        if readable:
            return max(readable, key=lambda layout: (min(layout.width, 8), layout.height))
        # Some maps only.
        return _Layout(1, max(layouts[0].width, 1), max(min((height - 2) // self._rows, _HIGHEST_BLOCK), 1), gutter)

    def _draw_map(self, each: MetricMap, x: int, y: int) -> None:
        layout = self._layout
        left = x + layout.gutter
        title = truncate(f"{mark(each.style_index)} {each.variant}", self._columns * layout.width)
        self._canvas.put(left, y, title, self._styles.variant(each.style_index))
        labels = self._grid.down.labels[::-1] if self._grid.down.numeric else self._grid.down.labels
        for row, spots in enumerate(each.rows):
            top = y + 1 + row * layout.height
            if layout.gutter:
                middle = top + (layout.height - 1) // 2
                self._canvas.put_right(left - 1, middle, labels[row], self._label_style(row, None))
            for column, spot in enumerate(spots):
                chosen = self._options.cursor == row * self._columns + column
                self._draw_block(spot, left + column * layout.width, top, chosen)
        self._draw_column_labels(left, y + 1 + self._rows * layout.height)

    def _label_style(self, row: int | None, column: int | None) -> Style:
        cursor = self._options.cursor
        chosen = cursor is not None and (cursor // self._columns == row or cursor % self._columns == column)
        return self._styles.bold if chosen else self._styles.muted

    def _draw_column_labels(self, left: int, y: int) -> None:
        width, cursor = self._layout.width, self._options.cursor
        columns = [left + index * width + (width - 1) // 2 for index in range(self._columns)]
        marked = None if cursor is None else cursor % self._columns
        draw_names(self._canvas, self._styles, self._grid.across.labels, columns, left, marked, y)

    def _draw_block(self, spot: Spot | None, x: int, y: int, chosen: bool) -> None:
        """Draw a setting as a colored block with its value; the chosen one is between brackets."""
        layout = self._layout
        style = self._block_style(spot)
        for row in range(layout.height):
            self._canvas.put(x, y + row, " " * (layout.width - (layout.width > 3)), style)
        text = self._text(spot, layout.width - (layout.width > 3))
        if chosen:
            text = f"[{text}]" if len(text) + 2 <= layout.width else "[]"
        at = x + max((layout.width - (layout.width > 3) - len(text)) // 2, 0)
        self._canvas.put(at, y + (layout.height - 1) // 2, text, style + Style(bold=chosen))

    def _text(self, spot: Spot | None, room: int) -> str:
        """Return the value of a setting with marks of what has none, as much as fits."""
        if spot is None:
            return ""
        above = mark_above(spot, self._grid.metric)
        value = METRICS[self._grid.metric].text(spot.mean).removesuffix("%") if spot.count else ""
        texts = (value + above, above or value)
        return next((text for text in texts if len(text) <= room), "")

    def _block_style(self, spot: Spot | None) -> Style:
        """Return the color of a setting's value as background, and a foreground that stands out."""
        styles = self._styles
        if spot is None:
            return styles.blank
        if not spot.count:
            return styles.error if spot.diverged else styles.muted
        if not styles.has_ramp:
            return styles.text
        scaled = float(self._scale.scaled(np.array([spot.mean]))[0])
        fraction = (scaled - self._scale.low) / ((self._scale.high - self._scale.low) or 1.0)
        red, green, blue = ramp(styles.dark)[min(max(int(fraction * LEVELS), 0), LEVELS - 1)]
        shade = 0 if 0.299 * red + 0.587 * green + 0.114 * blue > 110 else 255
        return Style(color=Color.from_rgb(shade, shade, shade), bgcolor=Color.from_rgb(red, green, blue))


def _color_scale(grid: MetricGrid, options: DrawOptions) -> Scale:
    means = [spot.mean for spot in grid.spots if spot is not None and math.isfinite(spot.mean)]
    return fit_colors(np.array(means), grid.limits, options.log, options.robust)
