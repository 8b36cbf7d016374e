"""The closed form of the optimum in float64: against constructed and trained networks, and as a bound of any."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from bntui.probes.convex_optimum import (
    centred,
    lower_bound,
    optimal_neuron,
    optimal_outputs,
    optimal_value,
    parts,
    separate,
    spans,
)

SAMPLES, SIZE = 12, 20
PENALTIES = [0.1, 0.5, 1.0]
ZERO = 1e-200
"""PyTorch refuses ε = 0; added to a variance, this changes no digit."""
SQUARES = {"half of the sum": 0.5, "mean": 1 / SAMPLES}
"""The factor before the squared norm in the loss."""


def task(seed: int = 0, size: int = SIZE) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    normal = torch.randn(SAMPLES, size + 1, generator=generator, dtype=torch.float64)
    return normal[:, :size], normal[:, size:]


def one_hot(classes: int = 3) -> Tensor:
    return nn.functional.one_hot(torch.arange(SAMPLES) % classes).double()


def network(inputs: Tensor, targets: Tensor, penalty: float) -> nn.Sequential:
    """Return the network of one optimal neuron for each part of the targets."""
    size, outputs = inputs.shape[1], targets.shape[1]
    built = nn.Sequential(
        nn.Linear(size, 2 * outputs, bias=False),
        nn.BatchNorm1d(2 * outputs, eps=ZERO),
        nn.ReLU(),
        nn.Linear(2 * outputs, outputs, bias=False),
    ).double()
    with torch.no_grad():
        for parameter in (built[0].weight, built[1].weight, built[1].bias, built[3].weight):
            parameter.zero_()
        for index, part in enumerate(parts(targets).T):
            if part.any():
                neuron = optimal_neuron(torch.linalg.pinv(centred(inputs)), part, penalty)
                built[0].weight[index] = neuron.weights
                built[1].weight[index], built[1].bias[index] = neuron.scale, neuron.shift
                built[3].weight[index % outputs, index] = neuron.output * (1 if index < outputs else -1)
    return built


def objective(built: nn.Sequential, inputs: Tensor, targets: Tensor, decay: float, factor: float = 0.5) -> Tensor:
    decayed = (built[1].weight, built[1].bias, built[3].weight)
    squares = sum((parameter.square().sum() for parameter in decayed), torch.zeros(()))
    loss = factor * (built(inputs) - targets).square().sum()
    return loss + decay / 2 * squares


@pytest.mark.parametrize("labels", ["numbers", "classes"])
@pytest.mark.parametrize("penalty", PENALTIES)
def test_a_constructed_network_has_the_least_objective(penalty: float, labels: str) -> None:
    inputs, targets = task()
    targets = one_hot() if labels == "classes" else targets
    assert spans(inputs)
    assert separate(targets)
    built, value = network(inputs, targets, penalty), optimal_value(targets, penalty)
    reached = objective(built, inputs, targets, penalty * SAMPLES**0.5)
    assert reached.item() == pytest.approx(value.item(), rel=1e-12)
    assert torch.allclose(built(inputs), optimal_outputs(targets, penalty), rtol=0, atol=1e-12)
    assert lower_bound(built(inputs), targets, penalty).item() == pytest.approx(value.item(), rel=1e-12)
    # A minimum: no gradient where the objective has one, and nothing near is lower.
    for parameter in built.parameters():
        for _ in range(5):
            moved = 1e-3 * torch.randn_like(parameter)
            with torch.no_grad():
                parameter += moved
                assert objective(built, inputs, targets, penalty * SAMPLES**0.5) > reached - 1e-12
                parameter -= moved


def test_three_classes_of_four_samples() -> None:
    """λ‖y_k‖ − λ²/2 for each class, ‖y_k‖ = 2."""
    assert optimal_value(one_hot(), 0.5).item() == 3 * (0.5 * 2 - 0.5**2 / 2) == 2.625


def test_a_penalty_above_the_length_of_a_part_leaves_nothing() -> None:
    _, targets = task()
    lengths = parts(targets).norm(dim=0)
    penalty = float(lengths.mean())
    assert optimal_value(targets, 100.0).item() == pytest.approx(targets.square().sum().item() / 2)
    assert not optimal_outputs(targets, 100.0).any()
    kept = parts(optimal_outputs(targets, penalty)).norm(dim=0)
    assert torch.allclose(kept, (lengths - penalty).clamp(min=0))


@pytest.mark.parametrize("loss", SQUARES)
@pytest.mark.parametrize("decay", [0.05, 0.2])
def test_pytorchs_loss_scales_the_value(loss: str, decay: float) -> None:
    """With c·‖F − Y‖² as the loss, λ = decay/(2c√n), and the least objective is 2c times the value."""
    inputs, targets = task()
    factor = SQUARES[loss]
    penalty = decay / (2 * factor * SAMPLES**0.5)
    reached = objective(network(inputs, targets, penalty), inputs, targets, decay, factor)
    assert reached.item() == pytest.approx(2 * factor * optimal_value(targets, penalty).item(), rel=1e-12)


def test_training_comes_near_it() -> None:
    torch.manual_seed(1)
    (inputs, targets), penalty = task(seed=3), 0.5
    built = nn.Sequential(
        nn.Linear(SIZE, 8, bias=False), nn.BatchNorm1d(8, eps=ZERO), nn.ReLU(), nn.Linear(8, 1, bias=False)
    ).double()
    optimizer = torch.optim.Adam(built.parameters(), lr=0.03)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 200)
    for _ in range(200):
        optimizer.zero_grad()
        objective(built, inputs, targets, penalty * SAMPLES**0.5).backward()
        optimizer.step()
        schedule.step()
    value = optimal_value(targets, penalty).item()
    assert value < objective(built, inputs, targets, penalty * SAMPLES**0.5).item() < value * 1.02


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 10**6),
    size=st.integers(1, SIZE),
    outputs=st.integers(1, 3),
    neurons=st.integers(1, 6),
    decay=st.floats(1e-3, 30),
)
def test_the_bound_is_below_the_optimum_and_that_below_any_objective(
    seed: int, size: int, outputs: int, neurons: int, decay: float
) -> None:
    torch.manual_seed(seed)
    inputs = torch.randn(SAMPLES, size, dtype=torch.float64)
    targets = torch.randn(SAMPLES, outputs, dtype=torch.float64)
    built = nn.Sequential(
        nn.Linear(size, neurons, bias=False),
        nn.BatchNorm1d(neurons),
        nn.ReLU(),
        nn.Linear(neurons, outputs, bias=False),
    ).double()
    for parameter in built.parameters():
        nn.init.normal_(parameter)
    penalty = decay / SAMPLES**0.5
    bound = lower_bound(built(inputs), targets, penalty)
    reached = objective(built, inputs, targets, decay)
    assert bound <= reached
    assert spans(inputs) == (size >= SAMPLES - 1)
    if separate(targets):
        value = optimal_value(targets, penalty)
        assert bound <= value + 1e-12
        # Without the span of ℝⁿ, the closed form is a bound.
        assert value <= reached + 1e-12


def test_two_targets_of_one_sample_have_no_closed_form() -> None:
    assert not separate(torch.ones(3, 2))
    assert separate(torch.tensor([[1.0, 0.0], [0.0, -2.0], [0.0, 0.0]]))


def test_the_bound_needs_no_closed_form() -> None:
    """With outputs that cannot be reached and with none, it is still below ½‖Y‖²."""
    _, targets = task()
    for outputs in (torch.zeros_like(targets), targets, -targets, 1e3 * targets):
        assert lower_bound(outputs, targets, 0.5) <= optimal_value(targets, 0.5) + 1e-12
