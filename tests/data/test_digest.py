"""The hash of a data set is the same everywhere, and another where one value differs."""

from __future__ import annotations

from dataclasses import replace

import torch

from bntui.data import Request, load
from bntui.data.dataset import Dataset, Split
from bntui.data.digest import digest

GOLDEN = "fdbd968d7b0c5d2d4c21d2576bea2a1935e1a368ee9c2ee07c38af67e82ebd9f"


def _digits() -> Dataset:
    return load("digits", Request((1, 8, 8)))


def test_the_hash_of_the_digits_never_changes() -> None:
    assert digest(_digits()) == GOLDEN


def test_one_pixel_or_label_changes_it() -> None:
    for part in ("images", "labels"):
        for split in ("train", "test"):
            data = _digits()
            values = getattr(getattr(data, split), part)
            values.view(-1)[-1] += 1
            assert digest(data) != GOLDEN, (split, part)


def test_shapes_and_types_count() -> None:
    images, labels = torch.zeros(4, 1, 2, 2, dtype=torch.uint8), torch.zeros(4, dtype=torch.int64)
    data = Dataset("a", 2, Split(images, labels), Split(images, labels))
    other = replace(data, train=Split(images.view(4, 1, 1, 4), labels))
    third = replace(data, train=Split(images, labels.int()))
    assert len({digest(each) for each in (data, other, third)}) == 3


def test_the_name_does_not_count() -> None:
    data = _digits()
    assert digest(replace(data, name="folder:elsewhere")) == digest(data)


def test_strided_tensors_count_as_their_values() -> None:
    whole = torch.arange(8, dtype=torch.float32).view(4, 2)
    one = Split(whole.t(), whole[:, 0])
    other = Split(whole.t().contiguous(), whole[:, 0].contiguous())
    assert digest(Dataset("a", 2, one, one)) == digest(Dataset("a", 2, other, other))
