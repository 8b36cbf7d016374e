"""Shipped presets with random changes: each gives a spec, or an error of one line.

`faults` reads each mutant as `bntui --preset FILE` does, in this process.
"""

from __future__ import annotations

import random
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w

from bntui import spec
from bntui.printable_text import printable
from bntui.records import UserError
from bntui.train import resolve
from tests.faults.junk import TEXTS, TOML_VALUES

LONGEST = 400
"""Characters of the longest error message that is accepted."""
SLOWEST = 2.0
"""Seconds within which a preset must be read."""


@dataclass(frozen=True)
class Fault:
    """A mutant that was not handled, and what happened instead."""

    preset: bytes
    what: str


def faults(count: int, seed: int = 0, slowest: float = SLOWEST) -> list[Fault]:
    """Read `count` mutants, the same for the same seed, and return those that were not handled.

    Those that take more than `slowest` seconds were not.
    """
    found = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mutant.toml"
        for preset in mutants(count, seed):
            path.write_bytes(preset)
            if what := _fault(path, slowest):
                found.append(Fault(preset, what))
    return found


def mutants(count: int, seed: int = 0) -> Iterator[bytes]:
    """Yield shipped presets, each changed in one to four places."""
    originals = [path.read_bytes() for _, path in sorted(spec.available().items())]
    for number in range(count):
        generator = random.Random(f"{seed}-{number}")
        preset = generator.choice(originals)
        for _ in range(generator.randint(1, 4)):
            preset = generator.choice(MUTATIONS)(preset, generator)
        yield preset


def _fault(path: Path, slowest: float) -> str:
    """Return '' if the preset is read as it should be, else what happened."""
    begin = time.perf_counter()
    try:
        _read(path)
    except UserError as error:
        if flaw := flaw_in(str(error)):
            return flaw
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:200]}"
    seconds = time.perf_counter() - begin
    return f"took {seconds:.1f} s" if seconds > slowest else ""


def flaw_in(message: str) -> str:
    """Return '' for a message of one line that is not too long and does not control the terminal."""
    fits = 0 < len(message) <= LONGEST and printable(message) == message
    return "" if fits else f"message of {len(message)} characters: {message[:200]!r}"


def _read(path: Path) -> None:
    """Read and check a preset, and write it as TOML that gives the same, as a run's folder keeps it."""
    loaded = spec.load(str(path))
    assert spec.parse(loaded.toml(), loaded.name).toml() == loaded.toml(), "read back, it is another spec"
    resolve(loaded)


# Changes of the bytes


def _flipped(preset: bytes, generator: random.Random) -> bytes:
    index = generator.randrange(len(preset) + 1)
    return preset[:index] + bytes([generator.randrange(256)]) + preset[index + 1 :]


def _cut(preset: bytes, generator: random.Random) -> bytes:
    start, end = _span(preset, generator)
    return preset[:start] + preset[end:]


def _repeated(preset: bytes, generator: random.Random) -> bytes:
    start, end = _span(preset, generator)
    return preset[:end] + preset[start:end] * generator.choice([1, 2, 300]) + preset[end:]


def _inserted(preset: bytes, generator: random.Random) -> bytes:
    index = generator.randrange(len(preset) + 1)
    return preset[:index] + generator.choice(TOKENS) + preset[index:]


def _encoded_otherwise(preset: bytes, generator: random.Random) -> bytes:
    text = preset.decode(errors="replace")
    return text.encode(generator.choice(["utf-16", "utf-8-sig", "utf-32", "cp037"]), errors="replace")


def _value_replaced(preset: bytes, generator: random.Random) -> bytes:
    lines = preset.split(b"\n")
    index = generator.choice([number for number, line in enumerate(lines) if b"=" in line] or [0])
    key = lines[index].partition(b"=")[0]
    lines[index] = key + b"= " + generator.choice(TOML_VALUES).encode(errors="surrogatepass")
    return b"\n".join(lines)


def _span(preset: bytes, generator: random.Random) -> tuple[int, int]:
    start = generator.randrange(len(preset) + 1)
    return start, min(len(preset), start + generator.choice([1, 3, 20, 400]))


TOKENS = tuple(
    text.encode(errors="surrogatepass")
    for text in (
        *("\0", "\ufeff", "\r", "[", "]]", "{", "=", '"', "'''", ".", ",", "#", "\\", "[[variants]]\n", "\n[probes]\n"),
        *("\n" + ".".join("a" * 3000) + " = 1\n", "\n[" + ".".join("b" * 3000) + "]\n", "k" * 100_000, "\n" * 10_000),
        *(f"\n{key} = {value}\n" for key in ("seed", '"\\u001b[2J"', "'a.b'", "''") for value in TOML_VALUES),
        *TEXTS,
    )
)

# Changes of the tables


def _table_changed(preset: bytes, generator: random.Random) -> bytes:
    try:
        table = tomllib.loads(preset.decode())
        _change(table, generator)
        return tomli_w.dumps(table).encode(errors="surrogatepass")
    except (ValueError, RecursionError, TypeError):
        return _flipped(preset, generator)


def _change(table: dict[str, Any], generator: random.Random) -> None:
    parent: Any = table
    while True:
        keys: Sequence[Any] = list(parent) if isinstance(parent, dict) else range(len(parent))
        key = generator.choice(keys) if keys else ""
        child = parent[key] if keys else None
        if not isinstance(child, dict | list) or not child or generator.random() < 0.3:
            break
        parent = child
    if isinstance(parent, dict):
        _change_key(parent, key, generator)
    elif keys:
        parent[key] = generator.choice([_odd_value(generator), [parent[key]], {"kind": parent[key]}])


def _change_key(table: dict[str, Any], key: str, generator: random.Random) -> None:
    value = table.pop(key, 1)
    match generator.randrange(4):
        case 0:
            table[key] = _odd_value(generator)
        case 1:
            table[generator.choice([*TEXTS, key.upper(), key + "x", key[1:]])] = value
        case 2:
            table[key] = generator.choice([[value], {"x": value}, str(value), [value] * 300])


def _odd_value(generator: random.Random) -> Any:
    return generator.choice(
        [-1, 0, 1, 2**31, 2**63, 10**30, 1e308, 5e-324, -0.0, float("nan"), float("inf"), True, {}, [], [[]], *TEXTS]
    )


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *(_flipped, _cut, _repeated, _inserted, _inserted, _value_replaced, _value_replaced, _value_replaced),
    *(_table_changed, _table_changed, _table_changed, _table_changed, _encoded_otherwise),
)
