"""Whitened inputs: uncorrelated, with few directions if asked for, and what gradient descent does without them."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from bntui.data import Request, load
from bntui.data.dataset import Dataset, Split
from bntui.models.convex_relu import half_squared_distance
from bntui.records import RunInfo
from bntui.spec import parse
from bntui.train import resolve, train
from bntui.variants.whitened import Truncated, Whitened, whitened
from tests.probes.trace import batch, build
from tests.train.conftest import measured


def flat(split: Split) -> Tensor:
    return split.images.double().flatten(1)


@pytest.fixture
def decaying() -> Dataset:
    return load("gaussian-decaying", Request((20, 1, 1)))


def test_whitened_inputs_are_uncorrelated_with_variance_1(decaying: Dataset) -> None:
    seen = Whitened().seen(decaying)
    assert seen.image_shape == decaying.image_shape
    inputs = flat(seen.train)
    assert torch.allclose(inputs.mean(0), torch.zeros(20).double(), atol=1e-6)
    assert torch.allclose(inputs.T @ inputs / 80, torch.eye(20).double(), atol=1e-5)
    # The test set is mapped by what the training set says.
    assert 0.8 < flat(seen.test).var(0).mean() < 2
    assert torch.equal(seen.test.labels, decaying.test.labels)


def test_truncated_inputs_are_the_projection_on_the_first_directions(decaying: Dataset) -> None:
    inputs = flat(decaying.train)
    rows = torch.linalg.svd(inputs - inputs.mean(0), full_matrices=False)[2]
    few, every = flat(Truncated(directions=3).seen(decaying).train), flat(Whitened().seen(decaying).train)
    assert torch.linalg.matrix_rank(few, rtol=1e-5) == 3
    assert torch.allclose(few, every @ rows[:3].T @ rows[:3], atol=1e-5)


def test_pixels_are_whitened_but_for_those_that_are_constant() -> None:
    digits = load("digits-few", Request((1, 8, 8)))
    inputs = flat(whitened(digits).train)
    values = torch.linalg.eigvalsh(inputs.T @ inputs / len(inputs))
    assert ((values < 1e-4) | ((values - 1).abs() < 1e-4)).all()
    assert 30 < (values > 0.5).sum() < 64


PRESET = """
network = "convex-relu"
dataset = "gaussian-decaying"
steps = 3
batch_size = 80
variants = ["bn", "bn-whitened", {kind = "bn", name = "again"}, "bn-truncated"]
[optimizer]
lr = 1e-3
[probes.test_error]
"""


def test_each_variant_trains_and_is_tested_on_its_own_inputs(decaying: Dataset) -> None:
    events = list(train(resolve(parse(PRESET, "it")), decaying))
    assert isinstance(events[0], RunInfo)
    assert events[0].device == "cpu"
    of = {one.variant: one.values for one in measured(events) if one.probe == "test_error"}
    assert of["bn"] == of["again"]
    assert len(set(of.values())) == 3
    # In evaluation mode one does not differ from a run on data that were whitened before.
    before = PRESET.replace('"bn", "bn-whitened", {kind = "bn", name = "again"}, "bn-truncated"', '"bn"')
    alone = measured(train(resolve(parse(before, "it")), whitened(decaying)))
    assert [one.values for one in alone if one.probe == "test_error"] == [of["bn-whitened"]]


def test_gradient_descent_moves_the_output_along_a_direction_by_the_square_of_its_singular_value() -> None:
    """UᵀΔa = −lr·(γ√n/‖a‖)·Σ²·UᵀPg for a = X_c w, P = I − ââᵀ, g = ∂L/∂h, in each neuron, for ε = 0."""
    network = build("bn", "convex-relu", torch.float64)
    network[0].norm.eps = 1e-200
    images, targets = batch("convex-relu", 0, torch.float64)
    lr, inputs = 0.1, images.flatten(1) - images.flatten(1).mean(0)
    weights = network[0].weights.weight
    outputs: list[Tensor] = []

    def keep(module: object, given: object, output: Tensor) -> None:
        output.retain_grad()
        outputs.append(output)

    network[0].norm.register_forward_hook(keep)
    half_squared_distance(network(images), targets).backward()
    left, singular, _ = torch.linalg.svd(inputs, full_matrices=False)
    for neuron in range(len(weights)):
        a, g = inputs @ weights[neuron].detach(), outputs[0].grad[:, neuron]
        unit = a / a.norm()
        projected = g - g.mean() - unit * (unit @ g)
        gamma = network[0].norm.weight[neuron].detach() * len(a) ** 0.5
        law = -lr * gamma / a.norm() * singular**2 * (left.T @ projected)
        moved = left.T @ (inputs @ (-lr * weights.grad[neuron]))
        assert torch.allclose(moved, law, rtol=1e-12, atol=1e-13)
