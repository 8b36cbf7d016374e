"""A plain second implementation of every probe: float64, copies of the network in one state, loops over values.

A twin takes a trace and a step, and returns the values that the probe should have measured, or None for no measurement.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn

from bntui.models.layers import preactivation
from bntui.seeding import random_key
from tests.probes.bjorck_twins import BJORCK
from tests.probes.curvature_twins import CURVATURE
from tests.probes.detached_twins import bias_drift
from tests.probes.optimum_twins import optimum, unexplained
from tests.probes.statistics_twins import statistics_error
from tests.probes.surface_twins import line, surface
from tests.probes.theory_twins import minimum_distance, theorem42
from tests.probes.trace import Step, Trace
from tests.probes.twin_passes import Twin, backward, batchnorm, by_name, exact, fresh, weight


def flat_gradient(network: nn.Sequential) -> Tensor:
    return torch.cat([parameter.grad.flatten() for parameter in network.parameters() if parameter.grad is not None])


def moved(network: nn.Sequential, by: Tensor, length: float) -> nn.Sequential:
    """Return a copy at θ − length·by."""
    copied = fresh(network)
    index = 0
    for parameter in copied.parameters():
        piece = by[index : index + parameter.numel()].reshape(parameter.shape)
        parameter.data = parameter.data - length * piece
        index += parameter.numel()
    return copied


def activations(trace: Trace, step: int) -> dict[str, Tensor]:
    """Return the inputs of each hidden layer's nonlinearity, computed once per step."""
    at = trace.steps[step]
    at.activations = at.activations or _activations(trace, step)
    return at.activations


def _activations(trace: Trace, step: int) -> dict[str, Tensor]:
    recorded: dict[str, Tensor] = {}
    at = trace.steps[step]
    network = fresh(at.before)
    for name in trace.setting.layers:
        norm = preactivation(network.get_submodule(name))
        norm.register_forward_hook(lambda module, inputs, output, name=name: recorded.update({name: output.detach()}))
    backward(trace, at, network)
    return recorded


def train(trace: Trace, step: int) -> list[float] | None:
    if step == trace.setting.steps:
        return None
    at = trace.steps[step]
    network = fresh(at.before)
    loss, _ = backward(trace, at, network)
    if not trace.setting.classifies:
        return [loss]
    logits = fresh(at.before).train()(at.images.double())
    correct = sum(int(row.argmax()) == int(label) for row, label in zip(logits, at.labels, strict=True))
    return [loss, correct / len(at.labels)]


def test(trace: Trace, step: int) -> list[float] | None:
    if step == 0:
        return None
    network = fresh(trace.steps[step].before)
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


def rate(trace: Trace, step: int) -> list[float] | None:
    return None if step == trace.setting.steps else [trace.lr]


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
        row = [
            average(mean),
            average(var),
            distance(mean, mean_0),
            distance(var, var_0),
            mean[unit],
            var[unit],
        ]
        if before:
            mean_1, var_1 = channel_moments(before[layer])
            row += [distance(mean, mean_1), distance(var, var_1)]
            row += [abs(mean[unit] - mean_1[unit]), abs(var[unit] - var_1[unit])]
        rows.append(row)
    return by_name(rows)


def average(values: list[float]) -> float:
    return sum(values) / len(values)


def distance(a: list[float], b: list[float]) -> float:
    return average([abs(x - y) for x, y in zip(a, b, strict=True)])


def smoothness(trace: Trace, step: int) -> list[float] | None:
    if step == trace.setting.steps:
        return None
    _, network = backward(trace, trace.steps[step], fresh(trace.steps[step].before))
    return _along(trace, step, flat_gradient(network), trace.options["smoothness"].etas)  # type: ignore[attr-defined]


def _along(trace: Trace, step: int, direction: Tensor, etas: tuple[float, ...]) -> list[float]:
    at = trace.steps[step]
    _, unmoved = backward(trace, at, fresh(at.before))
    g = flat_gradient(unmoved)
    losses, diffs, cosines, betas = [], [], [], []
    for eta in etas:
        length = eta * trace.lr
        loss, network = backward(trace, at, moved(at.before, direction, length))
        shifted = flat_gradient(network)
        losses.append(loss)
        diffs.append(float((g - shifted).norm()))
        cosines.append(float(g @ shifted / (g.norm() * shifted.norm())))
        betas.append(diffs[-1] / (length * float(direction.norm())))
    return [min(losses), max(losses), min(diffs), max(diffs), min(cosines), max(cosines), max(betas)]


