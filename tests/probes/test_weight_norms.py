"""Laws of the weights before BatchNorm, in float64: what holds for ε = 0, and what ε adds."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from bntui.models.layers import scale_free
from bntui.optimizer_spec import OptimizerSpec
from bntui.probes.weight_norms import WeightNormsProbe
from bntui.variants import VARIANTS
from bntui.variants.weight_rescaling import rescale
from tests.probes.trace import batch, build, probes, setting, trainer

NETWORKS = ["relu-mlp", "vgg-mini", "blog-cnn"]
STEPS = 3
PLAIN = OptimizerSpec(lr=0.5)
OPTIMIZERS = {
    "plain": PLAIN,
    "decay": PLAIN.merged({"weight_decay": 0.1}),
    "schedule": PLAIN.merged({"schedule": {"kind": "steps", "milestones": [1, 2]}}),
}
EXACT = 5e-14
ZERO = 1e-200
"""PyTorch refuses ε = 0; added to a variance, this changes no digit."""


class Trained(NamedTuple):
    """The probe, the network before and after training, and the values of each step by column name, over layers."""

    probe: WeightNormsProbe
    before: list[Tensor]
    network: nn.Sequential
    steps: list[dict[str, Tensor]]


def trained(
    model: str, kind: str = "bn", optimizer: OptimizerSpec = PLAIN, epsilon: float = ZERO, same: float | None = None
) -> Trained:
    """Train in float64; `same` is the value of one pixel that is equal in all images."""
    network = build(kind, model, torch.float64)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            module.eps = epsilon
    unit_weights = VARIANTS[kind].unit_weights
    rescale(scale_free(network) if unit_weights else [])
    before = [weight.detach().clone() for weight in scale_free(network)]
    where = setting(network, model, STEPS, optimizer, unit_weights=unit_weights)
    (probe,), _ = probes({"weight_norms": {"every": 1}}, where)
    assert isinstance(probe, WeightNormsProbe)
    variant = trainer(network, model, [probe], optimizer, unit_weights=unit_weights)
    steps = []
    for step in range(STEPS):
        images, labels = batch(model, step, torch.float64)
        if same is not None:
            images[:, 0, 0, 0] = same
        values = dict(variant.step(step, images, labels))["weight_norms"]
        named: dict[str, list[float]] = {}
        for column, value in zip(probe.columns, values.tolist(), strict=False):
            named.setdefault(column.name, []).append(value)
        steps.append({name: torch.tensor(by_layer, dtype=torch.float64) for name, by_layer in named.items()})
    return Trained(probe, before, network, steps)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("model", NETWORKS)
def test_without_epsilon_every_law_holds(model: str, optimizer: str) -> None:
    for values in trained(model, optimizer=OPTIMIZERS[optimizer]).steps:
        assert values["inner_product"].abs().max() < EXACT
        assert values["epsilon_term"].abs().max() < 1e-190
        assert values["inner_product_error"].max() < EXACT
        assert values["squared_norm_error"].max() < EXACT
        assert values["orthogonal_error"].max() < EXACT


def test_the_law_knows_which_weights_do_not_decay() -> None:
    for values in trained("convex-relu", optimizer=OptimizerSpec(lr=1e-3, weight_decay=10.0)).steps:
        assert values["squared_norm_error"].max() < EXACT


@pytest.mark.parametrize("model", NETWORKS)
def test_epsilon_adds_its_term(model: str) -> None:
    done = trained(model, epsilon=0.1)
    for values in done.steps:
        assert values["inner_product"].abs().min() > 1e-7
        assert values["inner_product_error"].max() < EXACT
    added = -2 * PLAIN.lr * torch.stack([values["inner_product"] for values in done.steps]).sum(0)
    law = torch.stack([square.mean() for square in done.probe._laws.squares.values()])
    squares = torch.stack([weight.detach().flatten(1).square().sum(1).mean() for weight in scale_free(done.network)])
    assert torch.allclose(squares, law + added, rtol=1e-13)
    assert done.steps[-1]["squared_norm_error"].max() > 1e-6


@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_rescaling_shrinks_what_is_orthogonal_to_the_inputs(decay: float) -> None:
    done = trained("relu-mlp", "wrs", PLAIN.merged({"weight_decay": decay}))
    shares = [float(values["orthogonal_share"]) for values in done.steps]
    assert shares == sorted(shares, reverse=True)
    assert 0.1 < shares[-1] < shares[0]
    for values in done.steps:
        assert values["orthogonal_error"].max() < EXACT
        assert torch.allclose(values["squared_norm"][:-1], torch.ones(3, dtype=torch.float64))
        assert "squared_norm_error" not in values


def test_the_weights_of_a_constant_pixel_stay() -> None:
    done = trained("relu-mlp", same=0.7)
    moved = (scale_free(done.network)[0].detach() - done.before[0]).abs().amax(0)
    assert moved[0] < 1e-15
    assert moved[1:].min() > 1e-6


@pytest.mark.parametrize("options", [{"momentum": 0.5}, {"kind": "adam"}])
def test_no_law_of_plain_sgd_is_measured_with_another_optimizer(options: dict[str, float | str]) -> None:
    (*_, last) = trained("relu-mlp", optimizer=PLAIN.merged(options)).steps
    assert last["inner_product_error"].max() < EXACT
    assert not last.keys() & {"orthogonal_error", "squared_norm_error"}


def test_without_batchnorm_only_lengths_and_angles_are_measured() -> None:
    (*_, last) = trained("relu-mlp", "standard").steps
    assert list(last) == ["squared_norm", "effective_rate", "angle", "orthogonal_share"]


def of_first_weight(network: nn.Sequential, model: str) -> Callable[[Tensor], Tensor]:
    """Return the loss as a function of the first layer's weights."""
    images, labels = batch(model, 0, torch.float64)
    name = f"{next(name for name, _ in network.named_children())}.weights.weight"
    return lambda weight: cross_entropy(torch.func.functional_call(network, {name: weight}, (images,)), labels)


@pytest.mark.parametrize("model", ["relu-mlp", "blog-cnn"])
def test_gradient_and_curvature_scale_with_the_weights(model: str) -> None:
    network = build("bn", model, torch.float64)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            module.eps = ZERO
    loss, c = of_first_weight(network, model), 3.0
    w = scale_free(network)[0].detach()
    v = torch.randn(w.shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)

    def curved(weight: Tensor, direction: Tensor) -> tuple[Tensor, Tensor]:
        """Return the gradient, and the Hessian times a direction."""
        point = weight.clone().requires_grad_()
        (gradient,) = torch.autograd.grad(loss(point), point, create_graph=True)
        (product,) = torch.autograd.grad(gradient, point, direction)
        return gradient.detach(), product

    gradient, product = curved(w, v)
    scaled_gradient, scaled_product = curved(c * w, v)
    assert torch.allclose(scaled_gradient, gradient / c, atol=1e-15)
    assert torch.allclose(scaled_product, product / c**2, atol=1e-14)
    # The gradient is homogeneous of degree −1 (Euler).
    assert torch.allclose(curved(w, w)[1], -gradient, atol=1e-14)
