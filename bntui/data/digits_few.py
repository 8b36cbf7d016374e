"""So few of the digits that a network can learn them by heart."""

from __future__ import annotations

from dataclasses import replace

from bntui.data import digits
from bntui.data.dataset import Dataset, Split
from bntui.data.request import Request

TRAIN = 200


def load(request: Request) -> Dataset:
    """Return 200 digits for training and all 297 for testing, scaled to the requested height and width."""
    whole = digits.load(request)
    return replace(whole, train=Split(whole.train.images[:TRAIN], whole.train.labels[:TRAIN]))
