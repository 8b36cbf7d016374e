"""Rows of the fault campaign: the first tries of each; `python -m tests.faults` makes all of them."""

from __future__ import annotations

from itertools import islice

import pytest

from tests.faults.campaign import ROWS, outcomes_of
from tests.faults.outcome import Outcome

SOME = {"kill -9, headless": 3, "kill -9, dashboard": 2}
"""Rows that start programs, and how many of their tries are made here."""


def _failures(name: str, tries: int | None = None) -> list[Outcome]:
    return [outcome for outcome in islice(outcomes_of(name), tries) if outcome.failure]


@pytest.mark.slow
@pytest.mark.parametrize("name", SOME)
def test_nothing_is_lost(name: str) -> None:
    assert not _failures(name, SOME[name])


def test_the_rows_tried_here_exist() -> None:
    assert set(SOME) <= set(ROWS)
