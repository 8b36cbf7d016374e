"""Random vectors with a falling spectrum, and the test split that stands for all of them."""

from __future__ import annotations

import pytest
import torch

from bntui.data import Request, load


@pytest.mark.parametrize("power", [1, 2])
def test_errors_on_the_test_split_add_up_to_the_excess_risk(power: int) -> None:
    data = load(f"power-law-{power}", Request((1, 28, 28)))
    assert data.image_shape == (200, 1, 1) and data.classes == 3 and len(data.test) == 200
    numbers = torch.arange(1, 201, dtype=torch.float64)
    true = torch.stack([numbers**0, 1 / numbers, numbers**-10], dim=1)
    function = torch.randn(200, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    risk = ((function - true).square() / numbers[:, None] ** power).sum(0)
    inputs, targets = data.test.images.flatten(1).double(), data.test.labels.double()
    assert torch.allclose((inputs @ function - targets).square().sum(0), risk, rtol=1e-6)
    # The samples: the variances, and noise of variance 1 beside the functions.
    inputs, targets = data.train.images.flatten(1).double(), data.train.labels.double()
    assert torch.allclose(inputs.var(0), numbers**-power, rtol=0.05)
    assert torch.allclose((targets - inputs @ true).var(0), torch.ones(3, dtype=torch.float64), rtol=0.05)
    assert torch.equal(data.train.images[:10], load(f"power-law-{power}", Request((1, 1, 1))).train.images[:10])
