"""Text from outside is shown by LaTeX as it is, and Unicode becomes commands."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bntui.explanations import QUANTITIES
from bntui.report.latex_text import breakable, latex


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("50 % of a_b & #1 for $5 {x}", r"50 \% of a\_b \& \#1 for \$5 \{x\}"),
        (r"\input{x}~^|", r"\textbackslash{}input\{x\}\textasciitilde{}\textasciicircum{}\textbar{}"),
        ('<b>"q"', r"\textless{}b\textgreater{}''q''"),
        ("a--b", "a-{}-b"),
        ("effective β", r"effective $\beta$"),
        ("‖Δ∇L‖", r"$\| \Delta \nabla$L$\|$"),
        ("σ²ₜ₋₁", r"$\sigma {}^{2} {}_{t-1}$"),
        ("1.2e−5 ± 3", r"1.2$\times$10${}^{-5}$ $\pm$ 3"),
        ("x$β$y", r"x\$$\beta$\$y"),
        ("Schölkopf, Łódź", r"Sch\"{o}lkopf, \L{}\'{o}d\'{z}"),
        ("中\x1b[31m", "[U+4E2D][U+FFFD][31m"),
    ],
)
def test_characters_become_commands(text: str, shown: str) -> None:
    assert latex(text) == shown


@given(st.text(max_size=60))
def test_any_text_is_ascii_with_balanced_formulas_and_groups(text: str) -> None:
    for shown in (latex(text), breakable(text)):
        assert shown.isascii() and "\n" not in shown and "$$" not in shown.replace(r"\$", "")
        bare = re.sub(r"\\[\\${}%#&_'\"`^~=.]", "", shown)
        assert bare.count("$") % 2 == 0 and bare.count("{") == bare.count("}")
        assert not re.search(r"[%#&]", bare)


def test_long_words_may_be_broken_and_short_ones_not() -> None:
    assert breakable("a learning rate") == "a learning rate"
    assert breakable("noisy-standard_0.1") == r"noisy-\allowbreak{}stand\allowbreak{}ard\_\allowbreak{}0.1"
    pieces = breakable("x" * 64).split(r"\allowbreak{}")
    assert "".join(pieces) == "x" * 64 and max(map(len, pieces)) < 10


def test_every_character_of_the_explanations_can_be_set() -> None:
    for quantity in QUANTITIES:
        assert "[U+" not in latex(f"{quantity.title} {quantity.what} {quantity.source}")
