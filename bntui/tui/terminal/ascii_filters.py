"""Filters for terminals that lack characters or colors.

They apply to the lines of all widgets, Textual's own included, so no widget needs to know the terminal.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from itertools import product

from rich.cells import cell_len
from rich.color import Color as RichColor
from rich.palette import Palette
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

_GLYPHS = {
    "┈": " ",
    "┊╎": ":",
    "│┃║▌▐▎▏▊‖": "|",
    "─━–—−‐": "-",
    "═━": "=",
    "╭╮╰╯┌┐└┘├┤┬┴┼": "+",
    "█▓■": "#",
    "▒░": ":",
    "▀▔": '"',
    "▁▂▃▄▅▆▇": "_",
    "▸▶→": ">",
    "◀←": "<",
    "↑▲": "^",
    "↓▼": "v",
    "●○": "o",
    "◆": "$",
    "✚★✔•": "*",
    "◉": "@",
    "✦": "%",
    "✖": "X",
    "×": "x",
    "·": "-",
    "…": "~",
    "≈±": "~",
    "≤": "<",
    "≥": ">",
    "∞": "I",
    "βαγδΔεηθλμπσφ∇∂√": "bagddentlmpsfgdV",
    "′": "'",
    "\u2800": " ",
}
_WORDS = str.maketrans(
    {
        "β": "beta",
        "Δ": "delta ",
        "∇": "grad ",
        "η": "eta",
        "θ": "theta",
        "μ": "mu",
        "π": "pi",
        "σ": "sigma",
        "φ": "phi",
        "∞": "inf",
        "×": "x",
        "‖": "|",
        "∂": "d",
        "√": "root ",
        "Σ": "sum ",
        "γ": "gamma",
        "ε": "eps",
        "ŷ": "y^",
        "ℓ": "l",
        "∈": "in",
        "±": "+-",
        "⟨": "<",
        "⟩": ">",
    }
)
_SUBSCRIPTS = re.compile("[₀-₎ₐ-ₜᵢ-ᵥ]+")
_SUPERSCRIPTS = re.compile("[²³¹⁰ⁱ⁴-ⁿᵏ]+")

_POWER = re.compile("(?:([0-9])·)?10([⁻⁰¹²³⁴-⁹]+)")
_INFINITE = re.compile("  (−?)∞")

# Braille patterns, row by row, that each ASCII character resembles; a cell becomes the character whose pattern differs
# in the fewest dots. No character is also a variant's mark.
_STROKES = {
    "'": ("10 00 00 00", "01 00 00 00", "11 00 00 00", "10 10 00 00", "01 01 00 00", "10 01 00 00", "01 10 00 00"),
    "-": ("00 11 00 00", "00 00 11 00", "00 10 01 00", "00 01 10 00", "00 10 00 00", "00 01 00 00"),
    ".": ("00 00 10 00", "00 00 01 00", "00 00 00 10", "00 00 00 01", "00 00 10 01", "00 00 01 10"),
    "_": ("00 00 00 11",),
    ",": ("00 00 10 10", "00 00 01 01"),
    "|": ("10 10 10 10", "01 01 01 01", "10 10 10 00", "01 01 01 00", "00 10 10 10", "00 01 01 01", "00 01 01 00"),
    "/": ("01 01 10 10", "01 10 10 10", "01 01 01 10", "00 01 10 10", "01 01 10 00", "01 10 10 00", "00 01 01 10"),
    "\\": ("10 10 01 01", "10 01 01 01", "10 10 10 01", "00 10 01 01", "10 10 01 00", "10 01 01 00", "00 10 10 01"),
    "+": ("11 11 11 11", "10 11 10 10", "01 11 01 01", "10 11 10 00", "01 11 01 00", "00 10 11 10", "00 01 11 01"),
    "=": ("11 00 11 00", "00 11 00 11", "11 00 00 11"),
}
_DOTS = (0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80)


class AsciiFilter(LineFilter):
    """Replaces every character by ASCII of the same width."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            segment if segment.text.isascii() else Segment(to_ascii(segment.text), segment.style, segment.control)
            for segment in segments
        ]


class NoColorFilter(LineFilter):
    """Removes colors and keeps bold, dim, reverse and the like."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            Segment(text, style.without_color if style is not None else None, control)
            for text, style, control in segments
        ]


class EightBitFilter(LineFilter):
    """Replaces colors by the nearest of the 240 that all terminals define alike; Rich would choose more vivid ones."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            Segment(text, _nearest_style(style) if style is not None else None, control)
            for text, style, control in segments
        ]


_STEPS = (0, 95, 135, 175, 215, 255)
_PALETTE = Palette([*product(_STEPS, _STEPS, _STEPS), *((8 + 10 * grey,) * 3 for grey in range(24))])


@lru_cache(maxsize=4096)
def _nearest_style(style: Style) -> Style:
    return style + Style(color=_nearest_color(style.color), bgcolor=_nearest_color(style.bgcolor))


def _nearest_color(color: RichColor | None) -> RichColor | None:
    if color is None or color.triplet is None:
        return None
    return RichColor.from_ansi(16 + _PALETTE.match(color.triplet))


def to_ascii(text: str) -> str:
    """Return the text in ASCII, of the same width in cells."""
    text = _INFINITE.sub(lambda match: "-inf" if match[1] else "inf", _POWER.sub(_power, text))
    return text.translate(_table())


def spell_out(text: str) -> str:
    """Return the text with symbols as words; the width changes, so call it before layout."""
    text = _SUBSCRIPTS.sub(lambda match: f"_{unicodedata.normalize('NFKC', match[0])}", text)
    text = _SUPERSCRIPTS.sub(lambda match: f"^{unicodedata.normalize('NFKC', match[0])}", text)
    return text.translate(_WORDS)


def _power(match: re.Match[str]) -> str:
    exponent = unicodedata.normalize("NFKC", match[2]).replace("−", "-")
    return f"  {match[1]}e{exponent}" if match[1] else f"1e{exponent}"


class _Table(dict[int, str]):
    """A translation table that adds missing characters when they are first looked up."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if code < 128:
            text = char
        elif 0x2800 < code < 0x2900:
            text = _stroke(code - 0x2800)
        else:
            plain = unicodedata.normalize("NFKD", char)[:1]
            # The only characters two cells wide are the icons that Textual puts in front of texts.
            text = "  " if cell_len(char) == 2 else plain if plain.isascii() else "?" * cell_len(char)
        self[code] = text
        return text


@cache
def _table() -> _Table:
    """Return the table for `_GLYPHS`, in which the last ASCII character stands for all remaining glyphs of its row."""
    return _Table(
        {
            ord(char): replacements[min(index, len(replacements) - 1)]
            for glyphs, replacements in _GLYPHS.items()
            for index, char in enumerate(glyphs)
        }
    )


def _stroke(cell: int) -> str:
    return min(_STROKES, key=lambda char: min((cell ^ dots).bit_count() for dots in _patterns(char)))


@cache
def _patterns(char: str) -> tuple[int, ...]:
    return tuple(
        sum(bit for bit, dot in zip(_DOTS, pattern.replace(" ", ""), strict=True) if dot == "1")
        for pattern in _STROKES[char]
    )
