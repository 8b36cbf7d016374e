"""Properties for any weights: invariance to scale, and quantities that must be zero."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from bntui.models.layers import hidden
from bntui.probes.batchnorm_flow import by_channel, flows
from bntui.probes.distribution import edges, shares
from bntui.probes.probe import Criterion, Point
from tests.probes.trace import LR, batch, build, probes, setting

MODEL = "vgg-mini"
FEW = settings(max_examples=8, deadline=None)
LAYERS = st.sampled_from(list(hidden(build("bn"))))
SCALES = st.floats(0.05, 20)
SEEDS = st.integers(0, 1000)
KINDS = st.sampled_from(["standard", "bn", "noisy", "l1", "layernorm"])


def without_epsilon(network: nn.Sequential) -> nn.Sequential:
    """Return the network with a negligible ε, so that BatchNorm is invariant to scale."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            module.eps = 1e-20
    return network


def scaled(network: nn.Sequential, layer: str, by: float) -> nn.Sequential:
    other = copy.deepcopy(network)
    with torch.no_grad():
        for parameter in other.get_submodule(f"{layer}.weights").parameters():
            parameter.mul_(by)
    return other


def at(network: nn.Sequential, seed: int, criterion: Criterion = cross_entropy, lr: float = LR) -> Point:
    images, labels = batch(MODEL, seed, torch.float64)
    network = copy.deepcopy(network)
    logits = network(images)
    loss = criterion(logits, labels)
    names, parameters = zip(*network.named_parameters(), strict=True)
    gradient = dict(zip(names, torch.autograd.grad(loss, parameters), strict=True))
    return Point(0, network, criterion, lr, images, labels, logits.detach(), loss.detach(), gradient)


def measured(probe: str, point: Point, **options: object) -> Tensor:
    (one,), _ = probes({probe: {"every": 1, **options}}, setting(point.network, MODEL, 5))
    return one.measure(point)


@FEW
@given(LAYERS, SCALES, SEEDS)
def test_batchnorm_undoes_a_scaling_of_the_layer_before_it(layer: str, by: float, seed: int) -> None:
    network = without_epsilon(build("bn", MODEL, torch.float64))
    images, _ = batch(MODEL, seed, torch.float64)
    assert torch.allclose(network(images), scaled(network, layer, by)(images), atol=1e-9)


@FEW
@given(LAYERS, SCALES, SEEDS)
def test_the_gradient_of_weights_before_batchnorm_shrinks_as_they_grow(layer: str, by: float, seed: int) -> None:
    network = without_epsilon(build("bn", MODEL, torch.float64))
    original, rescaled = at(network, seed).gradient, at(scaled(network, layer, by), seed).gradient
    name = f"{layer}.weights.weight"
    assert torch.allclose(rescaled[name], original[name] / by, rtol=1e-7, atol=1e-12)
    # It is orthogonal to them: their scale does not change the loss.
    weights = network.get_submodule(f"{layer}.weights").get_parameter("weight").detach()
    assert float((original[name] * weights).sum()) == pytest.approx(0, abs=1e-9)


@FEW
@given(KINDS, SCALES, SEEDS)
def test_beta_scales_with_the_loss_when_the_steps_shrink_with_it(kind: str, by: float, seed: int) -> None:
    network = build(kind, MODEL, torch.float64)
    one = measured("smoothness", at(network, seed))
    other = measured(
        "smoothness", at(network, seed, lambda logits, labels: by * cross_entropy(logits, labels), LR / by)
    )
    *loss_and_diff, cos_min, cos_max, beta = (other / one).tolist()
    assert loss_and_diff == pytest.approx([by] * 4)
    assert (cos_min, cos_max) == pytest.approx((1, 1))
    assert beta == pytest.approx(by)


