"""What every variant must do: keep shapes, pass gradients, use its options, and draw noise from keys of its own."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from bntui.data.dataset import Dataset, Split
from bntui.spec import NoiseSpec, VariantSpec
from bntui.variants import VARIANTS
from bntui.variants.cross_iteration import follow_weights
from bntui.variants.moment_norm import stepwise
from bntui.variants.noise import noises
from bntui.variants.variant import NormSite

SHAPES = {1: (6, 8), 2: (6, 8, 5, 5)}
NOISY = ["noisy", "noisy-standard", "bn-frozen-noise"]
OTHER_VALUES: dict[str, Any] = {
    "eps": 0.5,
    "momentum": 0.7,
    "groups": 4,
    "detached": "mean",
    "burn_in": 2,
    "window": 2,
    "directions": 2,
}
"""A value for each option of any variant that differs from its default."""
OPTIONS = [(kind, option) for kind, variant in VARIANTS.items() for option in variant.model_fields]


IMAGES = torch.rand(9, 8, 1, 1, generator=torch.Generator().manual_seed(0))
DATA = Dataset("made", 2, Split(IMAGES, torch.zeros(9)), Split(IMAGES, torch.zeros(9)))


def site_of(dims: int, position: int = 0, channels: int = 8) -> NormSite:
    return NormSite(channels, dims, position)


def made(kind: str, dims: int, step: int = 0, **options: Any) -> nn.Module:
    module = VARIANTS[kind].model_validate(options).layer(site_of(dims), NoiseSpec())
    if kind == "cbn":
        module = after_weights(module, dims)
    for noise in noises(module):
        noise.seed(3, "conv1")
        noise.redraw(step)
    return module


def after_weights(norm: nn.Module, dims: int) -> nn.Module:
    """Return the layer after weights that it can follow, which change nothing."""
    with torch.random.fork_rng():
        weights = nn.Conv2d(8, 8, 1, bias=False) if dims == 2 else nn.Linear(8, 8, bias=False)
    nn.init.dirac_(weights.weight) if dims == 2 else nn.init.eye_(weights.weight)
    layer = nn.Sequential(OrderedDict[str, nn.Module](weights=weights, norm=norm))
    follow_weights([layer])
    return layer


def sample(dims: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return 3 * torch.randn(SHAPES[dims], generator=generator) + 1


@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
@pytest.mark.parametrize("dims", [1, 2])
@pytest.mark.parametrize("kind", VARIANTS)
def test_shapes_stay_and_gradients_flow(kind: str, dims: int, training: bool) -> None:
    module = made(kind, dims).train(training)
    inputs = sample(dims).requires_grad_()
    outputs = module(inputs)
    assert outputs.shape == inputs.shape
    assert outputs.dtype == inputs.dtype
    assert torch.isfinite(outputs).all()
    (outputs**3).sum().backward()
    assert inputs.grad is not None
    assert inputs.grad.abs().sum() > 0
    assert torch.isfinite(inputs.grad).all()
    for name, parameter in module.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().sum() > 0, name


@pytest.mark.parametrize(("kind", "option"), OPTIONS)
def test_an_option_has_no_name_that_all_variants_share(kind: str, option: str) -> None:
    assert option not in VariantSpec.model_fields


@pytest.mark.parametrize("dims", [1, 2])
@pytest.mark.parametrize(("kind", "option"), OPTIONS)
def test_every_option_has_an_effect(kind: str, option: str, dims: int) -> None:
    def outputs(**options: Any) -> list[Tensor]:
        module = made(kind, dims, **options)
        results = []
        for step in range(3):
            for layer in stepwise(module):
                layer.begin_step(step)
            inputs = sample(dims, step).requires_grad_()
            output = module(inputs)
            results += [output, *torch.autograd.grad((output**3).sum(), inputs)]
        seen = VARIANTS[kind].model_validate(options).seen(DATA).train.images
        return [*results, module.eval()(sample(dims)), seen]

    default = VARIANTS[kind]().model_dump(exclude_none=True)
    assert all(torch.equal(*pair) for pair in zip(outputs(), outputs(**default), strict=True))
    other = outputs(**{option: OTHER_VALUES[option]})
    assert not all(torch.equal(*pair) for pair in zip(outputs(), other, strict=True))


@pytest.mark.parametrize("dims", [1, 2])
@pytest.mark.parametrize("kind", VARIANTS)
def test_a_dead_channel_gives_finite_outputs_and_gradients(kind: str, dims: int) -> None:
    module = made(kind, dims)
    inputs = sample(dims)
    inputs[:, 2] = 0
    inputs.requires_grad_()
    outputs = module(inputs)
    outputs.sum().backward()
    assert torch.isfinite(outputs).all()
    assert inputs.grad is not None
    assert torch.isfinite(inputs.grad).all()


@pytest.mark.parametrize("kind", VARIANTS)
def test_it_keeps_the_precision_it_is_given(kind: str) -> None:
    module = made(kind, 2).double()
    outputs = module(sample(2).double())
    assert outputs.dtype == torch.float64
    # Noise is drawn in float32 and cast, so that it is the same in both precisions.
    assert torch.allclose(outputs.float(), made(kind, 2)(sample(2)), atol=1e-5)


@pytest.mark.parametrize("kind", VARIANTS)
def test_evaluation_does_not_learn(kind: str) -> None:
    module = made(kind, 2)
    for seed in range(3):
        module(sample(2, seed))
    before = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    module.eval()(sample(2, 7))
    assert all(torch.equal(before[name], tensor) for name, tensor in module.state_dict().items())


@pytest.mark.parametrize("kind", VARIANTS)
def test_the_global_random_state_does_not_change(kind: str) -> None:
    state = torch.get_rng_state()
    module = made(kind, 2)
    module(sample(2))
    module.eval()(sample(2))
    assert torch.equal(torch.get_rng_state(), state)


def test_batchnorm_gives_every_channel_mean_zero_and_variance_one() -> None:
    var, mean = torch.var_mean(made("bn", 2)(sample(2)), (0, 2, 3), correction=0)
    assert torch.allclose(mean, torch.zeros(8), atol=1e-5)
    assert torch.allclose(var, torch.ones(8), atol=1e-3)


def test_standard_changes_nothing() -> None:
    assert torch.equal(made("standard", 1)(sample(1)), sample(1))


def test_only_the_first_layers_have_the_blog_posts_noise() -> None:
    variant = VARIANTS["bn-frozen-noise"]()
    counts = [len(noises(variant.layer(site_of(2, position), NoiseSpec()))) for position in range(4)]
    assert counts == [1, 1, 0, 0]


@pytest.mark.parametrize("kind", VARIANTS)
def test_which_variants_have_noise(kind: str) -> None:
    assert bool(noises(made(kind, 2))) == (kind in NOISY)


@pytest.mark.parametrize("kind", NOISY)
def test_noise_is_the_same_within_a_step_and_new_in_the_next(kind: str) -> None:
    module = made(kind, 2)
    first = module(sample(2))
    assert torch.equal(module(sample(2)), first)
    for noise in noises(module):
        noise.redraw(1)
    assert not torch.equal(module(sample(2)), first)
    for noise in noises(module):
        noise.redraw(0)
    assert torch.equal(module(sample(2)), first)


@pytest.mark.parametrize("kind", NOISY)
def test_noise_differs_by_layer_and_by_seed(kind: str) -> None:
    outputs = []
    for seed, layer in ((3, "conv1"), (3, "conv2"), (4, "conv1")):
        module = made(kind, 2)
        for noise in noises(module):
            noise.seed(seed, layer)
        outputs.append(module(sample(2)))
    first, second, third = outputs
    assert not torch.equal(first, second)
    assert not torch.equal(first, third)


@pytest.mark.parametrize("kind", NOISY)
def test_evaluation_draws_new_noise_each_time_and_does_not_affect_training(kind: str) -> None:
    module = made(kind, 2)
    undisturbed = module(sample(2))
    module = made(kind, 2)
    module.eval()
    module.load_state_dict(made(kind, 2).state_dict())
    first, second = module(sample(2)), module(sample(2))
    assert not torch.equal(first, second)
    assert torch.equal(module.train()(sample(2)), undisturbed)


@pytest.mark.parametrize("kind", NOISY)
def test_noise_can_be_left_out_of_evaluation(kind: str) -> None:
    module = VARIANTS[kind]().layer(site_of(2), NoiseSpec(evaluation=False)).eval()
    assert torch.equal(module(sample(2)), module(sample(2)))
