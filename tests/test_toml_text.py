"""TOML from users: whatever a text holds, the answer is a table or one line."""

from __future__ import annotations

import pytest

from bntui import toml_text
from bntui.records import UserError


@pytest.mark.parametrize(
    ("key", "keys", "short"),
    [
        ("optimizer.lr", ("optimizer.lr", "seed"), "lr"),
        ("variants.bn.lr", ("variants.bn.lr", "variants.noisy.lr"), "bn.lr"),
        ("a.x.y", ("a.x.y", "b.x.y"), "a.x.y"),
        ("optimizer.steps", ("optimizer.steps", "steps"), "optimizer.steps"),
    ],
)
def test_a_short_key_is_no_other_key(key: str, keys: tuple[str, ...], short: str) -> None:
    assert toml_text.short_key(key, keys) == short


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = ", "not valid TOML: "),
        ("\0", "not valid TOML: "),
        ("x = " + "[" * 5000, "more than 16 tables and lists in one another"),
        ("x = " + "9" * 5000, "a number of too many digits"),
        ("[" + ".".join("b" * 20_000) + "]", "a key of more than 32 parts"),
        ("x = {" + "'b'. " * 8_000 + "b = 1}", "a key of more than 32 parts"),
        ("#" * 64_001, "longer than 64,000 characters"),
    ],
    ids=range(7),
)
def test_a_text_that_cannot_be_read_gives_the_reason(text: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        toml_text.parsed(text)


@pytest.mark.parametrize(
    "text",
    ["x = 1979-05-27", "x = -1e-999", "'a.b'.\"c\\nd\" = [[], [inf, nan]]", "", "# " + "Two words. " * 99],
    ids=range(5),
)
def test_other_texts_are_read(text: str) -> None:
    toml_text.check(toml_text.parsed(text))


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"a": {"b": [1, 2**63]}}, "a.b.1: an integer of more than 64 bits"),
        ({"a": -(2**63) - 1}, "a: an integer of more than 64 bits"),
        ({"a": ["\udcff"]}, "a.0: '�' has characters that are not Unicode"),
        ({"\udcff": 1}, "'�' has characters that are not Unicode"),
        (toml_text.parsed(".".join("a" * 17) + " = 1"), "more than 16 tables"),
    ],
    ids=range(5),
)
def test_a_value_that_could_not_be_written_again_is_named(table: dict[str, object], message: str) -> None:
    with pytest.raises(UserError, match=message):
        toml_text.check(table)
