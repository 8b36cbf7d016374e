"""Every probe once more, the plain way: float64, one copy of the network a pass, loops instead of reductions.

A twin takes the trace and a step and gives the values that the probe should have measured there, or None where
it should not have measured.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from bntui.seeding import random_key
from tests.probes.trace import Step, Trace

Twin = Callable[[Trace, int], list[float] | None]


def backward(trace: Trace, at: Step, network: nn.Sequential) -> tuple[float, nn.Sequential]:
    """The loss of the step's batch, and the network with its gradient."""
    network.train()
    network.zero_grad()
    loss = trace.criterion(network(at.images.double()), exact(at.labels))
    loss.backward()
    return loss.item(), network


def exact(labels: Tensor) -> Tensor:
    """Classes as they are, vectors in float64."""
    return labels.double() if labels.is_floating_point() else labels


def flat_gradient(network: nn.Sequential) -> Tensor:
    return torch.cat([parameter.grad.flatten() for parameter in network.parameters() if parameter.grad is not None])


def fresh(network: nn.Sequential) -> nn.Sequential:
    return copy.deepcopy(network)


def moved(network: nn.Sequential, by: Tensor, length: float) -> nn.Sequential:
    """A copy at θ − length·by."""
    there = fresh(network)
    index = 0
    for parameter in there.parameters():
        piece = by[index : index + parameter.numel()].reshape(parameter.shape)
        parameter.data = parameter.data - length * piece
        index += parameter.numel()
    return there


def activations(trace: Trace, step: int) -> dict[str, Tensor]:
    """Kept with the step, for several twins begin with them."""
    at = trace.steps[step]
    at.activations = at.activations or _activations(trace, step)
    return at.activations


def _activations(trace: Trace, step: int) -> dict[str, Tensor]:
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
    if not trace.setting.classifies:
        return [loss]
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
    if not trace.setting.classifies:
        return [trace.criterion(logits, exact(labels)).item()]
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


def smoothness_random(trace: Trace, step: int) -> list[float] | None:
    if step == trace.setting.steps:
        return None
    _, network = backward(trace, trace.steps[step], fresh(trace.steps[step].before))
    drawn = []
    for name, parameter in network.named_parameters():
        key = random_key(trace.setting.seed, "direction", step, name)
        drawn.append(torch.randn(parameter.shape, generator=torch.Generator().manual_seed(key)).double().flatten())
    direction = torch.cat(drawn)
    direction = direction / direction.norm() * flat_gradient(network).norm()
    return _along(trace, step, direction, trace.options["smoothness_random"].etas)  # type: ignore[attr-defined]


def distribution(trace: Trace, step: int) -> list[float] | None:
    if step == trace.setting.steps:
        return None
    options: Any = trace.options["distribution"]
    now, first = activations(trace, step), activations(trace, 0)
    rows = []
    for layer in trace.setting.layers:
        unit = random_key(trace.setting.seed, "unit", layer) % now[layer].shape[1]
        means, variances = channel_moments(first[layer])
        reach = options.reach * variances[unit] ** 0.5
        low, high = means[unit] - reach, means[unit] + reach
        counts = [0] * options.bins
        values = now[layer][:, unit].flatten().tolist()
        for value in values:
            index = math.floor((value - low) / (high - low) * options.bins)
            counts[min(max(index, 0), options.bins - 1)] += 1
        rows.append([low, high, *(count / len(values) for count in counts)])
    return by_name(rows)


def scale(trace: Trace, step: int) -> list[float] | None:
    if step == trace.setting.steps:
        return None
    rows = []
    for activation in activations(trace, step).values():
        values = activation.flatten().tolist()
        squares = math.fsum(value * value for value in values)
        rows.append([math.sqrt(squares / len(values)), math.fsum(map(abs, values)) / len(values)])
    return by_name(rows)


def saturation(trace: Trace, step: int) -> list[float] | None:
    if step == trace.setting.steps:
        return None
    at = trace.steps[step]
    shares = []
    values = at.images.double()
    for name, layer in fresh(at.before).train().named_children():
        for part, module in layer.named_children():
            values = module(values)
            if part in ("relu", "sigmoid") and name in trace.setting.layers:
                flat = values.flatten().tolist()
                gone = [value == 0 if part == "relu" else not 0.05 <= value <= 0.95 for value in flat]
                shares.append(sum(gone) / len(flat))
    return shares or None


def weight(network: nn.Sequential, layer: str) -> nn.Parameter:
    return network.get_submodule(layer).get_submodule("weights").get_parameter("weight")


def norms(trace: Trace, step: int) -> list[float] | None:
    if step == trace.setting.steps:
        return None
    at = trace.steps[step]
    _, network = backward(trace, at, fresh(at.before))
    rows = []
    for layer in trace.setting.weighted:
        here, start = weight(network, layer), weight(trace.steps[0].before, layer)
        assert here.grad is not None
        rows.append([float(tensor.detach().norm()) for tensor in (here.grad, here, here - start)])
    return by_name(rows)