def smoothness_random(trace: Trace, step: int) -> list[float] | None:
    if step == trace.setting.steps:
        return None
    _, network = backward(trace, trace.steps[step], fresh(trace.steps[step].before))
    drawn = []
    for name, parameter in network.named_parameters():
        key = random_key(trace.setting.seed, "direction", step, name.replace("norm.norm", "norm"))
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
    network = fresh(at.before)
    outputs: list[tuple[nn.Module, Tensor]] = []
    for layer in trace.setting.layers:
        for module in network.get_submodule(layer).children():
            if isinstance(module, nn.ReLU | nn.Sigmoid):
                module.register_forward_hook(lambda module, inputs, output: outputs.append((module, output.detach())))
    backward(trace, at, network)
    shares = []
    for module, output in outputs:
        flat = output.flatten().tolist()
        saturated = [value == 0 if isinstance(module, nn.ReLU) else not 0.05 <= value <= 0.95 for value in flat]
        shares.append(sum(saturated) / len(flat))
    return shares or None


def norms(trace: Trace, step: int) -> list[float] | None:
    if step == trace.setting.steps:
        return None
    at = trace.steps[step]
    _, network = backward(trace, at, fresh(at.before))
    rows = []
    for layer in trace.setting.weighted:
        now, start = weight(network, layer), weight(trace.steps[0].before, layer)
        assert now.grad is not None
        rows.append([float(tensor.detach().norm()) for tensor in (now.grad, now, now - start)])
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
    # Its passes change only running statistics, which training does not use, and gradients that are not read.
    network = fresh(at.before).train()

    def gradient(index: int, y: Tensor) -> Tensor:
        y = y.detach().clone().requires_grad_()
        loss = trace.criterion(network[index + 1 :](y), exact(at.labels))
        (loss if trace.setting.summed else loss * len(at.labels)).backward()
        assert y.grad is not None
        return y.grad

    betas = []
    for layer in trace.setting.layers:
        index = names.index(layer)
        y = network[: index + 1](at.images.double())
        g = gradient(index, y)
        etas = trace.options["activation_beta"].etas  # type: ignore[attr-defined]
        betas.append(max(float((g - gradient(index, y - a * g)).norm() / (a * g.norm())) for a in etas))
    return betas


def ics(trace: Trace, step: int) -> list[float] | None:
    if step == trace.setting.steps:
        return None
    at = trace.steps[step]
    rows = []
    _, old = backward(trace, at, fresh(at.before))
    for index, layer in enumerate(trace.setting.weighted):
        mixed = fresh(at.before)
        for name in trace.setting.weighted[:index]:
            mixed.get_submodule(name).load_state_dict(at.after.get_submodule(name).state_dict())
        backward(trace, at, mixed)
        g, shifted = weight(old, layer).grad, weight(mixed, layer).grad
        assert g is not None
        assert shifted is not None
        cosine = float((g * shifted).sum() / (g.norm() * shifted.norm()))
        rows.append([float((g - shifted).norm()), cosine])
    return by_name(rows)


def theorem41(trace: Trace, step: int) -> list[float] | None:
    """Take the right side from the full Jacobian of normalization, which the identity simplifies."""
    if step == trace.setting.steps:
        return None
    at = trace.steps[step]
    network = fresh(at.before)
    recorded: dict[str, tuple[Tensor, Tensor]] = {}

    def record(layer: str) -> Callable[[nn.Module, Any, Tensor], None]:
        def hook(module: nn.Module, inputs: Any, output: Tensor) -> None:
            inputs[0].retain_grad()
            output.retain_grad()
            recorded[layer] = inputs[0], output

        return hook

    norms = {layer: batchnorm(network.get_submodule(layer)) for layer in trace.setting.layers}
    if not all(norms.values()):
        return None
    for layer, norm in norms.items():
        assert norm is not None
        norm.register_forward_hook(record(layer))
    backward(trace, at, network)
    return by_name([_sides(norms[layer], *recorded[layer]) for layer in trace.setting.layers])


def weight_norms(trace: Trace, step: int) -> list[float] | None:
    """Take the span of the inputs from their singular vectors, and ⟨∂L/∂z, ŷ⟩ from the gradient of the output z.

    The laws that hold without momentum are left out.
    """
    if step == trace.setting.steps:
        return None
    at = trace.steps[step]
    first = at.before.get_submodule(trace.setting.weighted[0]).get_submodule("weights")
    inputs = torch.stack(list(patches(trace.setting.train_images.double(), first)))
    _, sizes, directions = torch.linalg.svd(inputs, full_matrices=False)
    spanned = directions[: int((sizes > sizes[0] * 1e-10).sum())]
    by_layer, shares = [], []
    for index, layer in enumerate(trace.setting.weighted):
        pairs = zip(weight(at.before, layer).detach(), weight(at.after, layer).detach(), strict=True)
        by_channel = [_turned(w.flatten(), after.flatten(), trace.lr) for w, after in pairs]
        by_layer.append([sum(values) / len(by_channel) for values in zip(*by_channel, strict=True)])
        if index == 0:
            channels = [w.detach().flatten() for w in weight(at.before, layer)]
            shares = [float((w - spanned.T @ (spanned @ w)).norm() / w.norm()) for w in channels]
    of_weights = [*by_name(by_layer), sum(shares) / len(shares)]
    if not all(batchnorm(at.before.get_submodule(layer)) for layer in trace.setting.layers):
        return of_weights
    return of_weights + by_name(_inner_products(trace, at))


