"""A few steps of one variant: what its probes measured, and copies of the network before and after each step."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from bntui.models import MODELS
from bntui.models.layers import InputShape, assemble, hidden, scale_free
from bntui.optimizer_spec import OptimizerSpec
from bntui.probes import PROBES
from bntui.probes.probe import Criterion, Probe, ProbeOptions, Setting, options_of
from bntui.spec import NoiseSpec
from bntui.train.clock import Clock
from bntui.train.training_pass import TrainingPass
from bntui.train.variant_trainer import VariantTrainer
from bntui.variants import VARIANTS
from bntui.variants.cross_iteration import follow_weights
from bntui.variants.noise import noises
from bntui.variants.variant import NormSite
from bntui.variants.weight_rescaling import rescale

BATCH = 12
CLASSES = 10
LR = 0.1
OPTIMIZER = OptimizerSpec(lr=LR, momentum=0.5)
SEED = 5
CHEAP: dict[str, dict[str, Any]] = {name: {"every": 1} for name in PROBES} | {
    "line": {"every": 1, "points": 5, "samples": 20},
    "surface": {"every": 1, "points": 3, "samples": 20},
    "statistics_error": {"every": 1, "samples": 100},
    "effective_rank": {"every": 1, "samples": 20},
    "step_scan": {"every": 1, "lengths": [1e-4, 0.01, 0.5, 5.0, 100.0]},
    "step_moments": {"every": 1, "lengths": [0.01, 0.5, 100.0]},
    "sharpness": {"every": 5, "samples": 4, "eigenvalues": 2, "products": 20},
    "flatness": {"every": 5, "samples": 4, "radii": [0.5], "directions": 2, "products": 20},
}
"""Options by probe that measure at every step, or more seldom and little where the defaults take much time."""
SMALL = {
    "vgg-mini": InputShape(1, 16, 16),
    "blog-cnn": InputShape(1, 12, 12),
    "sigmoid-mlp": InputShape(1, 4, 4),
    "relu-mlp": InputShape(3, 4, 4),
    "dln": InputShape(10, 1, 1),
    "convex-relu": InputShape(20, 1, 1),
    "resnet-mini": InputShape(1, 8, 8),
}
"""The smallest inputs of each network for which every channel has more than one value."""


OPTIONS: Mapping[str, Mapping[str, Any]] = {"resnet-mini": {"n": 1, "dropout": 0.2}}
"""Options of networks that are not the defaults."""


@dataclass
class Step:
    """The network before the step's pass (θ_t), the batch, and the network after it (θ_{t+1}, at the end θ_t)."""

    step: int
    before: nn.Sequential
    images: Tensor
    labels: Tensor
    after: nn.Sequential
    activations: dict[str, Tensor] = field(default_factory=dict)


@dataclass
class Trace:
    """All steps, the last being the end of the run, and the values by (probe, step)."""

    setting: Setting
    options: Mapping[str, ProbeOptions]
    criterion: Criterion
    lr: float = LR
    steps: list[Step] = field(default_factory=list)
    values: dict[tuple[str, int], Tensor] = field(default_factory=dict)


def outputs(model: str) -> int:
    """Return how many numbers the network predicts."""
    return 1 if MODELS[model].convex else CLASSES


def build(kind: str, model: str = "vgg-mini", dtype: torch.dtype = torch.float32, seed: int = SEED) -> nn.Sequential:
    """Return a network with the variant's layers, as the trainer builds it."""
    indices = 0

    def norm(channels: int, dims: int) -> nn.Module:
        nonlocal indices
        indices += 1
        return VARIANTS[kind]().layer(NormSite(channels, dims, indices - 1), NoiseSpec())

    network = assemble(MODELS[model], model, norm, SMALL[model], outputs(model), seed, OPTIONS.get(model))
    for layer, part in hidden(network).items():
        for noise in noises(part):
            noise.seed(seed, layer)
    follow_weights(hidden(network).values())
    return network.to(dtype)