def step_loss(trace: Trace, step: int) -> list[float] | None:
    if step == trace.setting.steps:
        return None
    at = trace.steps[step]
    loss, _ = backward(trace, at, fresh(at.before))
    after, _ = backward(trace, at, fresh(at.after))
    if step == 0:
        return [after - loss]
    last, _ = backward(trace, trace.steps[step - 1], fresh(trace.steps[step - 1].before))
    return [after - loss, abs(loss - last)]


def activation_beta(trace: Trace, step: int) -> list[float] | None:
    if step == trace.setting.steps:
        return None
    at = trace.steps[step]
    names = [name for name, _ in at.before.named_children()]

    def gradient(index: int, y: Tensor) -> Tensor:
        y = y.detach().clone().requires_grad_()
        loss = trace.criterion(fresh(at.before).train()[index + 1 :](y), exact(at.labels))
        (loss if trace.setting.summed else loss * len(at.labels)).backward()
        assert y.grad is not None
        return y.grad

    betas = []
    for layer in trace.setting.layers:
        index = names.index(layer)
        y = fresh(at.before).train()[: index + 1](at.images.double())
        g = gradient(index, y)
        etas = trace.options["activation_beta"].etas  # type: ignore[attr-defined]
        betas.append(max(float((g - gradient(index, y - a * g)).norm() / (a * g.norm())) for a in etas))
    return betas


def ics(trace: Trace, step: int) -> list[float] | None:
    if step == trace.setting.steps:
        return None
    at = trace.steps[step]
    rows = []
    for index, layer in enumerate(trace.setting.weighted):
        _, here = backward(trace, at, fresh(at.before))
        mixed = fresh(at.before)
        for name in trace.setting.weighted[:index]:
            mixed.get_submodule(name).load_state_dict(at.after.get_submodule(name).state_dict())
        _, there = backward(trace, at, mixed)
        g, shifted = weight(here, layer).grad, weight(there, layer).grad
        assert g is not None
        assert shifted is not None
        cosine = float((g * shifted).sum() / (g.norm() * shifted.norm()))
        rows.append([float((g - shifted).norm()), cosine])
    return by_name(rows)


def theorem41(trace: Trace, step: int) -> list[float] | None:
    """The right side from the Jacobian of normalization, channel by channel, which the identity shortens."""
    if step == trace.setting.steps:
        return None
    at = trace.steps[step]
    network = fresh(at.before)
    kept: dict[str, tuple[Tensor, Tensor]] = {}

    def keep(layer: str) -> Callable[[nn.Module, Any, Tensor], None]:
        def hook(module: nn.Module, inputs: Any, output: Tensor) -> None:
            inputs[0].retain_grad()
            output.retain_grad()
            kept[layer] = inputs[0], output

        return hook

    norms = {layer: batchnorm(network.get_submodule(layer)) for layer in trace.setting.layers}
    if not all(norms.values()):
        return None
    for layer, norm in norms.items():
        assert norm is not None
        norm.register_forward_hook(keep(layer))
    backward(trace, at, network)
    return by_name([_sides(norms[layer], *kept[layer]) for layer in trace.setting.layers])


def batchnorm(layer: nn.Module) -> nn.Module | None:
    return next((module for module in layer.modules() if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d)), None)


def _sides(norm: Any, y: Tensor, z: Tensor) -> list[float]:
    assert y.grad is not None
    assert z.grad is not None
    left, right, wrong = 0.0, 0.0, 0.0
    for channel in range(y.shape[1]):
        values, g = (tensor[:, channel].flatten().detach() for tensor in (y, z.grad))
        count = len(values)
        s = (((values - values.mean()) ** 2).mean() + norm.eps) ** 0.5
        normal = (values - values.mean()) / s
        # ∂ŷ/∂y = (I − 11ᵀ/m − ŷŷᵀ/m)/s, as a product with g.
        inner = (g - g.sum() / count - normal * (g @ normal) / count) / s
        one_left = float((y.grad[:, channel] ** 2).sum())
        one_right = float((norm.weight[channel].detach() * inner).square().sum())
        left, right, wrong = left + one_left, right + one_right, wrong + abs(one_left - one_right)
    return [left, right, wrong / left]


TWINS: dict[str, Twin] = {
    "train": train,
    "test": test,
    "gradient": gradient,
    "moments": moments,
    "smoothness": smoothness,
    "smoothness_random": smoothness_random,
    "distribution": distribution,
    "scale": scale,
    "saturation": saturation,
    "norms": norms,
    "step_loss": step_loss,
    "activation_beta": activation_beta,
    "ics": ics,
    "theorem41": theorem41,
}
