"""Rows of the fault campaign: the first tries of each; `python -m tests.faults` makes all of them."""

from __future__ import annotations

from itertools import islice

import pytest

from tests.faults import keys
from tests.faults.campaign import ROWS, outcomes_of
from tests.faults.outcome import Outcome

SOME = {
    "kill -9, headless": 3,
    "kill -9, dashboard": 2,
    "kill -9, resumed": 6,
    "kill -9, driver of a sweep": 3,
    "full disk": 3,
    "folder gone or read-only": 2,
    "database locked or damaged": 3,
    "signals, headless": 13,
    "signals, dashboard": 13,
    "signals while torch loads": 2,
    "no terminal": 4,
    "readers that leave": 6,
    "runs damaged afterwards": None,
    "two runs at once": 1,
    "commands while it trains": None,
    "five viewers": None,
    "divergence": 2,
}
"""Rows that start programs, and how many of their tries are made here (None: all)."""


def _failures(name: str, tries: int | None = None) -> list[Outcome]:
    return [outcome for outcome in islice(outcomes_of(name), tries) if outcome.failure]


@pytest.mark.slow
@pytest.mark.parametrize("name", SOME)
def test_nothing_is_lost(name: str) -> None:
    assert not _failures(name, SOME[name])


def test_keys_and_sizes_of_the_terminal() -> None:
    assert not [outcome for outcome in keys.faked() if outcome.failure]


def test_the_rows_tried_here_exist() -> None:
    assert set(SOME) <= set(ROWS)
