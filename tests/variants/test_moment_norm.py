"""Statistics outside the gradient, and statistics of earlier steps, compared with their definitions."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from bntui.spec import NoiseSpec
from bntui.variants import VARIANTS
from bntui.variants.moment_norm import stepwise
from tests.probes.trace import batch, build, probes, setting, trainer
from tests.variants.test_contract import made, sample, site_of

STEPS = 1000
LR = 0.1


class Centring(nn.Module):
    """u − mean(u), a bias before it, and fixed labels: the example of Ioffe & Szegedy 2015, section 2."""

    def __init__(self, *, detached: bool) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(0)
        self.inputs = torch.randn(16, 5, generator=generator, dtype=torch.float64)
        self.labels = torch.randint(5, (16,), generator=generator)
        self.bias = nn.Parameter(torch.zeros(5, dtype=torch.float64))
        variant = VARIANTS["bn-detached"].model_validate({"detached": "mean" if detached else "variance"})
        self.norm = variant.layer(site_of(1, 0, 5), NoiseSpec()).double()

    def loss(self) -> Tensor:
        values = self.inputs + self.bias
        mean, _ = self.norm.used(*self.norm.moments(values))
        return cross_entropy(values - mean, self.labels)


def test_without_the_gradient_of_the_mean_the_bias_goes_along_a_line_and_the_loss_stays() -> None:
    model = Centring(detached=True)
    losses, slopes = [], []
    for _ in range(STEPS):
        loss = model.loss()
        (slope,) = torch.autograd.grad(loss, model.bias)
        with torch.no_grad():
            model.bias -= LR * slope
        losses.append(loss.detach())
        slopes.append(slope)
    assert float((torch.stack(losses) - losses[0]).abs().max()) < 5e-15
    assert float((torch.stack(slopes) - slopes[0]).abs().max()) < 5e-15
    assert float(slopes[0].norm()) > 0.01
    assert float((model.bias.detach() + LR * STEPS * slopes[0]).abs().max()) < 2e-12


def test_with_the_gradient_of_the_mean_the_bias_has_none() -> None:
    model = Centring(detached=False)
    (slope,) = torch.autograd.grad(model.loss(), model.bias)
    assert float(slope.abs().max()) < 1e-16


@pytest.mark.parametrize("detached", ["mean", "variance", "both"])
def test_detached_statistics_are_those_of_the_batch_and_constants_to_the_gradient(detached: str) -> None:
    inputs = sample(2).double().requires_grad_()
    module = made("bn-detached", 2, detached=detached).double()
    outputs = module(inputs)
    assert torch.allclose(outputs, made("bn", 2).double()(inputs))
    var, mean = torch.var_mean(inputs, (0, 2, 3), correction=0, keepdim=True)
    mean = mean if detached == "variance" else mean.detach()
    var = var if detached == "mean" else var.detach()
    wanted = (inputs - mean) / (var + 1e-5).sqrt()
    gradients = [torch.autograd.grad((each**3).sum(), inputs)[0] for each in (outputs, wanted)]
    assert torch.allclose(*gradients)


@pytest.mark.parametrize("kind", ["bn-detached", "bn-population"])
def test_running_statistics_are_those_of_batchnorm(kind: str) -> None:
    module, bn = made(kind, 2, momentum=0.9), made("bn", 2, momentum=0.9)
    for step in range(4):
        for layer in stepwise(module):
            layer.begin_step(step)
        module(sample(2, step))
        bn(sample(2, step))
    if kind == "bn-population":
        # Its first batch replaces the initial values, of which a ten-thousandth is left in those of BatchNorm.
        assert torch.allclose(module.running_mean, bn.running_mean, atol=1e-3)
        return
    assert torch.allclose(module.running_mean, bn.running_mean)
    assert torch.allclose(module.running_var, bn.running_var)


def test_population_statistics_are_means_of_earlier_batches() -> None:
    module = made("bn-population", 2, momentum=0.0).double()
    (layer,) = stepwise(module)
    batches = [sample(2, step).double() for step in range(4)]
    for step, inputs in enumerate(batches):
        layer.begin_step(step)
        outputs, again = module(inputs), module(inputs)
        assert torch.equal(outputs, again)
    earlier = torch.stack(batches[:3])
    mean, var = earlier.mean((0, 1, 3, 4)), earlier.var((1, 3, 4), correction=1).mean(0)
    wanted = (batches[3] - mean.reshape(1, 8, 1, 1)) / (var + 1e-5).sqrt().reshape(1, 8, 1, 1)
    assert torch.allclose(outputs, wanted)


def test_the_gradient_with_population_statistics_is_that_of_the_loss() -> None:
    module = made("bn-population", 1).double()
    (layer,) = stepwise(module)
    for step in range(3):
        layer.begin_step(step)
        module(sample(1, step).double())
    assert torch.autograd.gradcheck(module, (sample(1, 3).double().requires_grad_(),))


def test_passes_of_a_step_that_change_nothing_agree_with_the_training_pass() -> None:
    network = build("bn-population", "relu-mlp")
    (probe,), _ = probes({"smoothness": {"every": 1, "etas": [1e-30]}}, setting(network, "relu-mlp", 5))
    variant = trainer(network, "relu-mlp", [probe, *probes({"train": {}}, setting(network, "relu-mlp", 5))[0]])
    for step in range(4):
        values = dict(variant.step(step, *batch("relu-mlp", step)))
        assert float(values["smoothness"][0]) == float(values["train"][0])
