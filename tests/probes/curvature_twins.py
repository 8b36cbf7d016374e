"""Plain second implementations, as in `twins`, of the probes of curvature."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from bntui.probes.evaluation_batch import EvaluationBatch
from bntui.probes.filter_normalization import direction
from tests.probes.trace import SEED, Step, Trace
from tests.probes.twin_passes import Twin, exact, fresh

CONVERGED = 1e-3
"""Residuals below which the eigenvalues of a probe are those of the Hessian."""


def sharpness(trace: Trace, step: int) -> list[float] | None:
    """Take products by functional derivatives of a function of the parameters, and Lanczos' recursion as printed.

    The residual is that of the probe's own eigenvector, so it is only compared with 0. What comes from other
    eigenvectors than the first has not converged as far.
    """
    options: Any = trace.options["sharpness"]
    if step == trace.setting.steps or step % options.every:
        return None
    at = trace.steps[step]
    measured = trace.values["sharpness", step].tolist()
    assert 0 <= measured[1] < CONVERGED
    loss, start = function_of_parameters(trace, at, *evaluation_batch(trace, options.samples))
    gradient = torch.autograd.functional.jacobian(loss, start)
    values, vectors = lanczos(lambda v: product(loss, start, v), len(start), options.products)
    assert options.eigenvalues == 2
    vectors = vectors[:, :2]
    share = float((vectors.T @ gradient).square().sum() / gradient.square().sum())
    own, _ = function_of_parameters(trace, at, at.images, at.labels)
    g = torch.autograd.functional.jacobian(own, start)
    g = g / g.norm()
    momentum = trace.setting.optimizer.momentum or 0.0
    threshold = 2 * (1 + momentum) / trace.lr - trace.setting.optimizer.weight_decay
    return [
        float(values[0]),
        measured[1],
        float(values[0]),
        *map(nearly, measured[3:5], (float(values[1]), float(values[0] / values[1]))),
        nearly(measured[5], share),
        float(g @ product(own, start, g)),
        threshold,
        float(values[0]) / threshold,
    ]


def flatness(trace: Trace, step: int) -> list[float] | None:
    """Move each filter by itself, and multiply each weight's share of a product by the length of its filter."""
    options: Any = trace.options["flatness"]
    if step == 0 or (step % options.every and step < trace.setting.steps):
        return None
    measured = trace.values["flatness", step].tolist()
    assert 0 <= measured[-1] < CONVERGED
    at, samples = trace.steps[step], evaluation_batch(trace, options.samples)
    loss, start = function_of_parameters(trace, at, *samples)
    part = len(samples[1]) / len(at.labels) / len(samples[1]) if trace.setting.summed else 1.0
    parameters = {name: value.detach() for name, value in at.before.named_parameters()}
    rises = [
        [part * float(loss(start + radius * d) - loss(start)) for d in _directions(trace, parameters)]
        for radius in options.radii
    ]
    scale = torch.cat([_filter_lengths(value).flatten() for value in parameters.values()])
    values, _ = lanczos(lambda v: scale * product(loss, start, scale * v), len(start), options.products)
    return [
        part * float(loss(start)),
        *(sum(of_radius) / len(of_radius) for of_radius in rises),
        part * float(values[0]),
        measured[-1],
    ]


def _directions(trace: Trace, parameters: dict[str, Tensor]) -> list[Tensor]:
    """Return what the probe draws, with each filter at the length of its weights."""
    options: Any = trace.options["flatness"]
    found = []
    for index in range(options.directions):
        drawn = direction(parameters, SEED, f"flatness {index}")
        for name, value in parameters.items():
            for row, weights in zip(drawn[name], value, strict=True):
                length = float(weights.norm()) if value.dim() > 1 else 0.0
                row.copy_(row / row.norm() * length if length else row * 0)
        found.append(torch.cat([values.flatten() for values in drawn.values()]))
    return found


def _filter_lengths(value: Tensor) -> Tensor:
    lengths = torch.zeros_like(value)
    if value.dim() > 1:
        for row, weights in zip(lengths, value, strict=True):
            row.fill_(float(weights.square().sum()) ** 0.5)
    return lengths


def effective_rank(trace: Trace, step: int) -> list[float] | None:
    """Take the eigenvalues of the covariance, of which the probe takes traces."""
    options: Any = trace.options["effective_rank"]
    if step == trace.setting.steps:
        return None
    network, ranks = fresh(trace.steps[step].before).train(), []
    outputs = evaluation_batch(trace, options.samples)[0].double()
    for name, layer in network.named_children():
        outputs = layer(outputs).detach()
        if name in trace.setting.layers:
            values = torch.stack([outputs[:, channel].flatten() for channel in range(outputs.shape[1])])
            values = values - values.mean(1, keepdim=True)
            eigenvalues = torch.linalg.eigvalsh(values @ values.T / values.shape[1])
            ranks.append(float(eigenvalues.sum() ** 2 / eigenvalues.square().sum()))
    return [*ranks, ranks[-1] / ranks[0]]


def nearly(measured: float, wanted: float) -> float:
    assert measured == pytest.approx(wanted, rel=0.02)
    return measured


def evaluation_batch(trace: Trace, samples: int) -> tuple[Tensor, Tensor]:
    """Return the samples that the probe drew."""
    return tuple(EvaluationBatch.drawn(trace.setting, samples))  # type: ignore[return-value]


def function_of_parameters(
    trace: Trace, at: Step, images: Tensor, labels: Tensor
) -> tuple[Callable[[Tensor], Tensor], Tensor]:
    """Return the loss in training mode as a function of all parameters as one vector, and their values."""
    network = fresh(at.before).train()
    names, parameters = zip(*network.named_parameters(), strict=True)
    sizes = [parameter.numel() for parameter in parameters]
    part = len(at.labels) / len(labels) if trace.setting.summed else 1.0

    def loss(vector: Tensor) -> Tensor:
        pieces = zip(names, parameters, vector.split(sizes), strict=True)
        given = {name: piece.view_as(parameter) for name, parameter, piece in pieces}
        given |= {name: buffer.clone() for name, buffer in network.named_buffers()}
        outputs = torch.func.functional_call(network, given, (images.double(),))
        return part * trace.criterion(outputs, exact(labels))

    return loss, torch.cat([parameter.detach().flatten() for parameter in parameters])


def product(loss: Callable[[Tensor], Tensor], at: Tensor, v: Tensor) -> Tensor:
    found: Any = torch.autograd.functional.hvp(loss, at, v)[1]
    return found


def lanczos(times: Callable[[Tensor], Tensor], size: int, dimensions: int) -> tuple[Tensor, Tensor]:
    """Return the eigenvalues, largest first, and eigenvectors (size, …) of a symmetric matrix in a Krylov space."""
    basis = torch.zeros(size, 0, dtype=torch.float64)
    images = torch.zeros(size, 0, dtype=torch.float64)
    vector = torch.randn(size, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    for _ in range(min(size, dimensions)):
        for _ in range(2):
            vector = vector - basis @ (basis.T @ vector)
        basis = torch.cat([basis, (vector / vector.norm())[:, None]], 1)
        vector = times(basis[:, -1])
        images = torch.cat([images, vector[:, None]], 1)
    values, vectors = torch.linalg.eigh(basis.T @ images)
    return values.flip(0), basis @ vectors.flip(1)


CURVATURE: dict[str, Twin] = {"sharpness": sharpness, "flatness": flatness, "effective_rank": effective_rank}
