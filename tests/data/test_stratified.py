"""A part of a test set has the classes of the whole, in proportion."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
import torch
from torch import Tensor

from bntui.data import Request, load
from bntui.data.stratified import stratified

SORTED = torch.arange(3).repeat_interleave(torch.tensor([100, 100, 100]))
UNEQUAL = torch.arange(4).repeat_interleave(torch.tensor([500, 300, 150, 50]))


def test_a_set_sorted_by_class_gives_all_its_classes() -> None:
    assert set(Counter(SORTED[stratified(SORTED, 100)].tolist()).values()) == {33, 34}
    assert Counter(SORTED[stratified(SORTED, 3)].tolist()) == {0: 1, 1: 1, 2: 1}


@pytest.mark.parametrize("count", [1, 7, 20, 100, 333, 999, 1000])
def test_every_class_has_its_share_to_less_than_one(count: int) -> None:
    chosen = stratified(UNEQUAL, count)
    assert chosen == sorted(set(chosen))
    assert len(chosen) == count
    numbers = Counter(UNEQUAL[chosen].tolist())
    for label, size in Counter(UNEQUAL.tolist()).items():
        assert abs(numbers[label] - size * count / 1000) < 1


@pytest.mark.parametrize("labels", [UNEQUAL, torch.zeros(1000, 10)], ids=["classes", "vectors"])
def test_a_smaller_part_lies_within_a_larger_one_and_is_no_run_of_neighbours(labels: Tensor) -> None:
    parts = [stratified(labels, count) for count in (50, 200, 1000, 2000)]
    for smaller, larger in pairwise(parts):
        assert set(smaller) <= set(larger)
    assert parts[2] == parts[3] == list(range(1000))
    assert parts[0] != list(range(parts[0][0], parts[0][0] + 50))


def test_the_choice_never_changes() -> None:
    assert stratified(SORTED, 6) == [19, 55, 126, 133, 217, 225]
    digits = load("digits", Request((1, 28, 28))).test.labels
    assert stratified(digits, 5) == [73, 126, 133, 202, 217]
