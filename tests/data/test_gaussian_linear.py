"""A few random vectors with one linear function of each."""

from __future__ import annotations

import torch

from bntui.data import Request, load


def test_targets_are_one_linear_function() -> None:
    data = load("gaussian-wide", Request((1, 28, 28)))
    assert data.image_shape == (20, 1, 1)
    assert (len(data.train), len(data.test), data.classes) == (12, 200, 1)
    inputs, targets = data.test.images.flatten(1).double(), data.test.labels.double()
    function = torch.linalg.lstsq(inputs, targets).solution
    for split in (data.train, data.test):
        assert torch.allclose(split.images.flatten(1).double() @ function, split.labels.double(), atol=1e-5)


def test_the_centred_training_inputs_and_a_constant_fit_any_targets() -> None:
    inputs = load("gaussian-wide", Request((1, 28, 28))).train.images.flatten(1).double()
    columns = torch.cat([inputs - inputs.mean(0), torch.ones(12, 1)], dim=1)
    assert torch.linalg.matrix_rank(columns) == 12


def test_it_is_the_same_each_time() -> None:
    first, again = (load("gaussian-wide", Request((20, 1, 1))) for _ in range(2))
    assert torch.equal(first.train.images, again.train.images)
    assert torch.equal(first.test.labels, again.test.labels)
