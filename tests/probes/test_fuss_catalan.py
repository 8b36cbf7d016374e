"""The law of products of random matrices, against its moments, large matrices, and the exact law of small ones."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.integrate import quad

from bntui.probes.fuss_catalan import FussCatalan
from bntui.probes.weight_products import product_spectrum


@pytest.mark.parametrize("factors", [1, 3, 5, 25])
def test_its_mean_is_1_and_its_second_moment_one_more_than_the_factors(factors: int) -> None:
    law = FussCatalan(factors)
    for power, moment in ((2, 1), (4, factors + 1)):
        found, _ = quad(lambda q, power=power: law.quantile(np.array([q]))[0] ** power, 0, 1, limit=200)
        assert found == pytest.approx(moment, rel=1e-9)


@pytest.mark.parametrize(("factors", "end"), [(1, 2.0), (3, 3.0792014357), (5, 3.8638654651), (25, 8.3253675)])
def test_it_ends_at_its_largest_value(factors: int, end: float) -> None:
    law = FussCatalan(factors)
    assert law.largest == pytest.approx(end, rel=1e-4)
    below, at, beyond = law.share_below(law.largest * np.array([1 - 1e-9, 1, 2]))
    assert 0.9999 < below < 1 and (at, beyond) == pytest.approx((1, 1))
    assert law.share_below(np.zeros(1))[0] == pytest.approx(0, abs=1e-12)


def test_of_one_factor_it_is_the_quarter_circle() -> None:
    values = np.linspace(0, 2, 41)
    circle = (values * np.sqrt(4 - values**2) / 2 + 2 * np.arcsin(values / 2)) / np.pi
    np.testing.assert_allclose(FussCatalan(1).share_below(values), circle, atol=1e-12)


def test_quantiles_undo_shares() -> None:
    shares = np.linspace(0.01, 0.99, 25)
    for factors in (1, 4, 25):
        law = FussCatalan(factors)
        np.testing.assert_allclose(law.share_below(law.quantile(shares)), shares, rtol=1e-9)


def gaussian(factors: int, size: int, seed: int) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(size, size, generator=generator, dtype=torch.float64) for _ in range(factors)]


@pytest.mark.parametrize(("factors", "largest"), [(1, 1.98), (3, 3.12), (5, 3.80)])
def test_large_random_matrices_follow_it(factors: int, largest: float) -> None:
    values = product_spectrum(gaussian(factors, 400, factors)).numpy()
    below, steps = FussCatalan(factors).share_below(values), np.arange(400) / 400
    assert max((below - steps).max(), (steps + 1 / 400 - below).max()) < 0.012
    assert values[-1] == pytest.approx(largest, rel=0.06)


def test_small_matrices_have_the_exact_fourth_moment() -> None:
    size, factors, draws = 10, 3, 4000
    p, q = float(size), float(size**2)
    for _ in range(factors):
        p, q = (1 + 1 / size) * p + q / size, q + 2 * p / size
    assert p / size == pytest.approx(4.725, abs=5e-4)
    generator = torch.Generator().manual_seed(0)
    product = torch.eye(size, dtype=torch.float64)
    for _ in range(factors):
        product = torch.randn(draws, size, size, generator=generator, dtype=torch.float64) / size**0.5 @ product
    fourth = torch.linalg.svdvals(product).pow(4).mean(1)
    assert fourth.mean().item() == pytest.approx(p / size, abs=4 * fourth.std().item() / draws**0.5)


def test_a_scale_does_not_matter() -> None:
    factors = gaussian(3, 8, 1)
    scaled = [weight * 10.0**index for index, weight in enumerate(factors)]
    assert torch.allclose(product_spectrum(scaled), product_spectrum(factors), rtol=1e-10)
