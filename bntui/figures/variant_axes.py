"""How variants look on matplotlib's axes, and the limits and the legend of these axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bntui.printable_text import excerpt
from bntui.views.axis_scale import fit
from bntui.views.draw_options import DrawOptions
from bntui.views.figure import Figure
from bntui.views.step_unit import SECONDS, STEPS, step_ticks
from bntui.views.variant_mark import color_on_light, mark

_MARKERS = {"●": "o", "▲": "^", "■": "s", "◆": "D", "✚": "P", "★": "*", "▼": "v", "◉": "8", "✦": "d"}
_MOST_COLUMNS = 4
_MOST_TICKS = 6
_HANDLE = 0.5
"""The width of the line beside a name of a legend, in inches."""
_CHARACTER = 0.55
"""The width of a character, in heights of its font."""
_SHARE_OF_MAPS = 0.75
"""The part of a sheet's width that maps have, without the scale of their colors."""
_MAP_WIDTH = 1.5
"""The least width of a map that has neighbors, in inches."""


def line_style(style_index: int) -> dict[str, Any]:
    """Return the color and the marker of a variant, as keywords of `plot`."""
    return {"color": color_on_light(style_index), "marker": _MARKERS[mark(style_index)]}


def set_y_axis(axes: Any, figure: Figure, options: DrawOptions, curves: Sequence[Any]) -> None:
    """Set the limits of the y axis as on the screen."""
    values = np.concatenate([*curves, np.empty(0)]).astype(np.float64)
    scale = fit(values, None if options.zoomed else figure.limits, options.log, options.robust)
    axes.set_ylim(*((10.0**scale.low, 10.0**scale.high) if scale.log else (scale.low, scale.high)))


def step_label(options: DrawOptions) -> str:
    """Return the label of an axis of steps."""
    names = {STEPS: "step", SECONDS: "seconds of training"}
    return names.get(options.unit, options.unit.name)


def label_steps(axes: Any, options: DrawOptions) -> None:
    """Label round numbers of the unit of an axis of steps."""
    if options.unit != STEPS:
        ticks = step_ticks(options.left, options.right, _MOST_TICKS, options.unit)
        axes.set_xticks([tick.value for tick in ticks], [tick.label for tick in ticks])


def plain(text: str) -> str:
    """Return a text that matplotlib shows as it is: dollar signs would begin formulas."""
    return text.replace("$", r"\$")


def rows_and_columns(count: int, width: float) -> tuple[int, int]:
    """Return how `count` maps stand on a sheet of this `width` in inches: three abreast, or fewer if it is narrow."""
    most = max(min(int(width / _MAP_WIDTH), 3), 1)
    across = 1 if most < count <= 3 else min(count, most)
    return -(-count // across), across


def panels_of(sheet: Any, count: int, x_label: str, **shared: Any) -> list[Any]:
    """Return the axes of `count` maps, the lowest of which have the ticks and the label of the x axis."""
    rows, across = rows_and_columns(max(count, 1), sheet.get_figwidth())
    panels: list[Any] = sheet.subplots(rows, across, sharex=True, squeeze=False, **shared).ravel().tolist()
    for axes in panels[count:]:
        axes.set_axis_off()
    for axes in panels[max(count - across, 0) : count]:
        axes.tick_params(labelbottom=True)
        axes.set_xlabel(plain(x_label))
    return panels[:count]


def add_legend(sheet: Any, axes: Any, place: str = "outside upper right", beside: float = 0.0) -> float:
    """Add a legend of the labelled lines above the axes; return its height in inches.

    It has as many columns as fit `beside` so many pixels, and on the whole sheet at least two: longer names lose their
    middle.
    """
    handles, labels = axes.get_legend_handles_labels()
    room, size = sheet.get_figwidth() / 2 - _HANDLE, axes.xaxis.label.get_fontsize()
    shown = [fitted(label, room, size) for label in labels]
    for columns in range(min(_MOST_COLUMNS, max(len(labels), 1)), 0, -1):
        legend = sheet.legend(handles, shown, loc=place, ncols=columns, frameon=False)
        extent = legend.get_window_extent()
        if columns == 1 or extent.width <= sheet.bbox.width - beside:
            break
        legend.remove()
    return float(extent.height / sheet.dpi)


def set_map_title(axes: Any, variant: str, style_index: int, ending: str = "") -> None:
    """Write the name of a variant above its map, as much of it as the map is wide for."""
    title = axes.set_title("", loc="left", color=color_on_light(style_index))
    _, across = axes.get_subplotspec().get_gridspec().get_geometry()
    room = axes.figure.get_figwidth() * _SHARE_OF_MAPS / across
    title.set_text(fitted(variant, room, title.get_fontsize()) + ending)
    title.set_in_layout(False)


def fitted(text: str, width: float, size: float) -> str:
    """Return a text as `plain` does, without its middle where it is wider than `width` inches in a font of a size."""
    return plain(excerpt(text, length=max(int(width * 72 / (_CHARACTER * size)), 5)))
