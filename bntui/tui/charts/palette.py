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

# For terminals with only their own sixteen colors.
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
SIGNED_SHADES = "=-.+#"
"""Characters that show values of both signs, the smallest first."""

_SIGNALS_ON_DARK = ("#ffb454", "#ff6b6b", "#7bd88f")
_SIGNALS_ON_LIGHT = ("#9a5b00", "#b3261e", "#1b7a3d")


@dataclass(frozen=True, slots=True)
class Styles:
    """Styles for text and lines on one background.

    `strong` and `thin` are the styles of variants; style indices that differ by their number share a style.
    `background` is the background's color, an assumed one if it is the terminal's own. `shades` are the characters that
    show values, the smallest first; '' if colors show them. `has_ramp` says whether there are enough colors for that,
    and `unicode` whether characters beyond ASCII can be shown.
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
    background: RGB
    dark: bool
    shades: str = ""
    has_ramp: bool = True
    unicode: bool = True

    def variant(self, style_index: int) -> Style:
        """Return the style of a variant's line, mark and name."""
        return self.strong[style_index % len(self.strong)]

    def raw(self, style_index: int) -> Style:
        """Return the style of a variant's raw line under its smoothed one."""
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
    """Return the styles for a theme's colors; `painted` is False if the terminal's own background is kept."""
    unicode = capabilities.markers is not Markers.ASCII
    shades = _ASCII_SHADES if not unicode else _SHADES if capabilities.few_colors else ""
    if capabilities.few_colors:
        styles = _ansi_styles(background, dark, colored=capabilities.colors is Colors.ANSI)
        return replace(styles, shades=shades, unicode=unicode)
    base, top = Color(*background), Color(*foreground)
    behind = RichColor.from_rgb(*background) if painted else None

    def style(color: Color, bold: bool | None = None) -> Style:
        return Style(color=RichColor.from_rgb(*color.rgb), bgcolor=behind, bold=bold)

    colors = [Color.parse(code) for code in (COLORS_ON_DARK if dark else COLORS_ON_LIGHT)]
    warning, error, good = _SIGNALS_ON_DARK if dark else _SIGNALS_ON_LIGHT
    return Styles(
        blank=Style(bgcolor=behind),
        text=style(base.blend(top, 0.88)),
        bold=style(top, bold=True),
        muted=style(base.blend(top, 0.6)),
        faint=style(base.blend(top, 0.36)),
        grid=style(base.blend(top, 0.16)),
        border=style(base.blend(top, 0.3)),
        focus=style(_parsed(accent, colors[1])),
        cursor=Style(bgcolor=RichColor.from_rgb(*base.blend(top, 0.2).rgb)),
        warning=style(Color.parse(warning), bold=True),
        error=style(Color.parse(error), bold=True),
        good=style(Color.parse(good), bold=True),
        strong=tuple(style(color) for color in colors),
        thin=tuple(style(base.blend(color, 0.4 if dark else 0.35)) for color in colors),
        background=background,
        dark=dark,
        shades=shades,
        unicode=unicode,
    )


def _ansi_styles(background: RGB, dark: bool, colored: bool) -> Styles:
    """Return styles in the terminal's own sixteen colors, or with bold and dim only."""
    names = (_ANSI_ON_DARK if dark else _ANSI_ON_LIGHT) if colored else ("default",)
    dim, bold = Style(dim=True), Style(bold=True)

    def signal(name: str) -> Style:
        return Style(color=name, bold=True) if colored else bold

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
        error=signal("red") + Style(reverse=not colored),
        good=signal("green"),
        strong=tuple(Style(color=name) if colored else bold for name in names),
        thin=tuple(Style(color=name, dim=True) if colored else dim for name in names),
        background=background,
        dark=dark,
        has_ramp=False,
    )


def background_cell(styles: Styles, indices: tuple[int, ...]) -> tuple[str, Style]:
    """Return an empty cell in the bands of these variants: a tint, or a light character without colors."""
    if styles.has_ramp:
        return " ", Style(bgcolor=RichColor.from_rgb(*tint(styles, indices)))
    alone = len(indices) == 1
    return styles.shades[0 if alone else 1], styles.raw(indices[0]) if alone else styles.faint


def tint(styles: Styles, indices: tuple[int, ...]) -> RGB:
    """Return the background with a little of the colors of these variants; more variants give a stronger tint."""
    color = Color(*styles.background)
    for style_index in indices:
        foreground = styles.variant(style_index).color
        assert foreground is not None and foreground.triplet is not None
        color = color.blend(Color(*foreground.triplet), 0.18 if styles.dark else 0.16)
    return color.rgb


def _parsed(code: str, otherwise: Color) -> Color:
    try:
        color = Color.parse(code)
    except ColorParseError:
        return otherwise
    return color if color.ansi is None else otherwise
