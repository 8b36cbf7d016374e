"""Matrices on a sheet of matplotlib: an image for each variant, with lines of equal value where they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from bntui.figures.variant_axes import panels_of, plain, set_map_title
from bntui.number_format import compact
from bntui.views.axis_scale import Scale, fit_colors
from bntui.views.draw_options import DrawOptions
from bntui.views.matrix import Image, Matrix
from bntui.views.smooth import Array
from bntui.views.value_axis import ValueAxis

_RED = "#b3261e"
_LEVELS = 9


def draw_matrix(sheet: Any, matrix: Matrix, options: DrawOptions, colors: Callable[[Scale], Mapping[str, Any]]) -> None:
    """Draw an image for each variant; `colors` returns keywords of `imshow` for a scale."""
    panels = panels_of(sheet, len(matrix.images), matrix.across.title, sharey=True)
    values = np.concatenate([image.values.ravel() for image in matrix.images] or [np.empty(0)])
    scale = fit_colors(values, matrix.limits, options.log, options.robust, matrix.diverging)
    drawn = None
    for axes, image in zip(panels, matrix.images, strict=True):
        ended = f" ✖ at {image.ended:,}" if image.ended is not None else ""
        set_map_title(axes, image.variant, image.style_index, ended)
        axes.grid(False)
        if axes.get_subplotspec().is_first_col():
            axes.set_ylabel(plain(matrix.up.title))
        if image.values.size:
            drawn = _draw_image(axes, matrix, image, scale, colors(scale))
    if drawn is not None:
        sheet.colorbar(drawn, ax=panels).set_label(plain(matrix.note), size=0.8 * panels[0].xaxis.label.get_fontsize())


def _draw_image(axes: Any, matrix: Matrix, image: Image, scale: Scale, colors: Mapping[str, Any]) -> Any:
    values = np.where(np.isfinite(image.values), image.values, np.nan)
    if scale.log:
        values = np.where(values <= 0, 10.0**scale.low, values)
    extent = (*_ends(matrix.across), *_ends(matrix.up))
    # What is not finite has no color of the scale.
    axes.set_facecolor(_RED)
    drawn = axes.imshow(values, aspect="auto", interpolation="nearest", origin="lower", extent=extent, **colors)
    if matrix.contours:
        _draw_contours(axes, matrix, values, scale)
    for axis, each in ((axes.xaxis, matrix.across), (axes.yaxis, matrix.up)):
        if each.edges is None:
            axis.set_ticks(range(len(each.values)), list(map(plain, each.labels)))
    return drawn


def _ends(axis: ValueAxis) -> tuple[float, float]:
    """Return the ends of an axis; values that are not evenly spaced are at 0, 1, 2, …"""
    return axis.edges or (-0.5, len(axis.values) - 0.5)


def _draw_contours(axes: Any, matrix: Matrix, values: Array, scale: Scale) -> None:
    levels = np.linspace(scale.low, scale.high, _LEVELS)
    levels = 10.0**levels if scale.log else levels
    finite = values[np.isfinite(values)]
    levels = levels[(levels > finite.min(initial=np.inf)) & (levels < finite.max(initial=-np.inf))]
    if min(values.shape) < 2 or not len(levels):
        return
    across, up = (axis.values if axis.edges else np.arange(len(axis.values)) for axis in (matrix.across, matrix.up))
    lines = axes.contour(across, up, values, levels=levels, colors="black", linewidths=0.5)
    axes.clabel(lines, fontsize=0.6 * axes.xaxis.label.get_fontsize(), fmt=compact)
