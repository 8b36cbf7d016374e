"""The digits beside noise."""

from __future__ import annotations

import torch

from bntui.data import Request, load


def test_a_digit_and_three_channels_of_noise() -> None:
    few, digits = load("digits-noise", Request((1, 28, 28))), load("digits", Request((1, 8, 8)))
    assert few.image_shape == (4, 8, 8)
    assert (len(few.train), len(few.test)) == (150, 297)
    assert torch.equal(few.train.images[:, :1], digits.train.images[:150])
    assert torch.equal(few.test.images[:, :1], digits.test.images)
    assert torch.equal(few.test.labels, digits.test.labels)


def test_the_noise_is_always_the_same_and_uniform() -> None:
    first, again = (load("digits-noise", Request((1, 8, 8))) for _ in range(2))
    assert torch.equal(first.train.images, again.train.images)
    noise = first.train.images[:, 1:].double()
    assert abs(noise.mean() - 127.5) < 1
    assert noise.amin() == 0
    assert noise.amax() == 255
