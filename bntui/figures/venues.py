"""The column widths and font sizes of venues; the only module that imports tueplots, which is optional."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from bntui.printable_text import quoted
from bntui.records import UserError

_SANS_SERIF = ("beamer", "probnum2025")
_SERIF_FONTS = ["STIXGeneral", "DejaVu Sans"]
_SANS_FONTS = ["DejaVu Sans"]
"""Fonts that come with matplotlib: TrueType, so that no TeX is needed, and the same on all machines."""


@dataclass(frozen=True)
class Venue:
    """Where a paper appears: the `width` of a column, the `height` of a figure and that of the `tallest`, in inches.

    `rc_params` are the font sizes, and fonts like the venue's, as parameters of matplotlib.
    """

    name: str
    width: float
    height: float
    tallest: float
    rc_params: Any


def available() -> bool:
    """Return whether tueplots is installed."""
    return find_spec("tueplots") is not None


def venue(name: str) -> Venue:
    """Return the venue of that name. Raises UserError for others, and lists all."""
    from tueplots import fontsizes

    if name not in names():
        raise UserError(f"unknown venue {quoted(name)}; choose from {', '.join(names())}")
    width, height = _size(name)
    serif = name not in _SANS_SERIF
    fonts = {"font.family": _SERIF_FONTS, "mathtext.fontset": "stix"} if serif else {"font.family": _SANS_FONTS}
    # A slide has room for a legend of a few lines.
    tallest = 1.4 * height if name == "beamer" else 7.0
    return Venue(name, width, height, tallest, {**getattr(fontsizes, name)(), **fonts, "legend.borderpad": 0.1})


def names() -> tuple[str, ...]:
    """Return the venues of which the installed version of tueplots knows the font sizes and the width of a column."""
    from tueplots import fontsizes

    return tuple(name for name in dir(fontsizes) if not name.startswith("_") and _sizes(name))


def _size(name: str) -> tuple[float, float]:
    """Return the width of a column in inches, and a height that suits it."""
    width, height = _sizes(name)()["figure.figsize"]
    # A slide is low; elsewhere there is room for the legend above.
    return width, height if name == "beamer" else max(height, 2.2)


def _sizes(name: str) -> Any:
    """Return the function of tueplots that knows the size of a column's figures, or None."""
    from tueplots import figsizes

    found = [getattr(figsizes, f"{name}{ending}", None) for ending in ("_half", "", "_169")]
    return next(filter(None, found), None)
