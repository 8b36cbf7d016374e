"""Every probe once more, the plain way: float64, one copy of the network a pass, loops instead of reductions.

A twin takes the trace and a step and gives the values that the probe should have measured there, or None where
it should not have measured.
"""

from __future__ import annotations

import copy
from collections.abc import Callable

import torch
from torch import Tensor, nn

from bntui.seeding import random_key
from tests.probes.trace import Step, Trace

Twin = Callable[[Trace, int], list[float] | None]


def backward(trace: Trace, at: Step, network: nn.Sequential) -> tuple[float, nn.Sequential]:
    """The loss of the step's batch, and the network with its gradient."""
    network.train()
    network.zero_grad()
    loss = trace.criterion(network(at.images.double()), at.labels)
    loss.backward()
    return loss.item(), network


def flat_gradient(network: nn.Sequential) -> Tensor:
    return torch.cat([parameter.grad.flatten() for parameter in network.parameters() if parameter.grad is not None])


def fresh(network: nn.Sequential) -> nn.Sequential:
    return copy.deepcopy(network)


def moved(network: nn.Sequential, by: Tensor, length: float) -> nn.Sequential:
    """A copy at θ − length·by."""
    there = fresh(network)
    place = 0
    for parameter in there.parameters():
        piece = by[place : place + parameter.numel()].reshape(parameter.shape)
        parameter.data = parameter.data - length * piece
        place += parameter.numel()
    return there


def activations(trace: Trace, step: int) -> dict[str, Tensor]:
    """What each hidden layer hands to its nonlinearity in the step's training pass."""
    kept: dict[str, Tensor] = {}
    at = trace.steps[step]
    network = fresh(at.before)
    for name in trace.setting.layers:
        norm = network.get_submodule(f"{name}.norm")
        norm.register_forward_hook(lambda module, inputs, output, name=name: kept.update({name: output.detach()}))
    backward(trace, at, network)
    return kept


def train(trace: Trace, step: int) -> list[float] | None:
    if step == trace.setting.steps:
        return None
    at = trace.steps[step]
    network = fresh(at.before)
    loss, _ = backward(trace, at, network)
    logits = fresh(at.before).train()(at.images.double())
    right = sum(int(row.argmax()) == int(label) for row, label in zip(logits, at.labels, strict=True))
    return [loss, right / len(at.labels)]


def test(trace: Trace, step: int) -> list[float] | None:
    if step == 0:
        return None
    # Measured after the step's pass, which moves the running statistics.
    at = trace.steps[step]
    network = fresh(at.before)
    if step < trace.setting.steps:
        backward(trace, at, network)
    logits = network.eval()(trace.setting.test_images.double())
    labels = trace.setting.test_labels
    return [sum(int(row.argmax()) == int(label) for row, label in zip(logits, labels, strict=True)) / len(labels)]


def gradient(trace: Trace, step: int) -> list[float] | None:
    if step == trace.setting.steps:
        return None
    at = trace.steps[step]
    _, network = backward(trace, at, fresh(at.before))
    squares = 0.0
    for parameter in network.parameters():
        assert parameter.grad is not None
        squares += float((parameter.grad**2).sum())
    return [squares**0.5]


def channel_moments(activation: Tensor) -> tuple[list[float], list[float]]:
    means, variances = [], []
    for channel in range(activation.shape[1]):
        values = activation[:, channel].flatten()
        mean = float(values.sum()) / len(values)
        means.append(mean)
        variances.append(float(((values - mean) ** 2).sum()) / len(values))
    return means, variances


def moments(trace: Trace, step: int) -> list[float] | None:
    if step == trace.setting.steps:
        return None
    now, first = activations(trace, step), activations(trace, 0)
    before = activations(trace, step - 1) if step else None
    rows: list[list[float]] = []
    for layer in trace.setting.layers:
        mean, var = channel_moments(now[layer])
        mean_0, var_0 = channel_moments(first[layer])
        unit = random_key(trace.setting.seed, "unit", layer) % len(mean)
        row = [average(mean), average(var), apart(mean, mean_0), apart(var, var_0), mean[unit], var[unit]]
        if before:
            mean_1, var_1 = channel_moments(before[layer])
            row += [apart(mean, mean_1), apart(var, var_1)]
            row += [abs(mean[unit] - mean_1[unit]), abs(var[unit] - var_1[unit])]
        rows.append(row)
    return by_name(rows)


def by_name(rows: list[list[float]]) -> list[float]:
    """The values of a row a layer, in the order of columns: all layers of a name, then the next name."""
    return [value for name in zip(*rows, strict=True) for value in name]


def average(values: list[float]) -> float:
    return sum(values) / len(values)


def apart(a: list[float], b: list[float]) -> float:
    return average([abs(x - y) for x, y in zip(a, b, strict=True)])


def smoothness(trace: Trace, step: int) -> list[float] | None:
    if step == trace.setting.steps:
        return None
    _, network = backward(trace, trace.steps[step], fresh(trace.steps[step].before))
    return _along(trace, step, flat_gradient(network), trace.options["smoothness"].etas)  # type: ignore[attr-defined]


def _along(trace: Trace, step: int, direction: Tensor, etas: tuple[float, ...]) -> list[float]:
    at = trace.steps[step]
    _, here = backward(trace, at, fresh(at.before))
    g = flat_gradient(here)
    losses, diffs, cosines, betas = [], [], [], []
    for eta in etas:
        length = eta * trace.lr
        loss, network = backward(trace, at, moved(at.before, direction, length))
        there = flat_gradient(network)
        losses.append(loss)
        diffs.append(float((g - there).norm()))
        cosines.append(float(g @ there / (g.norm() * there.norm())))
        betas.append(diffs[-1] / (length * float(direction.norm())))
    return [min(losses), max(losses), min(diffs), max(diffs), min(cosines), max(cosines), max(betas)]


TWINS: dict[str, Twin] = {
    "train": train,
    "test": test,
    "gradient": gradient,
    "moments": moments,
    "smoothness": smoothness,
}
