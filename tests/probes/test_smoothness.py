"""Effective β compared with theory."""

from __future__ import annotations

import math

import pytest
import torch
from torch.func import functional_call
from torch.nn.functional import cross_entropy

from bntui.probes.probe import Point
from tests.probes.trace import LR, Trace, batch, build, frozen_copy, probes, record, setting


def _hessian_ratio(trace: Trace) -> float:
    """Return ‖Hg‖/‖g‖ of the first step, from one Hessian-vector product."""
    at = trace.steps[0]
    network = frozen_copy(at.before, at.step)
    names, values = zip(*network.named_parameters(), strict=True)
    buffers = {name: buffer.clone() for name, buffer in network.named_buffers()}

    def loss(*parameters: torch.Tensor) -> torch.Tensor:
        given = {**dict(zip(names, parameters, strict=True)), **{name: b.clone() for name, b in buffers.items()}}
        return trace.criterion(functional_call(network, given, (at.images.double(),)), at.labels)

    gradient = torch.autograd.grad(loss(*values), values)
    _, product = torch.autograd.functional.vhp(loss, values, gradient)
    return float(torch.cat([p.flatten() for p in product]).norm() / torch.cat([g.flatten() for g in gradient]).norm())


@pytest.mark.parametrize("kind", ["standard", "bn", "noisy"])
def test_beta_tends_to_the_hessian_along_the_gradient(kind: str) -> None:
    trace = record(kind, {"smoothness": {"every": 1, "etas": [1e-8]}}, steps=1)
    # The step is so short because a ReLU that switches along the way adds a jump.
    beta = float(trace.values["smoothness", 0][-1])
    assert beta == pytest.approx(_hessian_ratio(trace), rel=1e-3)


def test_beta_is_nan_where_the_gradient_is_zero() -> None:
    network = build("standard")
    (probe,), _ = probes({"smoothness": {}}, setting(network, "vgg-mini", 1))
    images, labels = batch("vgg-mini", 0)
    logits = network(images).detach()
    zero = {name: torch.zeros_like(parameter) for name, parameter in network.named_parameters()}
    loss = cross_entropy(logits, labels)
    point = Point(0, network, cross_entropy, LR, images, labels, logits, loss, zero)
    *_, cos_min, cos_max, beta = probe.measure(point).tolist()
    assert all(math.isnan(value) for value in (cos_min, cos_max, beta))
