"""A few of the digits are the first of them, with all for testing."""

from __future__ import annotations

import torch

from bntui.data import Request, load


def test_it_has_the_first_200_digits_for_training_and_all_for_testing() -> None:
    few, digits = (load(name, Request((1, 8, 8))) for name in ("digits-few", "digits"))
    assert torch.equal(few.train.images, digits.train.images[:200])
    assert torch.equal(few.train.labels, digits.train.labels[:200])
    assert torch.equal(few.test.images, digits.test.images)
    assert sorted(few.train.labels.unique().tolist()) == list(range(10))