@FEW
@given(KINDS, SEEDS)
def test_moments_do_not_drift_without_an_update(kind: str, seed: int) -> None:
    network = build(kind, MODEL, torch.float64)
    (probe,), _ = probes({"moments": {"every": 1}}, setting(network, MODEL, 5))
    activations: dict[str, Tensor] = {}
    for name, layer in hidden(network).items():
        layer.get_submodule("norm").register_forward_hook(
            lambda module, inputs, output, name=name: activations.update({name: output.detach()})
        )
    point = at(network, seed)
    images, _ = batch(MODEL, seed, torch.float64)
    for step in range(2):
        # Same weights, same batch, and the noise of one step.
        network(images)
        probe.observe(replace(point, step=step), activations)
    values = dict(zip([(c.name, c.layer) for c in probe.columns], probe.measure(point).tolist(), strict=True))
    still = [value for (name, _), value in values.items() if name.endswith(("_drift", "_from_start"))]
    assert len(still) == 6 * len(activations)
    assert set(still) == {0.0}


@FEW
@given(KINDS, SEEDS, st.floats(1e-3, 1.0))
def test_the_first_layer_has_no_covariate_shift(kind: str, seed: int, lr: float) -> None:
    point = updated(at(build(kind, MODEL, torch.float64), seed), lr)
    l2, cosine = measured("ics", point).chunk(2)
    assert (float(l2[0]), float(cosine[0])) == (0.0, 1.0)
    assert (l2[1:] > 0).all()
    assert (cosine.abs() <= 1 + 1e-12).all()


@FEW
@given(KINDS, SEEDS)
def test_no_layer_has_covariate_shift_without_an_update(kind: str, seed: int) -> None:
    l2, cosine = measured("ics", updated(at(build(kind, MODEL, torch.float64), seed), 0.0)).chunk(2)
    assert torch.allclose(l2, torch.zeros_like(l2), atol=1e-12)
    assert torch.allclose(cosine, torch.ones_like(cosine))


def updated(point: Point, lr: float) -> Point:
    before = {name: parameter.detach().clone() for name, parameter in point.network.named_parameters()}
    with torch.no_grad():
        for name, parameter in point.network.named_parameters():
            parameter -= lr * point.gradient[name]
    return replace(point, before=before)


def with_any_batchnorm(network: nn.Sequential, seed: int, epsilon: float) -> nn.Sequential:
    """Return the network with random weights and biases of its BatchNorm layers, and with this ε."""
    generator = torch.Generator().manual_seed(seed)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            module.eps = epsilon
            nn.init.normal_(module.weight, generator=generator)
            nn.init.normal_(module.bias, generator=generator)
    return network


@FEW
@given(st.sampled_from(["theorem41", "theorem42"]), st.sampled_from(["bn", "noisy"]), SEEDS, st.floats(1e-9, 0.1))
def test_theorems_4_1_and_4_2_hold_for_any_weight_and_epsilon(probe: str, kind: str, seed: int, epsilon: float) -> None:
    network = with_any_batchnorm(build(kind, MODEL, torch.float64), seed, epsilon)
    left, right, error = measured(probe, at(network, seed)).chunk(3)
    assert torch.allclose(left, right, rtol=1e-6)
    assert float(error.max()) < 1e-6


@pytest.mark.parametrize("kind", ["standard", "l2", "layernorm", "noisy-standard"])
@pytest.mark.parametrize("probe", ["theorem41", "theorem42"])
def test_theorems_4_1_and_4_2_are_not_measured_without_batchnorm(probe: str, kind: str) -> None:
    assert len(measured(probe, at(build(kind, MODEL, torch.float64), 0))) == 0


