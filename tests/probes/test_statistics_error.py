"""The errors of the statistics that normalize, where they are known."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from bntui.models.layers import hidden
from bntui.optimizer_spec import OptimizerSpec
from bntui.probes.statistics_error import StatisticsErrorProbe
from bntui.variants.cross_iteration import NaiveCrossIterationNorm
from tests.probes.trace import batch, build, setting, trainer

STILL = OptimizerSpec(lr=1e-30)


def measured(kind: str, steps: int, true: Tensor, model: str = "relu-mlp", window: int = 4) -> Tensor:
    """Return (mean error, variance error) by layer in the last step, without a change of weights."""
    network = build(kind, model, torch.float64)
    for norm in network.modules():
        if isinstance(norm, NaiveCrossIterationNorm):
            norm.window = window
    where = replace(setting(network, model, steps + 1), train_images=true)
    probe = StatisticsErrorProbe(StatisticsErrorProbe.Options(every=1), where)
    variant = trainer(network, model, [probe], STILL)
    for step in range(steps):
        values = dict(variant.step(step, *batch(model, step, torch.float64)))
    found = values.get("statistics_error", torch.empty(0))
    assert len(found) in (0, 2 * len(hidden(network)))
    return found


@pytest.mark.parametrize("kind", ["bn", "noisy", "bn-detached", "cbn", "bn-population"])
def test_a_batch_that_is_the_training_set_has_no_error(kind: str) -> None:
    images, _ = batch("relu-mlp", 0, torch.float64)
    assert float(measured(kind, 1, images).max()) < 1e-14


@pytest.mark.parametrize("kind", ["cbn", "cbn-naive"])
def test_the_window_counts_as_one_batch(kind: str) -> None:
    images = torch.cat([batch("relu-mlp", step, torch.float64)[0] for step in (1, 2)])
    mean, *_ = errors = measured(kind, 3, images, window=2).tolist()
    # The first layer sees the images themselves, later ones what other batches normalized.
    assert mean < 1e-14
    assert errors[len(errors) // 2] < 1e-14
    assert measured(kind, 3, images)[0] > 1e-3


def test_population_statistics_are_those_of_earlier_batches() -> None:
    (first, _), (second, _) = (batch("relu-mlp", step, torch.float64) for step in (0, 1))
    to_first, to_second = (measured("bn-population", 2, images)[0] for images in (first, second))
    assert to_first < 1e-14
    assert to_second > 1e-3


@pytest.mark.parametrize("kind", ["standard", "l2", "layernorm", "groupnorm"])
def test_it_is_not_measured_without_a_mean_and_a_variance_per_channel(kind: str) -> None:
    assert len(measured(kind, 1, batch("relu-mlp", 0, torch.float64)[0])) == 0


def test_samples_are_evenly_from_the_training_set() -> None:
    where = replace(setting(build("bn"), "vgg-mini", 1), train_images=torch.arange(100.0).reshape(100, 1, 1, 1))
    few, all_images = (StatisticsErrorProbe(StatisticsErrorProbe.Options(samples=n), where).images for n in (5, 0))
    assert few.flatten().tolist() == [0, 24, 49, 74, 99]
    assert len(all_images) == 100
