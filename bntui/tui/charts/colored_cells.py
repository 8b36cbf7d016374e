"""Terminal cells that show two heatmap values, one in each half."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from rich.color import Color
from rich.style import Style

from bntui.tui.charts.palette import SIGNED_SHADES, Styles
from bntui.views.axis_scale import Scale
from bntui.views.color_ramp import LEVELS, ramp


class CellDrawing(NamedTuple):
    """How the levels of a scale are drawn: by colors, or by `shades`, which without `has_ramp` have no color."""

    dark: bool
    diverging: bool = False
    background: Color | None = None
    shades: str = ""
    has_ramp: bool = True


def drawing_of(styles: Styles, scale: Scale) -> CellDrawing:
    """Return how the values of a scale are drawn."""
    shades = SIGNED_SHADES if styles.shades and scale.diverging else styles.shades
    return CellDrawing(styles.dark, scale.diverging, styles.blank.bgcolor, shades, styles.has_ramp)


@lru_cache(maxsize=4096)
def colored_cell(upper: int, lower: int, drawing: CellDrawing) -> tuple[str, Style]:
    """Return a cell whose upper and lower half show these color levels; a negative level shows the background.

    With shades, one of these characters shows the mean of both levels for the whole cell.
    """
    colors, background, shades = ramp(drawing.dark, drawing.diverging), drawing.background, drawing.shades
    if shades:
        level = max(upper, lower) if min(upper, lower) < 0 else (upper + lower) // 2
        style = Style(color=Color.from_rgb(*colors[level])) if drawing.has_ramp else Style()
        return shades[level * len(shades) // LEVELS], style
    if upper == lower or lower < 0:
        return "█" if lower >= 0 else "▀", Style(color=Color.from_rgb(*colors[upper]), bgcolor=background)
    if upper < 0:
        return "▄", Style(color=Color.from_rgb(*colors[lower]), bgcolor=background)
    return "▀", Style(color=Color.from_rgb(*colors[upper]), bgcolor=Color.from_rgb(*colors[lower]))
