"""The last step before a poor terminal: its characters, and no colours where it has none.

Both are filters over what all widgets have drawn, Textual's own among them, so that nothing else need know.
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
    "≈": "~",
    "≤": "<",
    "≥": ">",
    "∞": "I",
    "βαγδΔεηθλμσ∇∂√": "bagddentlmsgdV",
    "′": "'",
    "\u2800": " ",
}
_SPELLED = str.maketrans(
    {
        "β": "beta",
        "Δ": "delta ",
        "∇": "grad ",
        "η": "eta",
        "θ": "theta",
        "μ": "mu",
        "σ": "sigma",
        "∞": "inf",
        "×": "x",
        "‖": "|",
        "∂": "d",
        "√": "root ",
        "²": "^2",
    }
)

_POWER = re.compile("(?:([0-9])·)?10([⁻⁰¹²³⁴-⁹]+)")
_INFINITE = re.compile("  (−?)∞")

# Braille cells, row by row, and what looks like them; a cell takes what differs from it in the fewest dots. No
# variant's mark is among them.
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
    """Every character as one of ASCII that takes the same room."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Textual calls this for every line that it draws."""
        return [
            segment if segment.text.isascii() else Segment(ascii_of(segment.text), segment.style, segment.control)
            for segment in segments
        ]


class NoColorFilter(LineFilter):
    """Bold, dim, reverse and the like only."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Textual calls this for every line that it draws."""
        return [
            Segment(text, style.without_color if style is not None else None, control)
            for text, style, control in segments
        ]


class EightBitFilter(LineFilter):
    """Every colour as the nearest of the 240 that are the same everywhere; Rich's own choice is another, and louder."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Textual calls this for every line that it draws."""
        return [
            Segment(text, _nearest(style) if style is not None else None, control) for text, style, control in segments
        ]


_STEPS = (0, 95, 135, 175, 215, 255)
_PALETTE = Palette([*product(_STEPS, _STEPS, _STEPS), *((8 + 10 * grey,) * 3 for grey in range(24))])


@lru_cache(maxsize=4096)
def _nearest(style: Style) -> Style:
    return style + Style(color=_among(style.color), bgcolor=_among(style.bgcolor))


def _among(colour: RichColor | None) -> RichColor | None:
    if colour is None or colour.triplet is None:
        return None
    return RichColor.from_ansi(16 + _PALETTE.match(colour.triplet))


def ascii_of(text: str) -> str:
    """The text in ASCII, cell by cell."""
    text = _INFINITE.sub(lambda found: "-inf" if found[1] else "inf", _POWER.sub(_power, text))
    return text.translate(_table())


def spelled(text: str) -> str:
    """The text with its symbols as words, where there is room for them: before anything is laid out."""
    return text.translate(_SPELLED)


def _power(found: re.Match[str]) -> str:
    power = unicodedata.normalize("NFKC", found[2]).replace("−", "-")
    return f"  {found[1]}e{power}" if found[1] else f"1e{power}"


class _Table(dict[int, str]):
    """Looks up what is not in it, once."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if code < 128:
            found = char
        elif 0x2800 < code < 0x2900:
            found = _stroke(code - 0x2800)
        else:
            plain = unicodedata.normalize("NFKD", char)[:1]
            # Two cells wide are only the pictures that Textual puts before a text.
            found = "  " if cell_len(char) == 2 else plain if plain.isascii() else "?" * cell_len(char)
        self[code] = found
        return found


@cache
def _table() -> _Table:
    pairs = [(char, to[min(index, len(to) - 1)]) for many, to in _GLYPHS.items() for index, char in enumerate(many)]
    return _Table({ord(char): to for char, to in pairs})


def _stroke(cell: int) -> str:
    return min(_STROKES, key=lambda char: min((cell ^ dots).bit_count() for dots in _cells(char)))


@cache
def _cells(char: str) -> tuple[int, ...]:
    return tuple(
        sum(bit for bit, dot in zip(_DOTS, pattern.replace(" ", ""), strict=True) if dot == "1")
        for pattern in _STROKES[char]
    )
