"""Scans on matplotlib's axes: a line over an axis of values for each variant, and what theory says."""

from __future__ import annotations

from typing import Any

import numpy as np

from bntui.figures.variant_axes import line_style, plain, set_y_axis
from bntui.views.draw_options import DrawOptions, Seeds
from bntui.views.lines import Line
from bntui.views.scan import Scan, last_finite
from bntui.views.smooth import Array
from bntui.views.variant_mark import color_on_light

_MARKS_PER_LINE = 8
_MARGIN = 0.02
"""Room on either side of the values, in the width of the axes."""


def draw_scan(axes: Any, scan: Scan, options: DrawOptions) -> None:
    """Draw a line for each variant with its interval over the seeds, or each of them; laws are dotted."""
    axes.autoscale(False)
    axes.set_yscale("log" if options.log else "linear")
    axes.set_xscale("log" if scan.axis.log else "linear")
    for line in scan.lines:
        _draw_line(axes, scan.axis.values[: len(line.values)], line, options)
    for law in scan.laws:
        axes.plot(scan.law_axis.values[: len(law.values)], law.values, ":", color=color_on_light(law.style_index))
    places = scan.axis.places
    if len(places):
        margin = (float(places[-1] - places[0]) or 1.0) * _MARGIN
        ends = np.array([places[0] - margin, places[-1] + margin])
        axes.set_xlim(*(10.0**ends if scan.axis.log else ends))
    axes.set_xlabel(plain(scan.axis.title))
    set_y_axis(axes, scan, options, [line.values for line in (*scan.lines, *scan.laws)])


def _draw_line(axes: Any, at: Array, line: Line, options: DrawOptions) -> None:
    """Draw the line of a variant, with a cross where it ends because a value is not finite."""
    color = color_on_light(line.style_index)
    if line.half_widths is not None and options.seeds is Seeds.BAND:
        low, high = line.values - line.half_widths, line.values + line.half_widths
        axes.fill_between(at, low, high, color=color, alpha=0.18, linewidth=0)
    for values in line.seeds.values() if options.seeds is Seeds.EACH else ():
        axes.plot(at, values, color=color, alpha=0.35, linewidth=0.6)
    every = max(len(at) // _MARKS_PER_LINE, 1)
    (drawn,) = axes.plot(at, line.values, label=line.variant, markevery=every, **line_style(line.style_index))
    ends = last_finite(line.values)
    axes.plot(at[ends], line.values[ends], "X", color=color, markersize=1.8 * drawn.get_markersize())
