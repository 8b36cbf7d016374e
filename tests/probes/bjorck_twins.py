"""Plain second implementations, as in `twins`, of the probes after Bjorck et al. 2018."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from scipy.integrate import quad
from scipy.optimize import brentq
from torch import Tensor, nn

from bntui.models.layers import preactivation
from tests.probes.trace import Step, Trace
from tests.probes.twin_passes import Twin, backward, by_name, exact, fresh, weight


def _options(trace: Trace, name: str) -> Any:
    return trace.options[name]


def _ahead(trace: Trace, at: Step, length: float, here: nn.Sequential) -> tuple[float, dict[str, Tensor]]:
    """Return the loss and the inputs of each hidden layer's nonlinearity at θ − length·g; `here` has the gradient g."""
    network = fresh(at.before).train()
    recorded = recording(network, trace.setting.layers)
    with torch.no_grad():
        for moved, parameter in zip(network.parameters(), here.parameters(), strict=True):
            assert parameter.grad is not None
            moved -= length * parameter.grad
        loss = trace.criterion(network(at.images.double()), exact(at.labels))
    return float(loss), recorded


def recording(network: nn.Sequential, layers: tuple[str, ...]) -> dict[str, Tensor]:
    """Return a dict that the network's next pass fills with the inputs of each hidden layer's nonlinearity."""
    recorded: dict[str, Tensor] = {}
    for name in layers:
        norm = preactivation(network.get_submodule(name))
        norm.register_forward_hook(lambda module, inputs, output, name=name: recorded.update({name: output.detach()}))
    return recorded


def activations_at(at: Step, layers: tuple[str, ...]) -> dict[str, Tensor]:
    network = fresh(at.before).train()
    recorded = recording(network, layers)
    network(at.images.double())
    return recorded


def _relative(trace: Trace, at: Step, lengths: tuple[float, ...]) -> list[float]:
    start, here = backward(trace, at, fresh(at.before))
    ratios = [_ahead(trace, at, length, here)[0] / start for length in lengths]
    return [ratio if ratio <= 1e30 else math.inf for ratio in ratios]


def step_scan(trace: Trace, step: int) -> list[float] | None:
    if step == trace.setting.steps:
        return None
    lengths = _options(trace, "step_scan").lengths
    ratios = _relative(trace, trace.steps[step], lengths)
    best = ratios.index(min(ratios))
    rises = (length for length, ratio in zip(lengths[best + 1 :], ratios[best + 1 :], strict=True) if ratio > 1)
    return [*ratios, lengths[best], next(rises, math.nan), _diverging(lengths, ratios)]


def _diverging(lengths: tuple[float, ...], ratios: list[float]) -> float:
    return next((length for length, ratio in zip(lengths, ratios, strict=True) if ratio > 1000), math.nan)


def step_moments(trace: Trace, step: int) -> list[float] | None:
    if step == trace.setting.steps:
        return None
    at, lengths = trace.steps[step], _options(trace, "step_moments").lengths
    diverging = _diverging(lengths, _relative(trace, at, lengths))
    length = lengths[-1] if math.isnan(diverging) else diverging
    _, here = backward(trace, at, fresh(at.before))
    along = [_ahead(trace, at, length * tenth / 10, here)[1] for tenth in range(11)]
    means, variances = [], []
    count = len(trace.setting.layers)
    shown = range(count) if count <= 12 else [round(index * (count - 1) / 11) for index in range(12)]
    for layer in (trace.setting.layers[index] for index in shown):
        for recorded in along:
            channels = [values.flatten() for values in recorded[layer].transpose(0, 1)]
            means.append(sum(abs(float(values.mean())) for values in channels) / len(channels))
            squares = [float(((values - values.mean()) ** 2).mean()) for values in channels]
            variances.append(sum(squares) / len(channels))
    return [length, *(value if value <= 1e30 else math.inf for value in (*means, *variances))]


def class_gradients(trace: Trace, step: int) -> list[float] | None:
    if step == trace.setting.steps or not trace.setting.classifies:
        return None
    at = trace.steps[step]
    with torch.no_grad():
        logits = fresh(at.before).train()(at.images.double()).tolist()
    count, rows = len(logits), []
    for scores, label in zip(logits, at.labels.tolist(), strict=True):
        top = max(scores)
        total = sum(math.exp(score - top) for score in scores)
        softmax = [math.exp(score - top) / total for score in scores]
        rows.append([(share - (index == label)) / count for index, share in enumerate(softmax)])
    summed = sum(sum(column) ** 2 for column in zip(*rows, strict=True))
    squares = sum(value**2 for row in rows for value in row)
    guesses = [scores.index(max(scores)) for scores in logits]
    most = max(guesses.count(guess) for guess in guesses) / count
    shown = rows[: _options(trace, "class_gradients").rows]
    return [summed / (count * squares), most, *(value for row in shown for value in row)]


