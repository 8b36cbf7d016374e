"""TOML that users write: a text becomes a table, or an error of one line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from bntui.printable_text import excerpt
from bntui.records import UserError

LONGEST = 64_000
"""Characters of the longest text, and bytes of the largest file."""
DEEPEST = 16
"""Tables and lists in one another."""
LARGEST = 2**63
"""Integers of TOML have 64 bits."""

_LONG_KEY = re.compile(r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){32}""")

_DEEP = re.compile(r"(?:[\[{][^\[\]{}]*+){100}")


def parsed(text: str) -> dict[str, Any]:
    """Return the table in a text. Raises UserError with the reason alone."""
    if len(text) > LONGEST:
        raise UserError(f"is longer than {LONGEST:,} characters")
    if _LONG_KEY.search(text):
        # The time that tomllib takes is quadratic in the number of parts.
        raise UserError("has a key of more than 32 parts")
    too_deep = f"has more than {DEEPEST} tables and lists in one another"
    if _DEEP.search(text):
        # Where Python's stack is exhausted, finalizers that happen to run fail, and print a traceback.
        raise UserError(too_deep)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"not valid TOML: {error}") from None
    except RecursionError:
        raise UserError(too_deep) from None
    except ValueError:
        raise UserError("has a number of too many digits") from None


def dotted(
    table: Mapping[str, Any], within: str = "", *, whole: Callable[[Mapping[str, Any]], bool] = lambda _: False
) -> Iterator[tuple[str, Any]]:
    """Yield the values of a table and of the tables in it, with their dotted keys; `whole` tables are values."""
    for key, value in table.items():
        if isinstance(value, Mapping) and not whole(value):
            yield from dotted(value, f"{within}{key}.", whole=whole)
        else:
            yield f"{within}{key}", value


def short_key(key: str, keys: Iterable[str]) -> str:
    """Return the last parts of a dotted key that tell it from the other keys."""
    parts = key.split(".")
    endings = (".".join(parts[-count:]) for count in range(1, len(parts)))
    others = [f".{other}" for other in keys if other != key]
    return next((ending for ending in endings if not any(other.endswith(f".{ending}") for other in others)), key)


def check(table: dict[str, Any]) -> None:
    """Raise UserError if a value could not be written as TOML again: too deep, too large, or not Unicode."""
    # Without recursion, which a deep table would exhaust.
    unchecked: list[tuple[tuple[str, ...], Any]] = [((), table)]
    while unchecked:
        key, value = unchecked.pop()
        if len(key) > DEEPEST:
            raise UserError(f"{_dotted(key)}: more than {DEEPEST} tables and lists in one another")
        if isinstance(value, dict):
            unchecked += [((*key, name), item) for name, item in value.items()]
            _check_unicode(key, value)
        elif isinstance(value, list):
            unchecked += [((*key, str(index)), item) for index, item in enumerate(value)]
        elif isinstance(value, str):
            _check_unicode(key, [value])
        elif isinstance(value, int) and not -LARGEST <= value < LARGEST:
            raise UserError(f"{_dotted(key)}: an integer of more than 64 bits")


def _check_unicode(key: tuple[str, ...], texts: Iterable[str]) -> None:
    for text in texts:
        try:
            text.encode()
        except UnicodeEncodeError:
            raise UserError(f"{_dotted(key)}: '{excerpt(text)}' has characters that are not Unicode") from None


def _dotted(key: tuple[str, ...]) -> str:
    return excerpt(".".join(key))
