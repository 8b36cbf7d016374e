"""A part of the fuzzers: presets with random changes, and junk on the command line."""

from __future__ import annotations

from tests.faults import mutated_presets


def test_mutated_presets() -> None:
    assert mutated_presets.faults(300, seed=1) == []