def batch(model: str, step: int, dtype: torch.dtype = torch.float32) -> tuple[Tensor, Tensor]:
    """Return images whose brightness depends on the label, so that there is something to learn, or vectors."""
    # Of a convex network all samples are in every batch.
    generator = torch.Generator().manual_seed(0 if MODELS[model].convex else step)
    input_shape = SMALL[model]
    labels = torch.randint(CLASSES, (BATCH,), generator=generator)
    shape = (BATCH, input_shape.channels, input_shape.height, input_shape.width)
    if MODELS[model].regression:
        inputs = torch.randn(shape, generator=generator, dtype=torch.float64)
        return inputs.to(dtype), inputs.flatten(1).cumsum(1)[:, : outputs(model)].to(dtype)
    brightness = labels.double().reshape(-1, 1, 1, 1) / CLASSES
    return (0.5 * torch.rand(shape, generator=generator, dtype=torch.float64) + 0.5 * brightness).to(dtype), labels


def setting(
    network: nn.Sequential, model: str, steps: int, optimizer: OptimizerSpec = OPTIMIZER, *, unit_weights: bool = False
) -> Setting:
    dtype = next(network.parameters()).dtype
    images, labels = batch(model, 10_000, dtype)
    batches = 1 if MODELS[model].convex else steps
    return Setting(
        layers=tuple(hidden(network)),
        weighted=tuple(name for name, _ in network.named_children()),
        seed=SEED,
        steps=steps,
        test_images=images,
        test_labels=labels,
        scaled=lambda images: images,
        train_images=torch.cat([batch(model, step, dtype)[0] for step in range(batches)]),
        train_labels=torch.cat([batch(model, step, dtype)[1] for step in range(batches)]),
        optimizer=optimizer,
        unit_weights=unit_weights,
        summed=MODELS[model].summed,
        undecayed=MODELS[model].undecayed,
        convex=MODELS[model].convex,
        classes=0 if MODELS[model].regression else CLASSES,
    )


def probes(requested: Mapping[str, Mapping[str, Any]], where: Setting) -> tuple[list[Probe], dict[str, ProbeOptions]]:
    options = {name: options_of(PROBES[name], values) for name, values in requested.items()}
    return [PROBES[name](values, where) for name, values in options.items()], options


def trainer(
    network: nn.Sequential,
    model: str,
    measuring: Sequence[Probe],
    optimizer: OptimizerSpec = OPTIMIZER,
    *,
    unit_weights: bool = False,
) -> VariantTrainer:
    passes = TrainingPass(network, MODELS[model].criterion, "float32")
    rescaled = scale_free(network) if unit_weights else []
    clock = Clock(torch.device("cpu"))
    variant = VariantTrainer("it", passes, optimizer, measuring, clock, rescaled, MODELS[model].undecayed)
    variant.partner = partner(network)
    return variant


def partner(network: nn.Sequential) -> dict[str, Tensor]:
    """Return the parameters of another network: those of this one, each rolled by one place."""
    return {name: value.detach().flatten().roll(1).view_as(value) for name, value in network.named_parameters()}


def record(
    kind: str,
    requested: Mapping[str, Mapping[str, Any]],
    model: str = "vgg-mini",
    dtype: torch.dtype = torch.float64,
    steps: int = 3,
    optimizer: OptimizerSpec = OPTIMIZER,
) -> Trace:
    """Train and measure, and record the inputs of the twins."""
    unit_weights = VARIANTS[kind].unit_weights
    network = build(kind, model, dtype)
    rescale(scale_free(network) if unit_weights else [])
    where = setting(network, model, steps, optimizer, unit_weights=unit_weights)
    measuring, options = probes(requested, where)
    variant = trainer(network, model, measuring, optimizer, unit_weights=unit_weights)
    trace = Trace(where, options, MODELS[model].criterion, optimizer.lr)
    for step in range(steps):
        images, labels = batch(model, step, dtype)
        before = frozen_copy(network, step)
        trace.values |= {(probe, step): values for probe, values in variant.step(step, images, labels) if probe}
        trace.steps.append(Step(step, before, images, labels, frozen_copy(network, step)))
    last = frozen_copy(network, steps)
    trace.values |= {(probe, steps): values for probe, values in variant.between(steps)}
    trace.steps.append(Step(steps, last, images, labels, last))
    return trace


def frozen_copy(network: nn.Sequential, step: int) -> nn.Sequential:
    """Return a float64 copy with the noise of this step."""
    twin = copy.deepcopy(network).double()
    for noise in noises(twin):
        noise.redraw(step)
    return twin
