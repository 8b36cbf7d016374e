"""Random vectors whose directions vary less and less."""

from __future__ import annotations

import torch

from bntui.data import Request, load


def test_inputs_vary_by_a_tenth_of_a_decade_less_in_each_direction() -> None:
    data = load("gaussian-decaying", Request((1, 28, 28)))
    assert data.image_shape == (20, 1, 1)
    assert (len(data.train), len(data.test), data.classes) == (80, 1000, 1)
    inputs = data.test.images.double().flatten(1)
    deviations = torch.linalg.svdvals(inputs - inputs.mean(0)) / 1000**0.5
    assert torch.allclose(deviations, 10 ** (-torch.arange(1, 21).double() / 10), rtol=0.15)


def test_a_linear_function_explains_all_but_the_noise() -> None:
    test = load("gaussian-decaying", Request((20, 1, 1))).test
    inputs, targets = test.images.double().flatten(1), test.labels.double()
    fitted = inputs @ torch.linalg.lstsq(inputs, targets).solution
    assert 0.28 < (fitted - targets).std() < 0.32
    assert 0.95 < fitted.var() < 1.05


def test_it_is_the_same_each_time() -> None:
    first, again = (load("gaussian-decaying", Request((20, 1, 1))) for _ in range(2))
    assert torch.equal(first.train.images, again.train.images)
    assert torch.equal(first.test.labels, again.test.labels)
