"""Colours and marks: a variant has the same in every pane, and they differ for colour-blind readers too.

After Okabe and Ito, "Color Universal Design" (2008): lightened for dark backgrounds, darkened for light ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rich.color import Color as RichColor
from rich.style import Style
from textual.color import Color, ColorParseError

RGB = tuple[int, int, int]

MARKS = "●▲■◆✚★▼◉✦"
DIVERGED = "✖"
NOT_FINITE = "×"

_ON_DARK = ("#ff9f1c", "#56b4e9", "#d68fd6", "#2fbf8f", "#f0e442", "#ff6f4f", "#b8c4ff", "#c9b08a", "#c0c0c0")
_ON_LIGHT = ("#b85c00", "#0067b0", "#a0368f", "#00785a", "#7d6608", "#c4321c", "#4b4fc4", "#6d5330", "#555555")

_SIGNALS_ON_DARK = ("#ffb454", "#ff6b6b", "#7bd88f")
_SIGNALS_ON_LIGHT = ("#9a5b00", "#b3261e", "#1b7a3d")


@dataclass(frozen=True, slots=True)
class Inks:
    """Styles for text and lines on one background; `strong` and `thin` hold one per variant, in turn.

    `paper` is the background's colour, or what is taken for it where it is the terminal's own.
    """

    blank: Style
    text: Style
    bold: Style
    muted: Style
    faint: Style
    grid: Style
    border: Style
    focus: Style
    cursor: Style
    warning: Style
    error: Style
    good: Style
    strong: tuple[Style, ...]
    thin: tuple[Style, ...]
    paper: RGB
    dark: bool

    def variant(self, place: int) -> Style:
        """The style of a variant's smoothed line, mark and name."""
        return self.strong[place % len(self.strong)]

    def raw(self, place: int) -> Style:
        """The style of a variant's raw line."""
        return self.thin[place % len(self.thin)]


def mark(place: int) -> str:
    """The mark of a variant; where colours begin again, marks do so at another one."""
    return MARKS[(place + place // len(MARKS)) % len(MARKS)]


@lru_cache(maxsize=8)
def inks_for(background: RGB, foreground: RGB, dark: bool, accent: str, painted: bool = True) -> Inks:
    """The styles for a theme's colours; `painted` is False where the terminal's own background shows."""
    paper, ink = Color(*background), Color(*foreground)
    behind = RichColor.from_rgb(*background) if painted else None

    def style(colour: Color, bold: bool | None = None) -> Style:
        return Style(color=RichColor.from_rgb(*colour.rgb), bgcolor=behind, bold=bold)

    colours = [Color.parse(code) for code in (_ON_DARK if dark else _ON_LIGHT)]
    warning, error, good = _SIGNALS_ON_DARK if dark else _SIGNALS_ON_LIGHT
    return Inks(
        blank=Style(bgcolor=behind),
        text=style(paper.blend(ink, 0.88)),
        bold=style(ink, bold=True),
        muted=style(paper.blend(ink, 0.6)),
        faint=style(paper.blend(ink, 0.36)),
        grid=style(paper.blend(ink, 0.16)),
        border=style(paper.blend(ink, 0.3)),
        focus=style(_parsed(accent, colours[1])),
        cursor=Style(bgcolor=RichColor.from_rgb(*paper.blend(ink, 0.2).rgb)),
        warning=style(Color.parse(warning), bold=True),
        error=style(Color.parse(error), bold=True),
        good=style(Color.parse(good), bold=True),
        strong=tuple(style(colour) for colour in colours),
        thin=tuple(style(paper.blend(colour, 0.4 if dark else 0.35)) for colour in colours),
        paper=background,
        dark=dark,
    )


def tint(inks: Inks, places: tuple[int, ...]) -> RGB:
    """The ground of what belongs to these variants: a breath of their colours, stronger where more overlap."""
    colour = Color(*inks.paper)
    for place in places:
        foreground = inks.variant(place).color
        assert foreground is not None and foreground.triplet is not None
        colour = colour.blend(Color(*foreground.triplet), 0.18 if inks.dark else 0.16)
    return colour.rgb


def _parsed(code: str, otherwise: Color) -> Color:
    try:
        colour = Color.parse(code)
    except ColorParseError:
        return otherwise
    return colour if colour.ansi is None else otherwise
