"""What every network must have: documented layers, and weights that depend only on the seed."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
import torch
from torch import nn

from bntui.models import MODELS
from bntui.models.layers import InputShape, assemble, hidden
from bntui.records import UserError
from bntui.spec import NoiseSpec
from bntui.variants import VARIANTS
from bntui.variants.variant import NormSite

CLASSES = 10


def assembled(name: str, kind: str = "bn", seed: int = 0, input_shape: InputShape | None = None) -> nn.Sequential:
    def norm(channels: int, dims: int) -> nn.Module:
        return VARIANTS[kind]().layer(NormSite(channels, dims, 0), NoiseSpec())

    return assemble(MODELS[name], name, norm, input_shape or MODELS[name].input_shape, CLASSES, seed)


@pytest.mark.parametrize("name", MODELS)
def test_it_maps_images_to_classes(name: str) -> None:
    input_shape = MODELS[name].input_shape
    outputs = assembled(name)(torch.rand(3, input_shape.channels, input_shape.height, input_shape.width))
    # The linear functions are those of 16 step sizes.
    assert outputs.shape == (3, CLASSES * (16 if name == "linear" else 1))
    outputs.sum().backward()


@pytest.mark.parametrize("name", MODELS)
def test_every_layer_has_weights_and_all_but_the_last_a_normalization_site(name: str) -> None:
    network = assembled(name)
    for layer in network.children():
        assert isinstance(layer.get_submodule("weights"), nn.Conv2d | nn.Linear)
    names = [name for name, _ in network.named_children()]
    if name != "blog-cnn":
        assert list(hidden(network)) == names[:-1]
    else:
        assert list(hidden(network)) == ["conv1", "conv2"]


@pytest.mark.parametrize("kind", VARIANTS)
@pytest.mark.parametrize("name", MODELS)
def test_weights_are_equal_in_all_variants(name: str, kind: str) -> None:
    shared = dict(assembled(name, "standard").named_parameters())
    theirs = dict(assembled(name, kind).named_parameters())
    assert shared.keys() <= theirs.keys()
    assert all(torch.equal(value, theirs[role]) for role, value in shared.items())


@pytest.mark.parametrize("name", MODELS)
def test_weights_follow_from_the_seed(name: str) -> None:
    state = torch.get_rng_state()
    once, again, other = assembled(name), assembled(name), assembled(name, seed=1)
    for (role, first), second, third in zip(
        once.named_parameters(), again.parameters(), other.parameters(), strict=True
    ):
        assert torch.equal(first, second)
        if name == "linear":
            assert not first.any()
        elif role.endswith("weights.weight"):
            assert not torch.equal(first, third)
    torch.set_rng_state(state)


@pytest.mark.parametrize("name", ["vgg-mini", "vgg"])
def test_vgg_starts_glorot_uniform(name: str) -> None:
    for layer in assembled(name).children():
        weights = layer.get_submodule("weights").get_parameter("weight")
        field = weights[0, 0].numel() if weights.dim() == 4 else 1
        bound = (6 / (field * (weights.shape[0] + weights.shape[1]))) ** 0.5
        assert float(weights.detach().abs().max()) == pytest.approx(bound, rel=0.1)
        assert float(weights.detach().std()) == pytest.approx(bound / 3**0.5, rel=0.2)
        assert not layer.get_submodule("weights").get_parameter("bias").any()


def test_the_network_of_sigmoids_starts_small_and_gaussian() -> None:
    for layer in assembled("sigmoid-mlp").children():
        weights = layer.get_submodule("weights")
        assert float(weights.get_parameter("weight").detach().std()) == pytest.approx(0.1, rel=0.1)
        assert not weights.get_parameter("bias").any()


def test_the_deep_linear_network_is_linear() -> None:
    network = assembled("dln", "standard").double()
    assert {role.split(".", 1)[1] for role, _ in network.named_parameters()} == {"weights.weight"}
    product = torch.eye(10, dtype=torch.float64)
    for parameter in network.parameters():
        product = parameter @ product
    inputs = torch.randn(4, 10, 1, 1, dtype=torch.float64)
    assert torch.allclose(network(inputs), inputs.flatten(1) @ product.T)


def test_its_loss_is_the_sum_of_squared_distances() -> None:
    outputs, targets = torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([[1.0, 0.0], [0.0, 4.0]])
    assert float(MODELS["dln"].criterion(outputs, targets)) == 4 + 9


def test_the_blog_posts_network_starts_as_in_its_code() -> None:
    network = assembled("blog-cnn")
    for name in ("conv1", "conv2"):
        assert network.get_submodule(f"{name}.weights").bias is None
    second = network.get_submodule("conv2.weights").get_parameter("weight").detach()
    assert float(second.std()) == pytest.approx(0.1, rel=0.05)
    linear = network.get_submodule("fc1.weights").get_parameter("weight").detach()
    assert linear.shape == (10, 784)
    assert float(linear.std()) == pytest.approx(784**-0.5, rel=0.05)
    scales = torch.cat([network.get_submodule(f"{name}.norm").get_parameter("weight") for name in ("conv1", "conv2")])
    assert float(scales.detach().std()) == pytest.approx(0.1, rel=0.5)
    assert not any(parameter.any() for name, parameter in network.named_parameters() if name.endswith("bias"))


Shapes = dict[str, tuple[int, ...]]


def shapes(name: str) -> Shapes:
    return {
        layer: tuple(part.get_submodule("weights").get_parameter("weight").shape)
        for layer, part in assembled(name).named_children()
    }


def convolutions(*channels: int) -> Shapes:
    pairs = itertools.pairwise(channels)
    return {f"conv{number}": (after, before, 3, 3) for number, (before, after) in enumerate(pairs, start=1)}


def residual(inputs: int, first: int, second: int, third: int) -> Shapes:
    return convolutions(inputs, first, *6 * [first], *6 * [second], *6 * [third]) | {"fc1": (10, third)}


EXPECTED: dict[str, Callable[[], Shapes]] = {
    "vgg-mini": lambda: convolutions(1, 8, 8, 16, 16, 32, 32) | {"fc1": (64, 288), "fc2": (10, 64)},
    "blog-cnn": lambda: {"conv1": (8, 1, 5, 5), "conv2": (16, 8, 5, 5), "fc1": (10, 784)},
    "sigmoid-mlp": lambda: {"fc1": (100, 784), "fc2": (100, 100), "fc3": (100, 100), "fc4": (10, 100)},
    "relu-mlp": lambda: {"fc1": (64, 64), "fc2": (64, 64), "fc3": (64, 64), "fc4": (10, 64)},
    "dln": lambda: {f"fc{number}": (10, 10) for number in range(1, 26)},
    "convex-relu": lambda: {"fc1": (8, 20), "fc2": (10, 8)},
    "linear": lambda: {"fc1": (160, 200)},
    "resnet": lambda: residual(3, 16, 32, 64),
    "resnet-mini": lambda: residual(1, 8, 16, 32),
    "vgg": lambda: (
        convolutions(3, 64, 128, 256, 256, 512, 512, 512, 512)
        | {"fc1": (512, 512), "fc2": (512, 512), "fc3": (10, 512)}
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_its_layers_have_the_documented_sizes(name: str) -> None:
    assert shapes(name) == EXPECTED[name]()


@pytest.mark.parametrize("name", [name for name, model in MODELS.items() if model.halvings])
def test_an_image_that_is_too_small_is_refused(name: str) -> None:
    least = 2 ** MODELS[name].halvings
    assembled(name, input_shape=InputShape(1, least, least))
    with pytest.raises(UserError, match=f"network {name} needs images of at least {least}×{least}"):
        assembled(name, input_shape=InputShape(1, least, least - 1))
