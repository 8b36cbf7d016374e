"""Noise has the distributions of its sources, and is constant to the gradient."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from bntui.spec import NoiseSpec
from bntui.variants.noise import FrozenNoise, JumpingNoise, Noise

CHANNELS = 2000
ELEMENTS = (40, CHANNELS, 5, 5)


def drawn(noise: Noise, step: int = 0) -> tuple[Tensor, Tensor]:
    """Return (factor of the activations, term added to them), each (channels, elements)."""
    noise.seed(11, "conv1")
    noise.redraw(step)
    shift = noise(torch.zeros(ELEMENTS))
    scale = noise(torch.ones(ELEMENTS)) - shift
    return scale.transpose(0, 1).flatten(1), shift.transpose(0, 1).flatten(1)


def test_jumping_noise_follows_algorithm_1() -> None:
    constants = NoiseSpec()
    scale, shift = drawn(JumpingNoise(constants))
    # Per channel: μ uniform in ±n_μ and σ uniform in [1, n_σ]; the means of 1,000 elements are close to them.
    mean, deviation = shift.mean(1), scale.mean(1)
    for value, low, high in ((mean, -constants.n_mu, constants.n_mu), (deviation, 1.0, constants.n_sigma)):
        assert value.min() == pytest.approx(low, abs=0.02)
        assert value.max() == pytest.approx(high, abs=0.02)
        assert float(value.mean()) == pytest.approx((low + high) / 2, abs=0.03)
        assert float(value.std()) == pytest.approx((high - low) / 12**0.5, rel=0.05)
    # Per element: m uniform in μ ± r_μ, s normal with standard deviation r_σ.
    within = shift - mean[:, None]
    assert float(within.abs().max()) < 1.2 * constants.r_mu
    assert float(within.std()) == pytest.approx(constants.r_mu / 3**0.5, rel=0.01)
    assert float((scale - deviation[:, None]).std()) == pytest.approx(constants.r_sigma, rel=0.01)


def test_jumping_noise_jumps_from_step_to_step() -> None:
    _, first = drawn(JumpingNoise(NoiseSpec()), step=0)
    _, second = drawn(JumpingNoise(NoiseSpec()), step=1)
    # Two uniform variables on ±½ are a third apart on average.
    assert float((first.mean(1) - second.mean(1)).abs().mean()) == pytest.approx(1 / 3, rel=0.05)


def test_frozen_noise_has_the_same_distribution_at_every_step() -> None:
    for step in range(2):
        scale, shift = drawn(FrozenNoise(0.15, 0.3, evaluation=True), step)
        assert torch.allclose(scale, torch.ones(()), atol=1e-5)
        assert float(shift.mean()) == pytest.approx(0.15, abs=0.002)
        assert float(shift.std()) == pytest.approx(0.3, rel=0.01)
        assert float(shift.mean(1).std()) < 0.02


def test_no_gradient_flows_through_the_noise() -> None:
    noise = JumpingNoise(NoiseSpec())
    noise.seed(1, "fc1")
    inputs = torch.randn(4, 3, requires_grad=True)
    outputs = noise(inputs)
    scale = noise(torch.ones(4, 3)) - noise(torch.zeros(4, 3))
    (gradient,) = torch.autograd.grad(outputs.sum(), inputs)
    assert torch.allclose(gradient, scale, atol=1e-6)


def test_each_shape_has_a_draw_of_its_own() -> None:
    noise = JumpingNoise(NoiseSpec())
    noise.seed(1, "fc1")
    whole = noise(torch.zeros(8, 3))
    noise.redraw(0)
    noise(torch.zeros(5, 3))
    assert torch.equal(noise(torch.zeros(8, 3)), whole)
