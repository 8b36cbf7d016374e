"""Residual networks compute what He et al. define, and activations grow from block to block as theory says."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from bntui.models import MODELS
from bntui.models.layers import InputShape, assemble, hidden, preactivation
from bntui.models.resnet import resnet
from bntui.spec import NoiseSpec
from bntui.variants import VARIANTS
from bntui.variants.variant import NormSite

WIDTH = 64
DRAWS = 100


def network(kind: str, n: int, name: str = "resnet-mini") -> nn.Sequential:
    def norm(channels: int, dims: int) -> nn.Module:
        return VARIANTS[kind]().layer(NormSite(channels, dims, 0), NoiseSpec())

    model = MODELS[name]
    return assemble(model, name, norm, model.input_shape, 10, seed=0, options={"n": n})


def defined(layers: dict[str, nn.Module], x: Tensor) -> Tensor:
    """Return the logits block by block, each with its input added."""

    def convolved(name: str, x: Tensor) -> Tensor:
        layer = layers[name]
        normalized: Tensor = layer.get_submodule("norm")(layer.get_submodule("weights")(x))
        return normalized

    x = convolved("conv1", x).relu()
    for number in range(2, len(layers), 2):
        y = convolved(f"conv{number + 1}", convolved(f"conv{number}", x).relu())
        if y.shape != x.shape:
            half = x[:, :, ::2, ::2]
            x = torch.cat([half, torch.zeros_like(half)], dim=1)
        x = (y + x).relu()
    logits: Tensor = layers["fc1"].get_submodule("weights")(x.mean((2, 3)))
    return logits


@pytest.mark.parametrize("kind", ["standard", "bn"])
def test_it_adds_each_blocks_input_to_its_output(kind: str) -> None:
    net = network(kind, n=2).double()
    images = torch.randn(4, 1, 8, 8, dtype=torch.float64)
    assert torch.allclose(net(images), defined(dict(net.named_children()), images), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("n", [1, 18])
def test_it_has_6n_plus_2_layers_all_but_the_last_hidden(n: int) -> None:
    net = network("bn", n)
    assert len(net) == 6 * n + 2
    assert list(hidden(net)) == [f"conv{number}" for number in range(1, 6 * n + 2)]


def test_the_input_of_a_blocks_last_nonlinearity_has_the_shortcut() -> None:
    net = network("bn", n=1).double()
    inputs: list[Tensor] = []
    outputs: list[Tensor] = []
    for name in ("conv3", "conv4", "conv5"):
        layer = net.get_submodule(name)
        preactivation(layer).register_forward_hook(lambda module, given, output: inputs.append(output.detach()))
        layer.get_submodule("relu").register_forward_hook(lambda module, given, output: outputs.append(output.detach()))
    net(torch.randn(4, 1, 8, 8, dtype=torch.float64))
    assert all(torch.equal(before.relu(), after) for before, after in zip(inputs, outputs, strict=True))
    assert float(inputs[0].var()) > 1.2, "that of the block, more than the 1 of its normalization"


def test_resnet_20_has_as_many_weights_as_its_source_says() -> None:
    weights = sum(parameter.numel() for parameter in network("bn", 3, "resnet").parameters())
    assert weights / 1e6 == pytest.approx(0.27, abs=0.005)


def block() -> nn.Sequential:
    """Return a block without normalization and without the ReLU after the addition."""
    layers = list(resnet(WIDTH)(lambda channels, dims: nn.Identity(), InputShape(WIDTH, 1, 1), 10, n=1, dropout=0))
    (_, opening), (_, closing) = layers[1:3]
    closing.relu = nn.Identity()
    return nn.Sequential(opening, closing).double()


def growth(layers: nn.Sequential, s: float) -> float:
    """Return the mean of ‖f(x)‖²/‖x‖² over weights of variance s/inputs."""
    torch.manual_seed(0)
    ratios = []
    for _ in range(DRAWS):
        for name, parameter in layers.named_parameters():
            # Of one pixel, a 3×3 convolution sees itself and zeros.
            deviation = (s / WIDTH) ** 0.5 if name.endswith("weight") else 0.0
            nn.init.normal_(parameter, 0.0, deviation)
        x = torch.randn(8, WIDTH, 1, 1, dtype=torch.float64)
        ratios.append(layers(x).detach().square().sum() / x.square().sum())
    return float(torch.stack(ratios).mean())


@pytest.mark.parametrize(("s", "factor"), [(1.0, 1.5), (2.0, 3.0)], ids=["Glorot", "He"])
def test_activations_grow_in_each_block_by_one_plus_half_the_square_of_the_variance(s: float, factor: float) -> None:
    assert growth(block(), s) == pytest.approx(factor, rel=0.03)


@pytest.mark.parametrize(("s", "factor"), [(1.0, 0.5), (2.0, 1.0)], ids=["Glorot", "He"])
def test_activations_shrink_in_each_plain_layer_by_half_the_variance(s: float, factor: float) -> None:
    model = MODELS["relu-mlp"]
    built = model.build(
        lambda channels, dims: nn.Identity(), InputShape(WIDTH, 1, 1), 10, depth=1, width=WIDTH, dropout=0
    )
    assert growth(next(iter(built))[1].double(), s) == pytest.approx(factor, rel=0.03)
