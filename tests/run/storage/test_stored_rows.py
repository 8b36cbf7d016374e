"""Rows decoded many at a time are those decoded one by one; damaged ones are noticed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from bntui.records import Measurement
from bntui.run.series.history import History
from bntui.run.storage.schema import pack
from bntui.run.storage.stored_rows import decode_rows
from tests.run.conftest import INFO, MEASUREMENTS

COLUMNS = {(variant, probe): len(INFO.columns_of(probe)) for variant in INFO.variants for probe in INFO.probes}


def rows_of(measurements: list[Measurement]) -> list[tuple[Any, ...]]:
    return [
        (number, each.step, each.variant, each.probe, pack(each.values))
        for number, each in enumerate(measurements, start=1)
    ]


def random_measurements(steps: int) -> list[Measurement]:
    numbers = np.random.default_rng(0)
    return [
        Measurement(step, variant, probe, tuple(numbers.random(size).astype(np.float32).tolist()))
        for step in range(steps)
        for variant in INFO.variants
        for probe in INFO.probes
        if (size := int(numbers.integers(-1, 3))) >= 0
    ]


@pytest.mark.parametrize("chunk", [1, 7, 1000])
@pytest.mark.parametrize("measurements", [list(MEASUREMENTS), random_measurements(60)], ids=["few", "many"])
def test_blocks_are_the_measurements(measurements: list[Measurement], chunk: int) -> None:
    history, expected, rows = History(INFO), History(INFO), rows_of(measurements)
    for first in range(0, len(rows), chunk):
        blocks = decode_rows(rows[first : first + chunk], COLUMNS)
        assert blocks is not None
        history.extend_blocks(blocks)
    expected.extend(measurements)
    assert repr(list(history.measurements())) == repr(list(expected.measurements())) == repr(measurements)
    assert (history.version, history.last_step) == (expected.version, expected.last_step)
    assert history.settled("bn") == expected.settled("bn")


@pytest.mark.parametrize(
    "row",
    [
        (1, 9, "bn", "train", b"1234"),
        ("9", 9, "bn", "train", b"1234"),
        (9, 0, "bn", "train", b"1234"),
        (9, 9.5, "bn", "train", b"1234"),
        (9, 2**31, "bn", "train", b"1234"),
        (9, None, "bn", "train", b"1234"),
        (9, 9, "unknown", "train", b"1234"),
        (9, 9, b"bn", "train", b"1234"),
        (9, 9, "bn", "unknown", b"1234"),
        (9, 9, "bn", "train", b"12345"),
        (9, 9, "bn", "train", b"1234" * 3),
        (9, 9, "bn", "train", "1234"),
        (9, math.inf, "bn", "train", b"1234"),
    ],
)
def test_a_damaged_row_is_noticed(row: tuple[Any, ...]) -> None:
    rows = rows_of(list(MEASUREMENTS[:4]))
    assert decode_rows([*rows, (8, 8, "bn", "train", b"1234"), (9, 9, "bn", "train", b"")], COLUMNS)
    assert decode_rows([*rows, (8, 8, "bn", "train", b"1234"), row], COLUMNS) is None
