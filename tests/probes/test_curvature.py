"""Curvature against dense Hessians, and the oracles of scale invariance."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from bntui.optimizer_spec import OptimizerSpec
from bntui.probes.curvature import Hessian, largest_eigenpairs
from bntui.probes.effective_rank import effective_rank
from bntui.probes.evaluation_batch import EvaluationBatch, normalized_by
from bntui.probes.flatness import FlatnessProbe
from bntui.probes.probe import Point
from bntui.probes.sharpness import stability_threshold
from bntui.records import UserError
from bntui.spec import parse
from bntui.train import resolve
from tests.probes.trace import CHEAP, batch, build, probes, setting, trainer


def small(eps: float = 1e-5) -> tuple[nn.Sequential, Tensor, Tensor]:
    """Return a network with BatchNorm of 47 parameters in float64, and a batch for it."""
    generator = torch.Generator().manual_seed(0)
    norm = nn.BatchNorm1d(4, eps=eps)
    network = nn.Sequential(nn.Linear(5, 4), norm, nn.Tanh(), nn.Linear(4, 3)).double()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter += torch.randn(parameter.shape, generator=generator)
    return network, torch.randn(20, 5, generator=generator).double(), torch.randint(3, (20,), generator=generator)


def dense(network: nn.Sequential, images: Tensor, labels: Tensor) -> Tensor:
    names, parameters = zip(*network.named_parameters(), strict=True)

    def loss(vector: Tensor) -> Tensor:
        pieces = vector.split([parameter.numel() for parameter in parameters])
        given = {n: v.view_as(p) for n, p, v in zip(names, parameters, pieces, strict=True)}
        given |= {name: buffer.clone() for name, buffer in network.named_buffers()}
        return cross_entropy(torch.func.functional_call(network, given, (images,)), labels)

    found: Any = torch.autograd.functional.hessian(loss, torch.cat([p.detach().flatten() for p in parameters]))
    return found


def hessian_of(network: nn.Sequential, images: Tensor, labels: Tensor) -> Hessian:
    return Hessian(cross_entropy(network(images), labels), list(network.parameters()))


def test_eigenvalues_are_those_of_the_dense_hessian() -> None:
    network, images, labels = small()
    hessian, exact = hessian_of(network, images, labels), dense(network, images, labels)
    found = largest_eigenpairs(hessian.times, hessian.gradient, 10, 47, seed=0)
    values, vectors = torch.linalg.eigh(exact)
    assert torch.allclose(found.values, values.flip(0)[:10], rtol=1e-11, atol=1e-13)
    assert torch.allclose((found.vectors @ vectors.flip(1)[:, :10]).abs(), torch.eye(10).double(), atol=1e-6)
    assert found.residual < 1e-11


def test_what_has_not_converged_has_its_residual() -> None:
    network, images, labels = small()
    hessian, exact = hessian_of(network, images, labels), dense(network, images, labels)
    found = largest_eigenpairs(hessian.times, hessian.gradient, 2, 3, seed=0)
    first, value = found.vectors[0], found.values[0]
    assert float(found.residual) == pytest.approx(float((exact @ first - value * first).norm() / value), rel=1e-9)
    assert found.residual > 0.01
    assert value < torch.linalg.eigvalsh(exact)[-1]


@pytest.mark.parametrize("value", [0.0, torch.inf, torch.nan])
def test_a_hessian_without_directions_has_no_eigenvalues(value: float) -> None:
    found = largest_eigenpairs(lambda v: torch.full_like(v, value), torch.zeros(6).double(), 2, 4, seed=0)
    assert found.values.isnan().tolist() == [True, True]
    assert found.residual.isnan()


def test_frozen_statistics_are_those_of_evaluation() -> None:
    network, images, labels = small()
    with normalized_by("frozen", network):
        assert not network[1].training
        assert network[0].training
        frozen = hessian_of(network, images, labels)
    assert network[1].training
    exact = dense(copy.deepcopy(network).eval(), images, labels)
    v = torch.randn(47, generator=torch.Generator().manual_seed(1)).double()
    assert torch.allclose(frozen.times(v), exact @ v, rtol=1e-12, atol=1e-14)
    assert not torch.allclose(exact @ v, dense(network, images, labels) @ v, rtol=0.1)


def test_weights_before_batchnorm_obey_the_laws_of_scale_invariance() -> None:
    """H(cw) = H(w)/c², Hw = −∇L and ∇L(cw) = ∇L(w)/c, for a vanishing ε."""
    network, images, labels = small(eps=1e-20)
    weight = network[0].weight
    hessian = Hessian(cross_entropy(network(images), labels), [weight])
    w, v = weight.detach().flatten().clone(), torch.randn(20, generator=torch.Generator().manual_seed(1)).double()
    assert torch.allclose(hessian.times(w), -hessian.gradient, rtol=1e-11, atol=1e-14)
    with torch.no_grad():
        weight *= 3
    scaled = Hessian(cross_entropy(network(images), labels), [weight])
    assert torch.allclose(scaled.times(v), hessian.times(v) / 9, rtol=1e-11, atol=1e-14)
    assert torch.allclose(scaled.gradient, hessian.gradient / 3, rtol=1e-11, atol=1e-14)


def test_flatness_does_not_depend_on_the_length_of_any_filter_before_batchnorm() -> None:
    network = build("bn", "vgg-mini", torch.float64)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            module.eps = 1e-20
    before = measured(network, "flatness")
    with torch.no_grad():
        for layer in list(network.children())[:-1]:
            weight = layer.get_submodule("weights").get_parameter("weight")
            factors = 0.5 + torch.rand(len(weight), 1, generator=torch.Generator().manual_seed(2)).double()
            weight.copy_((weight.flatten(1) * factors).view_as(weight))
    assert measured(network, "flatness")[:-1].tolist() == pytest.approx(before[:-1].tolist(), rel=1e-9)


def test_values_of_weights_that_are_not_finite_are_nan() -> None:
    network = build("bn")
    with torch.no_grad():
        network[0].get_submodule("weights").get_parameter("weight")[0, 0, 0, 0] = torch.inf
    assert measured(network, "flatness").isnan().all()
    assert measured(network, "sharpness")[:-2].isnan().all()


def measured(network: nn.Sequential, probe: str) -> Tensor:
    (one,), _ = probes({probe: CHEAP[probe]}, setting(network, "vgg-mini", 3))
    variant = trainer(network, "vgg-mini", [one])
    dtype = next(network.parameters()).dtype
    if isinstance(one, FlatnessProbe):
        ((_, values),) = variant.between(3)
        return values
    images, labels = batch("vgg-mini", 0, dtype)
    empty = torch.empty(0)
    return one.measure(Point(0, network, variant._pass.criterion, variant.lr, images, labels, empty, empty, {}))


@pytest.mark.parametrize(
    "options", [{}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}, {"momentum": 0.5, "weight_decay": 0.3}]
)
def test_the_threshold_divides_what_shrinks_from_what_grows(options: Mapping[str, Any]) -> None:
    def end(curvature: float) -> float:
        x = nn.Parameter(torch.ones((), dtype=torch.float64))
        optimizer = torch.optim.SGD([x], lr=0.1, **options)
        for _ in range(3000):
            x.grad = curvature * x.detach()
            optimizer.step()
        return abs(x.item())

    threshold = stability_threshold(OptimizerSpec(lr=0.1, **options), 0.1)
    assert threshold is not None
    assert end(0.99 * threshold) < 1e-3
    assert end(1.01 * threshold) > 1e3


@pytest.mark.parametrize(
    ("probe", "options", "told"),
    [
        ("sharpness", "eigenvalues=40", "products should be more than eigenvalues"),
        ("sharpness", "statistics='running'", "'batch' or 'frozen'"),
        ("flatness", "radii=[]", "radii"),
        ("effective_rank", "samples=-1", "samples"),
    ],
)
def test_options_that_make_no_sense_are_refused_in_one_line(probe: str, options: str, told: str) -> None:
    text = f"network='relu-mlp'\ndataset='digits'\nvariants=['bn']\n[probes.{probe}]\n{options}"
    with pytest.raises(UserError) as error:
        resolve(parse(text, "it"))
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_there_is_no_threshold_with_adam() -> None:
    assert stability_threshold(OptimizerSpec(kind="adam"), 0.1) is None


def test_the_evaluation_batch_is_that_of_the_seed() -> None:
    where = setting(build("bn"), "vgg-mini", 3)
    some, again = (EvaluationBatch.drawn(where, 10) for _ in range(2))
    assert torch.equal(some.images, again.images)
    assert torch.equal(some.labels, again.labels)
    assert len({tuple(image.flatten().tolist()) for image in some.images}) == 10
    assert len(EvaluationBatch.drawn(where, 0).labels) == len(EvaluationBatch.drawn(where, 10_000).labels) == 36


def test_the_effective_rank_counts_directions() -> None:
    directions = torch.eye(8).double()[:3]
    outputs = torch.cat([directions, -directions]).repeat(5, 1)
    assert float(effective_rank(outputs)) == pytest.approx(3, rel=1e-12)
    assert float(effective_rank(1e6 * outputs + 7)) == pytest.approx(3, rel=1e-9)
    assert float(effective_rank(outputs.view(-1, 8, 1, 1).expand(-1, -1, 2, 2))) == pytest.approx(3, rel=1e-12)
    assert effective_rank(torch.ones(4, 8).double()).isnan()