def test_theorem_4_2_is_the_papers_for_epsilon_0() -> None:
    point = at(with_any_batchnorm(build("bn", MODEL, torch.float64), 3, 1e-20), 3)
    right = measured("theorem42", point).chunk(3)[1]
    layers = tuple(hidden(point.network))
    for flow, value in zip(flows(point, setting(point.network, MODEL, 5), twice=True), right, strict=True):
        y, u, g = (by_channel(tensor) for tensor in (flow.y, flow.dy, flow.dz))
        variance, mean = torch.var_mean(y, 1, correction=0, keepdim=True)
        unit, weight = (y - mean) / variance.sqrt(), flow.norm.weight.detach()[:, None]
        shape = flow.z.transpose(0, 1).shape
        direction = (weight / variance.sqrt() * u).view(shape).transpose(0, 1)
        (product,) = torch.autograd.grad(flow.dz, flow.z, direction, retain_graph=True)
        turned = weight / (y.shape[1] * variance) * (g * unit).sum(1, keepdim=True) * u.square().sum(1, keepdim=True)
        assert float((product * direction).sum() - turned.sum()) == pytest.approx(float(value), rel=1e-7)
    assert len(right) == len(layers)


@FEW
@given(KINDS, SEEDS, SCALES)
def test_the_ray_does_not_depend_on_the_scale_of_the_weights(kind: str, seed: int, by: float) -> None:
    start = at(build(kind, MODEL, torch.float64), seed)
    after = updated(start, 0.05)
    rows = []
    for scale in (1.0, by):
        (probe,), _ = probes({"minimum_distance": {"every": 1}}, setting(start.network, MODEL, 5))
        probe.measure(start)
        network = after.network
        for layer in hidden(network):
            network = scaled(network, layer, scale)
        rows.append(probe.measure(replace(after, network=network)).chunk(3))
    (distance, ray, cosine), (_, other_ray, other_cosine) = rows
    assert (ray <= distance).all()
    assert torch.allclose(cosine, other_cosine)
    assert torch.allclose(ray, other_ray, atol=1e-9)


def test_weights_that_turned_away_are_as_far_as_the_start_is_long() -> None:
    point = at(build("standard", MODEL, torch.float64), 0)
    (probe,), _ = probes({"minimum_distance": {"every": 1}}, setting(point.network, MODEL, 5))
    assert probe.measure(point).chunk(3)[0].tolist() == [0.0] * len(hidden(point.network))
    network = point.network
    lengths = [
        float(layer.get_submodule("weights").get_parameter("weight").detach().norm())
        for layer in hidden(network).values()
    ]
    for layer in hidden(network):
        network = scaled(network, layer, -0.5)
    distance, ray, cosine = probe.measure(replace(point, network=network)).chunk(3)
    assert ray.tolist() == pytest.approx(lengths)
    assert distance.tolist() == pytest.approx([1.5 * length for length in lengths])
    assert cosine.tolist() == pytest.approx([-1.0] * len(lengths))


def test_a_linear_network_has_no_saturation() -> None:
    network = build("bn", "dln")
    (probe,), _ = probes({"saturation": {}}, setting(network, "dln", 1))
    images, targets = batch("dln", 0)
    nothing = torch.empty(0)
    point = Point(0, network, cross_entropy, LR, images, targets, nothing, nothing, {})
    assert len(probe.measure(point)) == 0


VALUES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50)


@given(VALUES, st.integers(2, 40))
def test_shares_add_up_to_one(values: list[float], bins: int) -> None:
    tensor = torch.tensor(values, dtype=torch.float64)
    low, high = edges(tensor, 2.0)
    assert low < high
    measured_shares = shares(tensor, low, high, bins)
    assert float(measured_shares.sum()) == pytest.approx(1)
    assert (measured_shares >= 0).all()


def test_values_outside_the_edges_count_in_the_end_bins() -> None:
    values = torch.tensor([-9.0, 0.0, 0.5, 1.0, 9.0, float("inf")])
    measured_shares = shares(values, torch.tensor(0.0), torch.tensor(1.0), 2)
    assert measured_shares.tolist() == pytest.approx([2 / 6, 4 / 6])
    assert shares(torch.tensor([0.1, float("nan")]), torch.tensor(0.0), torch.tensor(1.0), 2).isnan().all()
