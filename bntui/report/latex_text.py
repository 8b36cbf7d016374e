"""Text as LaTeX: what comes from outside is shown as it is, and Unicode becomes commands that every engine has."""

from __future__ import annotations

import re
import unicodedata

from bntui.printable_text import printable

_TEXTS = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "`": r"\textasciigrave{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': "''",
    **{char: "\\" + char for char in "#$%&_{}"},
    "…": r"\dots{}",
    "–": "--",
    "—": "---",
    "‘": "`",
    "’": "'",
    "“": "``",
    "”": "''",
    "\u00a0": "~",
    "§": r"\S{}",
    "ß": r"\ss{}",
    "æ": r"\ae{}",
    "Æ": r"\AE{}",
    "ø": r"\o{}",
    "Ø": r"\O{}",
    "œ": r"\oe{}",
    "ł": r"\l{}",
    "Ł": r"\L{}",
}
_FORMULAS = {
    "−": "-",
    "±": r"\pm",
    "×": r"\times",
    "✖": r"\times",
    "·": r"\cdot",
    "√": r"\surd",
    "‖": r"\|",
    "∇": r"\nabla",
    "∂": r"\partial",
    "∞": r"\infty",
    "≤": r"\le",
    "≥": r"\ge",
    "≠": r"\ne",
    "≈": r"\approx",
    "∈": r"\in",
    "→": r"\to",
    "←": r"\leftarrow",
    "↑": r"\uparrow",
    "↓": r"\downarrow",
    "⟨": r"\langle",
    "⟩": r"\rangle",
    "′": "{}'",
    "½": r"\frac{1}{2}",
    "ℓ": r"\ell",
    "Σ": r"\Sigma",
    "ε": r"\varepsilon",
    "ς": r"\varsigma",
    "ο": "o",
    "°": r"{}^{\circ}",
}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿᵖ", "0123456789+-np")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋ₜₚᵢⱼₖₙₘ", "0123456789+-tpijknm")
_ACCENTS = dict(
    zip("\u0300\u0301\u0302\u0303\u0308\u0304\u0306\u0307\u030a\u030b\u030c\u0327", "`'^~\"=u.rHvc", strict=True)
)
_CAPITALS = ("gamma", "delta", "theta", "lambda", "xi", "pi", "sigma", "upsilon", "phi", "psi", "omega")
"""Capital Greek letters that have a command; the others look like Latin letters."""
_LATIN_CAPITALS = {"eta": "H", "rho": "P", "chi": "X"}

_RUNS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿᵖ", "₀₁₂₃₄₅₆₇₈₉₊₋ₜₚᵢⱼₖₙₘ", "-", "'", ","
_TOKEN = re.compile("|".join([*(f"[{chars}]+" for chars in _RUNS), "."]))
_POWER_OF_TEN = re.compile(r"(?<=\d)e([−+-]?\d+)\b")
_PIECE = re.compile(r"[^-_/=+,:;]{1,5}[-_/=+,:;]?|.")
_LONG_WORD = 10
_NARROW = 4.0
"""Inches below which lines with formulas leave gaps if they are stretched."""


def latex(text: str) -> str:
    """Return a text as LaTeX that shows it, for any engine and font.

    Greek letters, sub- and superscripts and signs become formulas. What cannot be set is shown as its code point.
    """
    text = _POWER_OF_TEN.sub(
        lambda power: "×10" + _superscript(power[1]), printable(unicodedata.normalize("NFC", text))
    )
    shown = "".join(map(_token, _TOKEN.findall(text)))
    # Neighboring formulas are one.
    return re.sub(r"(?<!\\)\$\$", " ", shown)


def breakable(text: str) -> str:
    """Return a text as `latex` does, with places in long words, as in names, at which a line may end."""
    return " ".join(map(_breakable_word, printable(text).split(" ")))


def caption(text: str, width: float) -> str:
    """Return a caption, in LaTeX, for a column of so many inches: lines of narrow ones are not stretched."""
    return rf"\raggedright {text}" if width < _NARROW else text


def _breakable_word(word: str) -> str:
    if len(word) <= _LONG_WORD:
        return latex(word)
    return r"\allowbreak{}".join(map(latex, _PIECE.findall(word)))


def _token(token: str) -> str:
    if token[0].translate(_SUPERSCRIPTS) != token[0]:
        return f"${{}}^{{{token.translate(_SUPERSCRIPTS)}}}$"
    if token[0].translate(_SUBSCRIPTS) != token[0]:
        return f"${{}}_{{{token.translate(_SUBSCRIPTS)}}}$"
    if token in _TEXTS:
        return _TEXTS[token]
    if token.isascii():
        # Two of these in a row would be set as one character.
        return "{}".join(token)
    formula = _FORMULAS.get(token) or _greek(token)
    return f"${formula}$" if formula else _accented(token) or f"[U+{ord(token):04X}]"


def _greek(char: str) -> str:
    """Return the command of a Greek letter without accents; '' for anything else."""
    words = unicodedata.name(char, "").split()
    if len(words) != 4 or words[:1] + words[2:3] != ["GREEK", "LETTER"]:
        return ""
    name = {"LAMDA": "lambda"}.get(words[3], words[3].lower())
    if words[1] == "SMALL":
        return "\\" + name
    return "\\" + name.capitalize() if name in _CAPITALS else _LATIN_CAPITALS.get(name, name[0].upper())


def _accented(char: str) -> str:
    """Return a Latin letter with an accent as a command; '' for anything else."""
    parts = unicodedata.normalize("NFD", char)
    return (
        f"\\{_ACCENTS[parts[1]]}{{{parts[0]}}}"
        if len(parts) == 2 and parts[0].isascii() and parts[1] in _ACCENTS
        else ""
    )


def _superscript(number: str) -> str:
    return number.lstrip("+").translate(str.maketrans("0123456789-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻"))
