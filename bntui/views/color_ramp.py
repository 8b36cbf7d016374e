"""Perceptually uniform color ramp for heatmaps, readable by color-blind readers.

Lightness rises evenly while the hue goes from violet over green to yellow, in OKLCH (Ottosson, "A perceptual color
space for image processing", 2020). On a light background the order is reversed, so that larger values stand out more.
The ramp for values of both signs goes from blue over the background's grey to orange, which color-blind readers can
tell apart.
"""

from __future__ import annotations

import math
from functools import lru_cache

RGB = tuple[int, int, int]

LEVELS = 24
"""Number of colors in the ramp."""

_LIGHTNESS = (0.30, 0.92)
_CHROMA = 0.16
_HUES = (305.0, 100.0)
_SIGNED_HUES = (255.0, 55.0)
_SIGNED_LIGHTNESS = {True: (0.26, 0.85), False: (0.96, 0.48)}
"""Of 0 and of both ends, by whether the background is dark."""

_TO_LMS = ((1.0, 0.3963377774, 0.2158037573), (1.0, -0.1055613458, -0.0638541728), (1.0, -0.0894841775, -1.2914855480))
_TO_RGB = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)


@lru_cache(maxsize=4)
def ramp(dark: bool, diverging: bool = False) -> tuple[RGB, ...]:
    """Return the `LEVELS` colors for a dark or a light background, the color of the smallest value first.

    A `diverging` ramp has the smallest values at both ends of its middle.
    """
    positions = [level / (LEVELS - 1) for level in range(LEVELS)]
    if diverging:
        return tuple(_signed_color(2 * position - 1, *_SIGNED_LIGHTNESS[dark]) for position in positions)
    colors = tuple(_even_color(position) for position in positions)
    return colors if dark else colors[::-1]


def _even_color(position: float) -> RGB:
    """Return the color at a position in [0, 1]."""
    lightness = _LIGHTNESS[0] + position * (_LIGHTNESS[1] - _LIGHTNESS[0])
    return _color(lightness, _HUES[0] + position * (_HUES[1] - _HUES[0]), _CHROMA)


def _signed_color(position: float, zero: float, end: float) -> RGB:
    """Return the color at a position in [−1, 1], between the lightness of 0 and that of both ends."""
    size = abs(position)
    return _color(zero + size * (end - zero), _SIGNED_HUES[position > 0], _CHROMA * size)


def _color(lightness: float, hue: float, most: float) -> RGB:
    """Return the color of a hue in degrees with the largest chroma, up to `most`, that sRGB can show."""
    hue = math.radians(hue)
    for tenth in range(10, -1, -1):
        chroma = most * tenth / 10
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
