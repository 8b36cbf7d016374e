from collections import Counter

import pytest
import torch
from sklearn.datasets import load_digits
from torch import Tensor

from bntui.data import Request, load
from bntui.data.digits import shuffled

FIRST = [1466, 55, 1703, 683, 1679, 526, 1595, 19]


def test_equal_scikit_learns_copy_in_the_split_order() -> None:
    data, theirs = load("digits", Request((1, 8, 8))), load_digits()
    images = torch.cat([data.train.images, data.test.images]).squeeze(1)
    labels = torch.cat([data.train.labels, data.test.labels])
    order = shuffled(1797)
    assert torch.equal(labels, torch.tensor(theirs.target)[order])
    assert torch.equal((images.double() * 16 / 255).round(), torch.tensor(theirs.images)[order])


def test_the_split_never_changes() -> None:
    order = shuffled(1797)
    assert sorted(order) == list(range(1797))
    assert order[:8] == FIRST
    data = load("digits", Request((1, 8, 8)))
    assert (len(data.train), len(data.test)) == (1500, 297)
    assert set(Counter(data.test.labels.tolist())) == set(range(10))


@pytest.mark.parametrize("size", [(28, 28), (32, 32)])
def test_scaled_to_the_network(size: tuple[int, int]) -> None:
    data = load("digits", Request((3, *size)))
    assert data.image_shape == (1, *size)
    assert data.classes == 10
    for split in (data.train, data.test):
        _is_uint8_pictures(split.images)
        assert split.labels.dtype == torch.int64
    assert data.train.images.max() > 240
    assert data.train.images.min() == 0


def test_the_same_every_time() -> None:
    one, two = (load("digits", Request((1, 28, 28))) for _ in range(2))
    assert torch.equal(one.train.images, two.train.images)
    assert torch.equal(one.test.images, two.test.images)


def _is_uint8_pictures(images: Tensor) -> None:
    assert images.dtype == torch.uint8
    assert images.dim() == 4
    assert images.is_contiguous()
    assert images.device.type == "cpu"
