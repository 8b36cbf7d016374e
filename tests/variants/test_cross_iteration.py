"""Statistics of several steps, and their compensation, compared with their definitions."""

from __future__ import annotations

import copy
from collections import OrderedDict

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import unfold

from bntui.probes.evaluation import constants, forward
from bntui.spec import NoiseSpec
from bntui.variants import VARIANTS
from bntui.variants.cross_iteration import CrossIterationNorm, NaiveCrossIterationNorm, follow_weights
from bntui.variants.variant import NormSite

INPUTS = {1: (6, 5), 2: (6, 3, 7, 7)}
CHANNELS = 4


def made(kind: str, dims: int, **options: int) -> tuple[nn.Sequential, NaiveCrossIterationNorm]:
    """Return a layer of weights, with a bias, and normalization, in float64."""
    torch.manual_seed(0)
    weights = nn.Conv2d(3, CHANNELS, 3, padding=1) if dims == 2 else nn.Linear(5, CHANNELS)
    norm = VARIANTS[kind].model_validate(options).layer(NormSite(CHANNELS, dims, 0), NoiseSpec())
    layer = nn.Sequential(OrderedDict[str, nn.Module](weights=weights, norm=norm))
    follow_weights([layer])
    assert isinstance(norm, NaiveCrossIterationNorm)
    return layer.double(), norm


