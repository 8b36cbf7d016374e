"""Which painter draws which kind of figure: the one place where a new kind is added."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bntui.tui.band import paint_band
from bntui.tui.border import Look
from bntui.tui.canvas import Canvas
from bntui.tui.frame import Plot, Sketches, paint_chart
from bntui.tui.heatmap import paint_heatmap
from bntui.tui.palette import Inks
from bntui.tui.profile import paint_profile
from bntui.views import Band, Chart, Figure, Heatmap, Profile

PAINTERS: Mapping[type, Callable[[Canvas, Inks, Any, Look, Sketches], list[Plot]]] = {
    Chart: paint_chart,
    Band: paint_band,
    Heatmap: paint_heatmap,
    Profile: paint_profile,
}


def paint(canvas: Canvas, inks: Inks, figure: Figure, look: Look, sketches: Sketches) -> list[Plot]:
    """Draw a figure over the whole canvas, whatever its size; `sketches` spare work from one time to the next.

    Returns where steps lie on it, from left to right; nothing where it has no axis of steps, or shows none.
    """
    return PAINTERS[type(figure)](canvas, inks, figure, look, sketches)
