"""A plain second implementation, as in `twins`, of the probe of statistics that normalize."""

from __future__ import annotations

import math

from torch import Tensor, nn

from tests.probes.trace import Trace
from tests.probes.twin_passes import batchnorm, by_name, fresh


def statistics_error(trace: Trace, step: int) -> list[float] | None:
    """Take sums over the inputs of BatchNorm in a pass of the batch, and in one of all training images."""
    if step == trace.setting.steps or not all(
        batchnorm(trace.steps[step].before.get_submodule(layer)) for layer in trace.setting.layers
    ):
        return None
    at = trace.steps[step]
    whole = trace.setting.scaled(trace.setting.train_images)
    used, true = _inputs(trace, at.before, at.images), _inputs(trace, at.before, whole)
    return by_name([_errors(*pair) for pair in zip(used, true, strict=True)])


def _inputs(trace: Trace, network: nn.Sequential, images: Tensor) -> list[Tensor]:
    """Return the inputs of each BatchNorm, by channel."""
    network, found = fresh(network).train(), []
    for layer in trace.setting.layers:
        norm = batchnorm(network.get_submodule(layer))
        assert norm
        norm.register_forward_pre_hook(lambda module, inputs: found.append(inputs[0].transpose(0, 1).flatten(1)))
    network(images.double())
    return found


def _errors(used: Tensor, true: Tensor) -> list[float]:
    shifts = scales = changes = variances = 0.0
    for few, all_values in zip(used.tolist(), true.tolist(), strict=True):
        (mean, variance), (true_mean, true_variance) = _moments(few), _moments(all_values)
        shifts, scales = shifts + abs(mean - true_mean), scales + math.sqrt(true_variance)
        changes, variances = changes + abs(variance - true_variance), variances + true_variance
    return [shifts / scales, changes / variances]


def _moments(values: list[float]) -> tuple[float, float]:
    mean = math.fsum(values) / len(values)
    return mean, math.fsum((value - mean) ** 2 for value in values) / len(values)
