"""Rich styles for the colors of a theme, on terminals of any number of colors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from rich.color import Color as RichColor
from rich.style import Style
from textual.color import Color, ColorParseError

from bntui.tui.terminal.capabilities import Capabilities, Colors, Markers
from bntui.views.color_ramp import RGB
from bntui.views.variant_mark import COLORS_ON_DARK, COLORS_ON_LIGHT

# Where the terminal has only the sixteen of its own.
_ANSI_ON_DARK = (
    "yellow",
    "bright_cyan",
    "bright_magenta",
    "green",
    "bright_white",
    "bright_red",
    "bright_blue",
    "cyan",
    "white",
)
_ANSI_ON_LIGHT = ("red", "blue", "magenta", "green", "cyan", "yellow", "bright_red", "bright_blue", "bright_black")

_SHADES = "·░▒▓█"
_ASCII_SHADES = ".:-=+*#%@"

_SIGNALS_ON_DARK = ("#ffb454", "#ff6b6b", "#7bd88f")
_SIGNALS_ON_LIGHT = ("#9a5b00", "#b3261e", "#1b7a3d")


@dataclass(frozen=True, slots=True)
class Styles:
    """Styles for text and lines on one background; `strong` and `thin` hold one per variant, in turn.

    `paper` is the background's colour, or what is taken for it where it is the terminal's own. `shades` are the
    characters that show numbers, least first; '' where colours alone do. `hues` says whether colours can, and
    `symbols` whether there are other characters than ASCII's.
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
    shades: str = ""
    hues: bool = True
    symbols: bool = True

    def variant(self, style_index: int) -> Style:
        """The style of a variant's smoothed line, mark and name."""
        return self.strong[style_index % len(self.strong)]

    def raw(self, style_index: int) -> Style:
        """The style of a variant's raw line."""
        return self.thin[style_index % len(self.thin)]


@lru_cache(maxsize=8)
def styles_for(
    background: RGB,
    foreground: RGB,
    dark: bool,
    accent: str,
    painted: bool = True,
    capabilities: Capabilities = Capabilities(),  # noqa: B008  (it is frozen)
) -> Styles:
    """The styles for a theme's colours; `painted` is False where the terminal's own background shows."""
    symbols = capabilities.markers is not Markers.ASCII
    shades = _ASCII_SHADES if not symbols else _SHADES if capabilities.few_colors else ""
    if capabilities.few_colors:
        styles = _ansi_styles(background, dark, coloured=capabilities.colors is Colors.ANSI)
        return replace(styles, shades=shades, symbols=symbols)
    paper, ink = Color(*background), Color(*foreground)
    behind = RichColor.from_rgb(*background) if painted else None

    def style(colour: Color, bold: bool | None = None) -> Style:
        return Style(color=RichColor.from_rgb(*colour.rgb), bgcolor=behind, bold=bold)

    colours = [Color.parse(code) for code in (COLORS_ON_DARK if dark else COLORS_ON_LIGHT)]
    warning, error, good = _SIGNALS_ON_DARK if dark else _SIGNALS_ON_LIGHT
    return Styles(
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
        shades=shades,
        symbols=symbols,
    )


def _ansi_styles(background: RGB, dark: bool, coloured: bool) -> Styles:
    """The same on a terminal's own sixteen colours, or with bold and dim only."""
    names = (_ANSI_ON_DARK if dark else _ANSI_ON_LIGHT) if coloured else ("default",)
    dim, bold = Style(dim=True), Style(bold=True)

    def signal(name: str) -> Style:
        return Style(color=name, bold=True) if coloured else bold

    return Styles(
        blank=Style(),
        text=Style(),
        bold=bold,
        muted=dim,
        faint=dim,
        grid=dim,
        border=dim,
        focus=signal("bright_blue" if dark else "blue"),
        cursor=Style(reverse=True),
        warning=signal("yellow" if dark else "magenta"),
        error=signal("red") + Style(reverse=not coloured),
        good=signal("green"),
        strong=tuple(Style(color=name) if coloured else bold for name in names),
        thin=tuple(Style(color=name, dim=True) if coloured else dim for name in names),
        paper=background,
        dark=dark,
        hues=False,
    )


def ground(styles: Styles, indices: tuple[int, ...]) -> tuple[str, Style]:
    """What lies behind all that belongs to these variants: a tint, or a light character where there is none."""
    if styles.hues:
        return " ", Style(bgcolor=RichColor.from_rgb(*tint(styles, indices)))
    alone = len(indices) == 1
    return styles.shades[0 if alone else 1], styles.raw(indices[0]) if alone else styles.faint


def tint(styles: Styles, indices: tuple[int, ...]) -> RGB:
    """The ground of what belongs to these variants: a breath of their colours, stronger where more overlap."""
    colour = Color(*styles.paper)
    for style_index in indices:
        foreground = styles.variant(style_index).color
        assert foreground is not None and foreground.triplet is not None
        colour = colour.blend(Color(*foreground.triplet), 0.18 if styles.dark else 0.16)
    return colour.rgb


def _parsed(code: str, otherwise: Color) -> Color:
    try:
        colour = Color.parse(code)
    except ColorParseError:
        return otherwise
    return colour if colour.ansi is None else otherwise
