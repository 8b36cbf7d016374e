"""Colours for numbers: even steps to the eye, in an order that colour-blind readers see too.

Lightness rises evenly while the hue goes from violet over green to yellow, in OKLCH (Ottosson, "A perceptual color
space for image processing", 2020). On a light background the order is reversed, so that more is always stronger.
"""

from __future__ import annotations

import math
from functools import lru_cache

from rich.color import Color
from rich.style import Style

from bntui.tui.charts.palette import RGB

LEVELS = 24
_LIGHTNESS = (0.30, 0.92)
_CHROMA = 0.16
_HUES = (305.0, 100.0)

_TO_LMS = ((1.0, 0.3963377774, 0.2158037573), (1.0, -0.1055613458, -0.0638541728), (1.0, -0.0894841775, -1.2914855480))
_TO_RGB = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)


@lru_cache(maxsize=2)
def ramp(dark: bool) -> tuple[RGB, ...]:
    """The colours of all levels, least first."""
    colours = tuple(_colour(level / (LEVELS - 1)) for level in range(LEVELS))
    return colours if dark else colours[::-1]


@lru_cache(maxsize=4096)
def pair(
    upper: int, lower: int, dark: bool, ground: Color | None = None, shades: str = "", hues: bool = True
) -> tuple[str, Style]:
    """A cell whose halves have these levels; where one is negative, there is the ground.

    With `shades` one of those characters says the mean of both, and without `hues` says it alone.
    """
    colours = ramp(dark)
    if shades:
        level = max(upper, lower) if min(upper, lower) < 0 else (upper + lower) // 2
        style = Style(color=Color.from_rgb(*colours[level])) if hues else Style()
        return shades[level * len(shades) // LEVELS], style
    if upper == lower or lower < 0:
        return "█" if lower >= 0 else "▀", Style(color=Color.from_rgb(*colours[upper]), bgcolor=ground)
    if upper < 0:
        return "▄", Style(color=Color.from_rgb(*colours[lower]), bgcolor=ground)
    return "▀", Style(color=Color.from_rgb(*colours[upper]), bgcolor=Color.from_rgb(*colours[lower]))


def _colour(at: float) -> RGB:
    """The colour at a place in [0, 1], with as much chroma as a screen can show there."""
    lightness = _LIGHTNESS[0] + at * (_LIGHTNESS[1] - _LIGHTNESS[0])
    hue = math.radians(_HUES[0] + at * (_HUES[1] - _HUES[0]))
    for tenth in range(10, -1, -1):
        chroma = _CHROMA * tenth / 10
        rgb = _linear(lightness, chroma * math.cos(hue), chroma * math.sin(hue))
        if min(rgb) >= 0 and max(rgb) <= 1:
            break
    red, green, blue = (round(255 * _gamma(min(max(part, 0.0), 1.0))) for part in rgb)
    return red, green, blue


def _linear(lightness: float, a: float, b: float) -> tuple[float, ...]:
    cones = [(x * lightness + y * a + z * b) ** 3 for x, y, z in _TO_LMS]
    return tuple(sum(weight * cone for weight, cone in zip(row, cones, strict=True)) for row in _TO_RGB)


def _gamma(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