def cancellation(trace: Trace, step: int) -> list[float] | None:
    """Form the product of each sample and position, unfolded."""
    if step == trace.setting.steps:
        return None
    at, recorded = trace.steps[step], {}

    def record(layer: str) -> Callable[[nn.Module, Any, Tensor], None]:
        def hook(module: nn.Module, inputs: Any, output: Tensor) -> None:
            output.retain_grad()
            recorded[layer] = module, inputs[0].detach(), output

        return hook

    network = fresh(at.before)
    for layer in trace.setting.layers:
        network.get_submodule(f"{layer}.weights").register_forward_hook(record(layer))
    backward(trace, at, network)
    return [_cancelled(*recorded[layer]) for layer in trace.setting.layers]


def _cancelled(module: Any, x: Tensor, output: Tensor) -> float:
    assert output.grad is not None
    d = output.grad.flatten(2) if output.dim() > 2 else output.grad.unsqueeze(2)
    if isinstance(module, nn.Conv2d):
        size = module.kernel_size[0]
        x = torch.nn.functional.unfold(x, size, padding=size // 2, stride=module.stride)
    else:
        x = x.unsqueeze(2)
    total, absolute = 0.0, 0.0
    # Entry by entry of the kernel, of one output channel at a time: (batch, inputs, positions).
    for channel in range(d.shape[1]):
        terms = d[:, channel, None] * x
        total += float(terms.sum((0, 2)).abs().sum())
        absolute += float(terms.abs().sum())
    return total / absolute


def tails(trace: Trace, step: int) -> list[float] | None:
    if step == trace.setting.steps:
        return None
    at, layers = trace.steps[step], trace.setting.layers
    _, network = backward(trace, at, fresh(at.before))
    gradient = weight(network, layers[(len(layers) - 1) // 2]).grad
    assert gradient is not None
    values = gradient.flatten().numpy()
    z = (values - values.mean()) / values.std()
    inner = np.linspace(-9.75, 9.75, 40)
    counts = np.bincount(np.searchsorted(inner, z, side="right"), minlength=41)
    return [float((z**4).mean()), *(counts / len(z)).tolist()]


def depth_moments(trace: Trace, step: int) -> list[float] | None:
    if step == trace.setting.steps:
        return None
    rows = []
    for values in activations_at(trace.steps[step], trace.setting.layers).values():
        channels = [channel.flatten() for channel in values.transpose(0, 1)]
        means = [abs(float(values.mean())) for values in channels]
        deviations = [math.sqrt(float(((values - values.mean()) ** 2).mean())) for values in channels]
        rows.append([sum(means) / len(channels), sum(deviations) / len(channels)])
    return [*by_name(rows), rows[-1][1] / rows[0][1]]


def weight_products(trace: Trace, step: int) -> list[float] | None:
    if step == trace.setting.steps:
        return None
    factors: list[Any] = []
    for layer in reversed(trace.setting.layers):
        w = weight(trace.steps[step].before, layer).detach().numpy()
        if w.ndim > 2 or w.shape[0] != w.shape[1]:
            break
        factors.insert(0, w / np.sqrt(len(w) * (w**2).mean()))
    if not factors:
        return None
    count, m = len(factors[0]), len(factors)
    product = np.linalg.multi_dot(factors[::-1]) if m > 1 else factors[0]
    values = np.sort(np.linalg.svd(product, compute_uv=False))
    shares = [(2 * index + 1) / 40 for index in range(20)]
    found = [float(values[math.ceil(round(share * count, 9)) - 1]) for share in shares]
    below = [_law(m, value) for value in values]
    apart = max(max(below[i] - i / count, (i + 1) / count - below[i]) for i in range(count))
    return [*found, *(_quantile(m, share) for share in shares), float(values[-1]), _end(m), apart]


def _end(m: int) -> float:
    return math.sqrt((m + 1) ** (m + 1) / m**m)


def _logarithm(m: int, phi: float) -> float:
    """Return ln s at φ."""
    return ((m + 1) * math.log(math.sin((m + 1) * phi)) - math.log(math.sin(phi)) - m * math.log(math.sin(m * phi))) / 2


def _mass(m: int, phi: float) -> float:
    """Return the share of the law above the point at φ."""

    def density(t: float) -> float:
        slope = (m + 1) ** 2 / math.tan((m + 1) * t) - 1 / math.tan(t) - m**2 / math.tan(m * t)
        return -slope * math.sin(t) * math.sin((m + 1) * t) / (math.pi * math.sin(m * t))

    return float(quad(density, 0, phi)[0])


def _law(m: int, value: float) -> float:
    end = math.pi / (m + 1)
    low, high = 1e-9 * end, (1 - 1e-12) * end
    log = math.log(value)
    if log >= _logarithm(m, low):
        return 1.0
    if log <= _logarithm(m, high):
        return 0.0
    return 1 - _mass(m, brentq(lambda phi: _logarithm(m, phi) - log, low, high, xtol=1e-15))


def _quantile(m: int, share: float) -> float:
    end = math.pi / (m + 1)
    phi = brentq(lambda phi: 1 - _mass(m, phi) - share, 1e-9 * end, (1 - 1e-12) * end, xtol=1e-15)
    return math.exp(_logarithm(m, phi))


BJORCK: dict[str, Twin] = {
    "step_scan": step_scan,
    "step_moments": step_moments,
    "class_gradients": class_gradients,
    "cancellation": cancellation,
    "tails": tails,
    "depth_moments": depth_moments,
    "weight_products": weight_products,
}
