"""Effective β compared with theory."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.functional import cross_entropy

from bntui.optimizer_spec import OptimizerSpec
from bntui.probes.evaluation import PIECE, norm, total_norm
from bntui.probes.probe import Point
from bntui.probes.smoothness import SmoothnessProbe
from tests.probes.trace import LR, Trace, batch, build, frozen_copy, probes, record, setting


def _hessian_ratio(trace: Trace) -> float:
    """Return ‖Hg‖/‖g‖ of the first step, from one Hessian-vector product."""
    at = trace.steps[0]
    network = frozen_copy(at.before, at.step)
    names, values = zip(*network.named_parameters(), strict=True)
    buffers = {name: buffer.clone() for name, buffer in network.named_buffers()}

    def loss(*parameters: torch.Tensor) -> torch.Tensor:
        given = {**dict(zip(names, parameters, strict=True)), **{name: b.clone() for name, b in buffers.items()}}
        return trace.criterion(functional_call(network, given, (at.images.double(),)), at.labels)

    gradient = torch.autograd.grad(loss(*values), values)
    _, product = torch.autograd.functional.vhp(loss, values, gradient)
    return float(torch.cat([p.flatten() for p in product]).norm() / torch.cat([g.flatten() for g in gradient]).norm())


@pytest.mark.parametrize("kind", ["standard", "bn", "noisy"])
def test_beta_tends_to_the_hessian_along_the_gradient(kind: str) -> None:
    trace = record(kind, {"smoothness": {"every": 1, "etas": [1e-8]}}, steps=1)
    # The step is so short because a ReLU that switches along the way adds a jump.
    beta = float(trace.values["smoothness", 0][-1])
    assert beta == pytest.approx(_hessian_ratio(trace), rel=1e-3)


def test_beta_is_nan_where_the_gradient_is_zero() -> None:
    network = build("standard")
    (probe,), _ = probes({"smoothness": {}}, setting(network, "vgg-mini", 1))
    images, labels = batch("vgg-mini", 0)
    logits = network(images).detach()
    zero = {name: torch.zeros_like(parameter) for name, parameter in network.named_parameters()}
    loss = cross_entropy(logits, labels)
    point = Point(0, network, cross_entropy, LR, images, labels, logits, loss, zero)
    *_, cos_min, cos_max, beta = probe.measure(point).tolist()
    assert all(math.isnan(value) for value in (cos_min, cos_max, beta))


@pytest.mark.parametrize("probe", ["smoothness", "smoothness_random", "activation_beta"])
def test_beta_divides_by_the_distance_gone(probe: str) -> None:
    weights = nn.Linear(1, 1, bias=False)
    nn.init.constant_(weights.weight, 1.5)
    network = nn.Sequential(OrderedDict(fc1=weights, output=nn.Identity()))
    # The second derivative is 4 everywhere. The gradient is 2, so of float32's units at 1.5 it asks for 2.4 and goes 2.
    eta = 1.2 * 2**-23
    images, labels = torch.ones(1, 1), torch.ones(1)
    where = replace(setting(build("bn"), "vgg-mini", 1), layers=("fc1",), summed=True)
    (one,), _ = probes({probe: {"etas": [eta]}}, where)
    gradient = {"fc1.weight": torch.full((1, 1), 2.0)}
    loss = torch.tensor(0.5)

    def criterion(outputs: Tensor, _: Tensor) -> Tensor:
        return 2 * (outputs - 1).square().sum()

    point = Point(0, network, criterion, 1.0, images, labels, loss, loss, gradient)
    assert float(one.measure(point)[-1]) == 4


def test_a_step_that_moves_no_parameter_has_no_beta() -> None:
    trace = record(
        "standard", {"smoothness": {"every": 1}}, "dln", torch.float32, steps=1, optimizer=OptimizerSpec(lr=1e-20)
    )
    assert math.isnan(trace.values["smoothness", 0][-1])


@pytest.mark.parametrize("count", [10, PIECE, PIECE + 1, 3_000_001])
def test_a_norm_is_exact_however_many_values_it_has(count: int) -> None:
    values = torch.randn(count, generator=torch.Generator().manual_seed(0))
    assert float(norm(values)) == pytest.approx(float(values.double().norm()), rel=3e-7)
    assert float(total_norm([values, values])) == pytest.approx(float(values.double().norm()) * 2**0.5, rel=3e-7)


def test_variants_move_equal_parameters_in_the_same_random_direction() -> None:
    directions = []
    for kind in ("bn", "noisy", "bn-frozen-noise"):
        network = build(kind)
        (probe,), _ = probes({"smoothness_random": {}}, setting(network, "vgg-mini", 1))
        assert isinstance(probe, SmoothnessProbe)
        gradient = {name: torch.ones_like(parameter) for name, parameter in network.named_parameters()}
        nothing = torch.empty(0)
        point = Point(3, network, cross_entropy, LR, nothing, nothing, nothing, nothing, gradient)
        directions.append(probe.direction(point).values())
    first, *others = directions
    assert len(first) == 30
    for other in others:
        assert all(torch.equal(a, b) for a, b in zip(first, other, strict=True))