def _turned(w: Tensor, after: Tensor, lr: float) -> list[float]:
    square = float(w @ w)
    return [square, lr / square, math.acos(min(1.0, float(w @ after) / math.sqrt(square * float(after @ after))))]


def patches(images: Tensor, weights: nn.Module) -> Iterator[Tensor]:
    """Yield the inputs of a linear layer, or those of a convolution of stride 1 that keeps height and width."""
    if isinstance(weights, nn.Linear):
        yield from images.flatten(1)
        return
    assert isinstance(weights, nn.Conv2d)
    size = weights.kernel_size[0]
    padded = torch.nn.functional.pad(images, (size // 2,) * 4)
    for row in range(images.shape[2]):
        for column in range(images.shape[3]):
            yield from padded[:, :, row : row + size, column : column + size].flatten(1)


def _inner_products(trace: Trace, at: Step) -> list[list[float]]:
    recorded: dict[str, tuple[Tensor, Tensor]] = {}

    def record(layer: str) -> Callable[[nn.Module, Any, Tensor], None]:
        def hook(module: nn.Module, inputs: Any, output: Tensor) -> None:
            output.retain_grad()
            recorded[layer] = inputs[0].detach(), output

        return hook

    network = fresh(at.before)
    norms: dict[str, Any] = {layer: batchnorm(network.get_submodule(layer)) for layer in trace.setting.layers}
    for layer, norm in norms.items():
        norm.register_forward_hook(record(layer))
    backward(trace, at, network)
    rows = []
    for layer, norm in norms.items():
        w = weight(network, layer)
        assert w.grad is not None
        y, z = recorded[layer]
        assert z.grad is not None
        products, terms, lengths = [], [], []
        for channel in range(len(w)):
            values, g = y[:, channel].flatten(), z.grad[:, channel].flatten()
            s2 = float(((values - values.mean()) ** 2).mean()) + norm.eps
            along = float(g @ (values - values.mean())) / math.sqrt(s2)
            products.append(float((w.detach()[channel] * w.grad[channel]).sum()))
            terms.append(float(norm.weight.detach()[channel]) * along * norm.eps / s2)
            lengths.append(float(w.detach()[channel].norm() * w.grad[channel].norm()))
        error = sum(abs(a - b) for a, b in zip(products, terms, strict=True)) / sum(lengths)
        rows.append([sum(products) / len(w), sum(terms) / len(w), error])
    return rows


def _sides(norm: Any, y: Tensor, z: Tensor) -> list[float]:
    assert y.grad is not None
    assert z.grad is not None
    left, right, error = 0.0, 0.0, 0.0
    for channel in range(y.shape[1]):
        values, g = (tensor[:, channel].flatten().detach() for tensor in (y, z.grad))
        count = len(values)
        s = (((values - values.mean()) ** 2).mean() + norm.eps) ** 0.5
        normal = (values - values.mean()) / s
        # ∂ŷ/∂y = (I − 11ᵀ/m − ŷŷᵀ/m)/s, as a product with g.
        inner = (g - g.sum() / count - normal * (g @ normal) / count) / s
        channel_left = float((y.grad[:, channel] ** 2).sum())
        channel_right = float((norm.weight[channel].detach() * inner).square().sum())
        left, right, error = left + channel_left, right + channel_right, error + abs(channel_left - channel_right)
    return [left, right, error / left]


TWINS: dict[str, Twin] = {
    "train": train,
    "test": test,
    "gradient": gradient,
    "rate": rate,
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
    "weight_norms": weight_norms,
    "theorem42": theorem42,
    "minimum_distance": minimum_distance,
    **CURVATURE,
    "line": line,
    "surface": surface,
    # These networks are not the linear one, of which `test_excess_risk` has the twin.
    "excess_risk": lambda trace, step: None,
    "bias_drift": bias_drift,
    **BJORCK,
    "optimum": optimum,
    "statistics_error": statistics_error,
    "test_error": unexplained,
}
