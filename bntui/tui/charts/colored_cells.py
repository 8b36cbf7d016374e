"""Terminal cells that show two heatmap values, one in each half."""

from __future__ import annotations

from functools import lru_cache

from rich.color import Color
from rich.style import Style

from bntui.views.color_ramp import LEVELS, ramp


@lru_cache(maxsize=4096)
def colored_cell(
    upper: int, lower: int, dark: bool, background: Color | None = None, shades: str = "", has_ramp: bool = True
) -> tuple[str, Style]:
    """Return a cell whose upper and lower half show these color levels; a negative level shows the background.

    With `shades`, one of these characters shows the mean of both levels for the whole cell; without `has_ramp`
    it has no color.
    """
    colors = ramp(dark)
    if shades:
        level = max(upper, lower) if min(upper, lower) < 0 else (upper + lower) // 2
        style = Style(color=Color.from_rgb(*colors[level])) if has_ramp else Style()
        return shades[level * len(shades) // LEVELS], style
    if upper == lower or lower < 0:
        return "█" if lower >= 0 else "▀", Style(color=Color.from_rgb(*colors[upper]), bgcolor=background)
    if upper < 0:
        return "▄", Style(color=Color.from_rgb(*colors[lower]), bgcolor=background)
    return "▀", Style(color=Color.from_rgb(*colors[upper]), bgcolor=Color.from_rgb(*colors[lower]))
