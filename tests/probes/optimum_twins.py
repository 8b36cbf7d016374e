"""Plain second implementations, as in `twins`, of the probes of regression: loops over samples, parts and neurons."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tests.probes.trace import Trace
from tests.probes.twin_passes import backward, batchnorm, fresh


def unexplained(trace: Trace, step: int) -> list[float] | None:
    if step == 0 or trace.setting.classifies:
        return None
    outputs = fresh(trace.steps[step].before).eval()(trace.setting.test_images.double()).detach()
    targets = trace.setting.test_labels.double()
    errors = sum(float((row - target) @ (row - target)) for row, target in zip(outputs, targets, strict=True))
    return [errors / sum(float((target - targets.mean(0)) @ (target - targets.mean(0))) for target in targets)]


def optimum(trace: Trace, step: int) -> list[float] | None:
    if step == trace.setting.steps:
        return None
    at, decay = trace.steps[step], trace.setting.optimizer.weight_decay
    loss, network = backward(trace, at, fresh(at.before))
    squares = sum(
        p.detach().square().sum().item()
        for name, p in network.named_parameters()
        if not (trace.setting.convex and name.startswith("fc1.weights"))
    )
    objective = loss + decay / 2 * squares
    norm: Any = batchnorm(network)
    if not trace.setting.convex or norm is None:
        return [objective]
    x, y = at.images.double().flatten(1).numpy(), at.labels.double().numpy()[:, 0]
    outputs = network(at.images.double()).detach().numpy()[:, 0]
    penalty = decay / math.sqrt(len(y))
    best = 0.0
    for part in (np.maximum(y, 0), np.maximum(-y, 0)):
        length = math.sqrt(sum(value**2 for value in part))
        best += penalty * length - penalty**2 / 2 if length > penalty else length**2 / 2
    values = [objective, _bound(outputs, y, penalty), best, (objective - best) / best]
    gamma, beta = norm.weight.detach().numpy(), norm.bias.detach().numpy()
    first, second = (network.get_submodule(f"{layer}.weights").get_parameter("weight") for layer in ("fc1", "fc2"))
    rows, out = first.detach().numpy(), second.detach().numpy()[0]
    for sign in (1, -1):
        values += _beside(x - x.mean(0), np.maximum(sign * y, 0), penalty, rows, gamma, beta, sign * out)
    return values


def _bound(outputs: Any, y: Any, penalty: float) -> float:
    over = math.sqrt(sum(max(f - t, 0) ** 2 for f, t in zip(outputs, y, strict=True)))
    under = math.sqrt(sum(max(t - f, 0) ** 2 for f, t in zip(outputs, y, strict=True)))
    scale = min(1.0, penalty / max(over, under))
    return sum(t**2 - (scale * (t - f) - t) ** 2 for f, t in zip(outputs, y, strict=True)) / 2


def _beside(x: Any, part: Any, penalty: float, rows: Any, gamma: Any, beta: Any, out: Any) -> list[float]:
    n, mean = len(part), float(part.mean())
    wanted = part - mean  # what the weights of the optimal neuron make of the centred inputs
    found = [index for index in range(len(out)) if out[index] > 0]
    cosine, total, scales, shifts = 0.0, 0.0, 0.0, 0.0
    inverse = np.linalg.lstsq(x, np.eye(n), rcond=None)[0]
    target = inverse @ wanted
    for index in found:
        seen = inverse @ (x @ rows[index]) * np.sign(gamma[index])
        share = out[index] * math.hypot(gamma[index], beta[index])
        cosine += share * float(seen @ target) / math.sqrt(float(seen @ seen) * float(target @ target))
        total += share
        scales += out[index] * abs(gamma[index])
        shifts += out[index] * beta[index]
    ratio = shifts / scales / (math.sqrt(n) * mean / math.sqrt(float(wanted @ wanted)))
    length = math.sqrt((math.sqrt(float(part @ part)) - penalty) / math.sqrt(n))
    return [cosine / total, ratio, math.sqrt(sum(out[index] ** 2 for index in found)) / length]
