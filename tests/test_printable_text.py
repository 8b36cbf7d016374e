"""Text from outside: nothing reaches the terminal that would control it, and nothing else is changed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bntui.printable_text import excerpt, printable, quoted
from bntui.records import UserError


@pytest.mark.parametrize(
    "text", ["noisy", "naïve ℓ₁ ‖∇‖² → −∞", "批量归一化", "배치 정규화", "تطبيع", "👩‍🔬 🏳️‍🌈", "e\u0301", "\ue0b0"]
)
def test_other_writing_is_left_as_it_is(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]52;c;aGk=\x07", "�]52;c;aGk=�"),
        ("\x9b31mred\x9b0m", "�31mred�0m"),
        ("a\r\nb\tc\u2028d", "a  b c d"),
        ("\u202egpj.exe\u202c \u2066x\u2069", "�gpj.exe� �x�"),
        ("\udc80\x00\x7f", "���"),
    ],
)
def test_what_controls_a_terminal_is_replaced(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text(st.characters(categories=["Cc", "Cf", "Cs", "L", "Zl", "Zp"])))
def test_any_text_becomes_one_line_without_controls(text: str) -> None:
    shown = printable(text)
    assert len(shown) == len(text) and len(shown.splitlines()) <= 1
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cs", "Zl", "Zp"}
    shown.encode()


def test_an_excerpt_keeps_both_ends() -> None:
    assert excerpt("x" * 80) == "x" * 80
    assert excerpt("a" * 50 + "b" * 50) == "a" * 40 + "…" + "b" * 39
    assert excerpt("abcdefgh", 4) == "ab…h"


def test_a_quoted_value_is_short_whatever_it_is() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    assert quoted("a\nb\x1b") == r"'a\nb\x1b'"
    assert quoted(16**5000) == "a very long int"
    assert quoted(deep) == "a very long list"
    assert len(quoted("x" * 10**6)) == 80


def test_the_message_of_an_error_is_one_line_that_is_not_too_long() -> None:
    assert str(UserError("no run 'x\n\x1b[2J'")) == "no run 'x �[2J'"
    message = str(UserError(f"{'x' * 5000}: no such file"))
    assert len(message) == 400 and message.endswith(": no such file")
