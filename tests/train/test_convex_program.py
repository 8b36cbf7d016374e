"""The convex program by enumeration: number of patterns, optimum of trained networks, and its derivative by λ."""

from __future__ import annotations

import sys
from itertools import product

import numpy as np
import pytest
import torch

from bntui.probes.convex_optimum import lower_bound, optimal_outputs, optimal_value
from bntui.records import UserError
from bntui.train.convex_program import ConvexProgram
from bntui.train.sign_patterns import Array, number_of_patterns, sign_patterns


def task(samples: int, size: int, seed: int = 0) -> tuple[Array, Array]:
    random = np.random.RandomState(seed)
    return random.standard_normal((samples, size)), random.standard_normal(samples)


@pytest.mark.parametrize(("samples", "size", "expected"), [(6, 2, 32), (8, 2, 58), (5, 6, 32), (7, 1, 14)])
def test_all_patterns_are_found(samples: int, size: int, expected: int) -> None:
    inputs, targets = task(samples, size)
    program = ConvexProgram(inputs, targets)
    assert program.patterns.shape == (samples, expected)
    rank = min(size, samples - 1) + 1
    assert number_of_patterns(samples, rank) == expected
    # Every pattern of some direction is among them.
    found = set(map(bytes, program.patterns.T))
    directions = np.random.RandomState(1).standard_normal((rank, 2000))
    assert {bytes(column) for column in (program._directions @ directions > 0).T} <= found


def test_a_full_space_has_every_pattern() -> None:
    assert set(map(tuple, sign_patterns(np.eye(4)).T)) == set(product([False, True], repeat=4))


def test_too_many_patterns_are_refused_with_their_number() -> None:
    with pytest.raises(UserError, match="80 samples in 21 dimensions have 7,838,117,291,671,803,112 sign patterns"):
        ConvexProgram(*task(80, 20))


@pytest.mark.parametrize("penalty", [0.3, 1.0])
def test_the_program_equals_the_closed_form(penalty: float) -> None:
    pytest.importorskip("cvxpy")
    inputs, targets = task(5, 6)
    value, outputs = ConvexProgram(inputs, targets).optimum(penalty)
    column = torch.from_numpy(targets)[:, None]
    assert value == pytest.approx(optimal_value(column, penalty).item(), rel=1e-6)
    np.testing.assert_allclose(outputs, optimal_outputs(column, penalty)[:, 0], atol=1e-5)


@pytest.mark.parametrize(("samples", "seed"), [(6, 0), (8, 1)])
def test_a_network_cannot_be_below_and_the_certificate_not_above(samples: int, seed: int) -> None:
    pytest.importorskip("cvxpy")
    inputs, targets = task(samples, 2, seed)
    value, outputs = ConvexProgram(inputs, targets).optimum(0.5)
    column, found = torch.from_numpy(targets)[:, None], torch.from_numpy(outputs)[:, None]
    assert optimal_value(column, 0.5).item() <= value + 1e-7
    assert lower_bound(found, column, 0.5).item() <= value + 1e-7
    assert value < (targets**2).sum() / 2


def test_the_gradient_by_the_penalty_is_the_closed_forms() -> None:
    """df*/dλ = −y₊/‖y₊‖ + y₋/‖y₋‖."""
    pytest.importorskip("cvxpylayers")
    inputs, targets = task(5, 6)
    program = ConvexProgram(inputs, targets)
    penalty = torch.tensor(0.3, dtype=torch.float64, requires_grad=True)
    outputs = program.outputs(inputs, *program.layer()(penalty))
    found = [torch.autograd.grad(each, penalty, retain_graph=True)[0].item() for each in outputs]
    positive, negative = np.maximum(targets, 0), np.maximum(-targets, 0)
    law = -positive / np.linalg.norm(positive) + negative / np.linalg.norm(negative)
    np.testing.assert_allclose(found, law, atol=1e-5)


def test_a_missing_layer_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("cvxpy")
    monkeypatch.setitem(sys.modules, "cvxpylayers.torch", None)
    with pytest.raises(UserError, match="need cvxpylayers; install it"):
        ConvexProgram(*task(5, 6)).layer()
