"""How variants look on matplotlib's axes, and the limits and the legend of these axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bntui.views.axis_scale import fit
from bntui.views.draw_options import DrawOptions
from bntui.views.figure import Figure
from bntui.views.variant_mark import color_on_light, mark

_MARKERS = {"●": "o", "▲": "^", "■": "s", "◆": "D", "✚": "P", "★": "*", "▼": "v", "◉": "8", "✦": "d"}


def line_style(style_index: int) -> dict[str, Any]:
    """Return the color and the marker of a variant, as keywords of `plot`."""
    return {"color": color_on_light(style_index), "marker": _MARKERS[mark(style_index)]}


def set_y_axis(axes: Any, figure: Figure, options: DrawOptions, curves: Sequence[Any]) -> None:
    """Set the limits of the y axis as on the screen."""
    values = np.concatenate([*curves, np.empty(0)]).astype(np.float64)
    scale = fit(values, None if options.zoomed else figure.limits, options.log, options.robust)
    axes.set_ylim(*((10.0**scale.low, 10.0**scale.high) if scale.log else (scale.low, scale.high)))


def add_legend(sheet: Any, axes: Any) -> None:
    """Add a legend of the labelled lines above the axes."""
    handles, labels = axes.get_legend_handles_labels()
    sheet.legend(handles, labels, loc="outside upper right", ncols=4, frameon=False)
