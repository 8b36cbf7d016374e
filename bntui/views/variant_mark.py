"""Colors and marks of variants: the same on the screen, in files and in reports.

After Okabe and Ito, "Color Universal Design" (2008): lightened for dark backgrounds, darkened for light ones, and the
first six moved apart until they also differ in simulations of the three kinds of color blindness.
"""

from __future__ import annotations

MARKS = "●▲■◆✚★▼◉✦"
DIVERGED = "✖"
NOT_FINITE = "×"
ABSENT = "↑"
"""What has no value because it lies beyond the end of the run."""

COLORS_ON_DARK = ("#ff930f", "#27cdff", "#b067a3", "#319d74", "#f6f373", "#e7482d", "#b8c4ff", "#c9b08a", "#c0c0c0")
COLORS_ON_LIGHT = ("#b25c00", "#3956ac", "#86226f", "#078070", "#664600", "#d0293a", "#4b4fc4", "#6d5330", "#555555")


def mark(style_index: int) -> str:
    """Return the mark of a variant; variants that share a color have different marks."""
    return MARKS[(style_index + style_index // len(MARKS)) % len(MARKS)]


def color_on_light(style_index: int) -> str:
    """Return the color of a variant on a light background, as `#rrggbb`."""
    return COLORS_ON_LIGHT[style_index % len(COLORS_ON_LIGHT)]
