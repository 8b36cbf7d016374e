"""The ℓp variants, LayerNorm and GroupNorm compared with their definitions."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from bntui.records import UserError
from bntui.spec import NoiseSpec
from bntui.variants import VARIANTS
from bntui.variants.lp import LpNorm
from bntui.variants.variant import NormSite
from tests.variants.test_contract import SHAPES, made, sample

ORDERS = {"l1": 1.0, "l2": 2.0, "linf": math.inf}


def average_norm(values: list[float], p: float) -> float:
    if p == math.inf:
        return max(map(abs, values))
    return (sum(abs(value) ** p for value in values) / len(values)) ** (1 / p)


@pytest.mark.parametrize("dims", [1, 2])
@pytest.mark.parametrize("kind", ORDERS)
def test_it_divides_by_the_norm_of_the_unshifted_activations(kind: str, dims: int) -> None:
    inputs = sample(dims).double()
    module = made(kind, dims).double()
    with torch.no_grad():
        module.get_parameter("weight").copy_(torch.linspace(0.5, 2, 8))
        module.get_parameter("bias").copy_(torch.linspace(-1, 1, 8))
        outputs = module(inputs)
    for channel in range(SHAPES[dims][1]):
        values = inputs[:, channel].flatten().tolist()
        mean = sum(values) / len(values)
        weight, bias = (float(module.get_parameter(name)[channel].detach()) for name in ("weight", "bias"))
        by = average_norm(values, ORDERS[kind]) + 1e-5
        wanted = [weight * (value - mean) / by + bias for value in values]
        assert outputs[:, channel].flatten().tolist() == pytest.approx(wanted)


@pytest.mark.parametrize("kind", ORDERS)
def test_evaluation_takes_running_values(kind: str) -> None:
    module = made(kind, 2)
    assert isinstance(module, LpNorm)
    means, norms = torch.zeros(8), torch.ones(8)
    for seed in range(3):
        inputs = sample(2, seed)
        module(inputs)
        values = inputs.transpose(0, 1).flatten(1)
        means = 0.9 * means + 0.1 * values.mean(1)
        norm = torch.tensor([average_norm(channel.tolist(), ORDERS[kind]) for channel in values])
        norms = 0.9 * norms + 0.1 * norm
    inputs = sample(2, 9)
    wanted = (inputs - means.reshape(1, 8, 1, 1)) / (norms.reshape(1, 8, 1, 1) + 1e-5)
    assert torch.allclose(module.eval()(inputs), wanted, atol=1e-5)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("kind", ORDERS)
def test_statistics_of_many_values_are_exact_in_any_precision(kind: str, dtype: torch.dtype) -> None:
    generator = torch.Generator().manual_seed(0)
    inputs = (torch.randn(64, 8, 28, 28, generator=generator) + 0.5).to(dtype)
    module = made(kind, 2)
    assert isinstance(module, LpNorm)
    module.momentum = 1.0
    outputs = module(inputs)
    values = inputs.double().transpose(0, 1).flatten(1)
    mean, norm = values.mean(1), torch.linalg.vector_norm(values, ORDERS[kind], 1)
    norm /= 1 if kind == "linf" else values.shape[1] ** (1 / ORDERS[kind])
    assert module.running_mean.tolist() == pytest.approx(mean.tolist(), rel=1e-6)
    assert module.running_norm.tolist() == pytest.approx(norm.tolist(), rel=1e-6)
    wanted = ((values - mean[:, None]) / (norm[:, None] + 1e-5)).float()
    assert torch.allclose(outputs.transpose(0, 1).flatten(1), wanted, atol=1e-6)


@pytest.mark.parametrize("kind", ORDERS)
def test_it_keeps_no_copy_of_the_activations(kind: str) -> None:
    kept: dict[int, Tensor] = {}

    def keep(tensor: Tensor) -> Tensor:
        kept[tensor.data_ptr()] = tensor
        return tensor

    inputs = sample(2).requires_grad_()
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        outputs = made(kind, 2)(inputs)
    assert [tensor for tensor in kept.values() if tensor.numel() == inputs.numel()] == [inputs]
    assert outputs.shape == inputs.shape


@pytest.mark.parametrize("kind", ORDERS)
def test_its_gradient_is_right(kind: str) -> None:
    module = made(kind, 1).double()
    inputs = sample(1).double().requires_grad_()
    assert torch.autograd.gradcheck(module, (inputs,))


@pytest.mark.parametrize("dims", [1, 2])
def test_layernorm_makes_every_sample_mean_zero_and_variance_one(dims: int) -> None:
    var, mean = torch.var_mean(made("layernorm", dims)(sample(dims)).flatten(1), 1, correction=0)
    assert torch.allclose(mean, torch.zeros(6), atol=1e-5)
    assert torch.allclose(var, torch.ones(6), atol=1e-3)


@pytest.mark.parametrize(("channels", "groups"), [(8, 2), (16, 2), (64, 4), (512, 32), (10, 2), (7, 1)])
def test_how_many_groups_groupnorm_has(channels: int, groups: int) -> None:
    module = VARIANTS["groupnorm"]().layer(NormSite(channels, 2, 0), NoiseSpec())
    assert module.num_groups == groups


def test_groupnorm_has_the_groups_that_the_preset_asks_for() -> None:
    assert made("groupnorm", 2, groups=4).num_groups == 4
    with pytest.raises(
        UserError, match="groups = 3: does not divide the 8 channels of a layer; choose from 1, 2, 4, 8"
    ):
        made("groupnorm", 2, groups=3)
