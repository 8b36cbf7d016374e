"""Plain second implementations, as in `twins`, of the probe of biases before normalization."""

from __future__ import annotations

from torch import Tensor, nn

from tests.probes.trace import Trace
from tests.probes.twin_passes import backward, by_name, fresh


def bias_drift(trace: Trace, step: int) -> list[float] | None:
    """Take a pass for the gradients, and another one at the first step for the line."""
    if step == trace.setting.steps:
        return None
    (start, slope), (now, gradient) = (_biases(trace, index) for index in (0, step))
    if not now:
        return None
    sgd = trace.setting.optimizer
    straight = not (sgd.momentum or sgd.weight_decay)
    rows = []
    for b_0, g_0, b, g in zip(start, slope, now, gradient, strict=True):
        line = [float((b_0 - trace.lr * step * g_0).square().sum().sqrt())] if straight else []
        rows.append([float(b.square().sum().sqrt()), float(g.square().sum().sqrt()), *line])
    return by_name(rows)


def _biases(trace: Trace, step: int) -> tuple[list[Tensor], list[Tensor]]:
    """Return the biases and their gradients, of each hidden layer; nothing if a layer has none."""
    _, network = backward(trace, trace.steps[step], fresh(trace.steps[step].before))
    modules: list[nn.Module] = [network.get_submodule(f"{layer}.weights") for layer in trace.setting.layers]
    biases = [module.bias for module in modules if isinstance(module.bias, nn.Parameter)]
    if len(biases) < len(modules):
        return [], []
    return [bias.detach() for bias in biases], [bias.grad for bias in biases if bias.grad is not None]
