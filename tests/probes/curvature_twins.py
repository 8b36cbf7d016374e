"""Plain second implementations, as in `twins`, of the probes of curvature."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from bntui.probes.evaluation_batch import EvaluationBatch
from tests.probes.trace import Step, Trace
from tests.probes.twin_passes import exact, fresh

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