def inputs(dims: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(INPUTS[dims], generator=generator, dtype=torch.float64) + 0.5


def patches(values: Tensor) -> Tensor:
    """Return what each output is made from, as rows."""
    return values if values.dim() == 2 else unfold(values, 3, padding=1).transpose(1, 2).flatten(0, 1)


def step(layer: nn.Sequential, norm: NaiveCrossIterationNorm, number: int, values: Tensor) -> Tensor:
    norm.begin_step(number)
    output: Tensor = layer(values)
    return output


def move(layer: nn.Sequential, by: float = 0.1) -> None:
    with torch.no_grad():
        for parameter in layer.get_submodule("weights").parameters():
            parameter += by * torch.randn_like(parameter)


@pytest.mark.parametrize("dims", [1, 2])
def test_a_moved_mean_is_exact_and_a_mean_square_short_by_the_squared_change(dims: int) -> None:
    layer, norm = made("cbn", dims)
    frozen = inputs(dims)
    step(layer, norm, 0, frozen)
    start = layer.get_submodule("weights").get_parameter("weight").detach().flatten(1).clone()
    move(layer)
    outputs = layer.get_submodule("weights")(frozen).detach()
    norm.begin_step(1)
    (mean,), (variance,) = norm.earlier()
    rows = outputs.transpose(0, 1).flatten(1)
    assert float((mean - rows.mean(1)).abs().max()) < 1e-15
    change = layer.get_submodule("weights").get_parameter("weight").detach().flatten(1) - start
    from_inputs = patches(frozen)
    short = ((from_inputs @ change.T).square()).mean(0)
    # ν̃ is that of the weights alone: a bias shifts all values alike.
    bias = layer.get_submodule("weights").get_parameter("bias").detach()
    exact = (from_inputs @ (start + change).T).square().mean(0)
    mean_square = variance + (mean - bias).square()
    assert float((exact - mean_square - short).abs().max()) < 1e-14
    assert float(short.min()) > 1e-4


@pytest.mark.parametrize("dims", [1, 2])
def test_derivatives_are_the_mean_patch_and_twice_the_second_moment_times_the_weights(dims: int) -> None:
    layer, norm = made("cbn", dims)
    assert isinstance(norm, CrossIterationNorm)
    step(layer, norm, 0, inputs(dims))
    rows = patches(inputs(dims))
    weight = layer.get_submodule("weights").get_parameter("weight").detach().flatten(1)
    assert torch.allclose(norm.mean_slopes[0], rows.mean(0).expand_as(weight), atol=1e-14)
    centred = rows - rows.mean(0)
    assert torch.allclose(norm.variance_slopes[0], 2 * weight @ (centred.T @ centred / len(rows)), atol=1e-14)


@pytest.mark.parametrize("dims", [1, 2])
@pytest.mark.parametrize("kind", ["cbn", "cbn-naive"])
def test_without_a_change_of_weights_the_window_is_one_large_batch(kind: str, dims: int) -> None:
    layer, norm = made(kind, dims, window=3)
    batches = [inputs(dims, seed) for seed in range(5)]
    for number, values in enumerate(batches):
        outputs = step(layer, norm, number, values)
    bn = nn.BatchNorm1d(CHANNELS) if dims == 1 else nn.BatchNorm2d(CHANNELS)
    wanted = bn.double()(layer.get_submodule("weights")(torch.cat(batches[2:])))[-len(batches[4]) :]
    assert torch.allclose(outputs, wanted)


@pytest.mark.parametrize("kind", ["cbn", "cbn-naive"])
def test_the_gradient_flows_through_the_current_batch_alone(kind: str) -> None:
    layer, norm = made(kind, 1, window=3)
    for number in range(3):
        step(layer, norm, number, inputs(1, number))
        move(layer)
    norm.begin_step(3)
    means, variances = norm.earlier()
    given = inputs(1, 3).requires_grad_()
    values = layer.get_submodule("weights")(given)
    var, mean = torch.var_mean(values, 0, correction=0)
    all_means = torch.cat([mean[None], means])
    var = torch.cat([var[None], variances]).mean(0) + all_means.var(0, correction=0)
    wanted = (values - all_means.mean(0)) / (var + norm.eps).sqrt()
    outputs = layer(given)
    assert torch.allclose(outputs, wanted)
    gradients = [torch.autograd.grad((each**3).sum(), given, retain_graph=True)[0] for each in (outputs, wanted)]
    assert torch.allclose(*gradients)


@pytest.mark.parametrize("kind", ["cbn", "cbn-naive"])
def test_burn_in_is_batchnorm_and_is_not_kept(kind: str) -> None:
    layer, norm = made(kind, 1, burn_in=2)
    for number in range(3):
        outputs = step(layer, norm, number, inputs(1, number))
        assert torch.allclose(
            outputs, nn.BatchNorm1d(CHANNELS).double()(layer.get_submodule("weights")(inputs(1, number)))
        )
        assert len(norm.earlier()[0]) == 0
        move(layer)
    norm.begin_step(3)
    assert len(norm.earlier()[0]) == 1


def test_a_large_change_of_weights_leaves_no_negative_variance() -> None:
    layer, norm = made("cbn", 1)
    step(layer, norm, 0, inputs(1))
    move(layer, 10.0)
    outputs = step(layer, norm, 1, inputs(1, 1))
    assert (norm.earlier()[1] == 0).any()
    assert outputs.isfinite().all()


def test_passes_at_other_weights_are_compensated_to_these_and_are_not_kept() -> None:
    layer, norm = made("cbn", 2)
    for number in range(3):
        step(layer, norm, number, inputs(2, number))
        move(layer)
    norm.begin_step(3)
    kept = {name: tensor.clone() for name, tensor in layer.state_dict().items()}
    moved = copy.deepcopy(layer)
    move(moved)
    there = forward(layer, constants(moved), inputs(2, 3))
    assert all(torch.equal(kept[name], tensor) for name, tensor in layer.state_dict().items())
    assert torch.equal(there, moved(inputs(2, 3)))
    assert not torch.allclose(there, layer(inputs(2, 3)))


def test_a_probes_pass_before_or_after_the_training_pass_sees_the_same() -> None:
    layer, norm = made("cbn", 2)
    for number in range(6):
        norm.begin_step(number)
        before = forward(layer, {}, inputs(2, number))
        in_training = layer(inputs(2, number))
        after = forward(layer, constants(layer), inputs(2, number))
        assert torch.equal(before, in_training)
        assert torch.equal(after, in_training)
        move(layer)


def test_running_statistics_are_those_of_single_batches() -> None:
    layer, norm = made("cbn", 2, window=8)
    bn = nn.BatchNorm2d(CHANNELS).double()
    for number in range(5):
        step(layer, norm, number, inputs(2, number))
        bn(layer.get_submodule("weights")(inputs(2, number)))
    assert torch.allclose(norm.running_mean, bn.get_buffer("running_mean"))
    assert torch.allclose(norm.running_var, bn.get_buffer("running_var"))
