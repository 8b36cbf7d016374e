"""A test at step k sees exactly k updates and k batches, wherever the run ends and however it got there."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pytest
import torch

from bntui.data.stratified import stratified
from bntui.records import Event, Measurement
from bntui.spec import ExperimentSpec
from bntui.train import build, train
from bntui.train.state import network_at
from tests.train.conftest import digits, make
from tests.train.test_cuda_graph import Repeated
from tests.train.test_loop import Script
from tests.train.test_state import checkpoints

STEPS = 12
VARIANTS = 'variants=["standard", "bn", "noisy", "l1"]'
PLAIN = "precision=float32"
PASSES = [PLAIN, "precision=bf16", "cuda_graphs=true", "noise.evaluation=false"]


def spec(*overrides: str) -> ExperimentSpec:
    return make(
        VARIANTS,
        "device=cpu",
        "optimizer.momentum=0.9",
        "probes.test.samples=0",
        f"probes.test.every={STEPS}",
        *overrides,
    )


def accuracies(events: Iterable[Event]) -> dict[str, tuple[float, ...]]:
    """Return the test accuracy after STEPS updates, by variant."""
    tested = (event for event in events if isinstance(event, Measurement) and event.probe == "test")
    return {event.variant: event.values for event in tested if event.step == STEPS}


@cache
def trained(*overrides: str) -> dict[str, tuple[float, ...]]:
    return accuracies(train(spec(*overrides), digits()))


@pytest.mark.parametrize("passes", PASSES)
def test_the_end_of_a_run_measures_what_a_longer_run_does(passes: str) -> None:
    at_the_end = trained(passes, f"steps={STEPS}")
    assert len(at_the_end) == 4
    assert trained(passes, f"steps={STEPS + 2}") == at_the_end


def test_graphs_measure_what_plain_passes_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "CudaGraphPass", Repeated)
    for steps in (STEPS, STEPS + 2):
        with_graphs = train(spec("cuda_graphs=true", f"steps={steps}"), digits())
        assert accuracies(with_graphs) == trained(PLAIN, f"steps={STEPS}")


@pytest.mark.parametrize("at", [STEPS - 1, STEPS])
def test_a_resumed_run_measures_it_too(at: int) -> None:
    overrides = (PLAIN, f"steps={STEPS + 2}")
    whole = spec(*overrides)
    (checkpoint,) = checkpoints(train(whole, digits(), Script(at)))
    assert accuracies(train(whole, digits(), start=checkpoint)) == trained(*overrides)


@pytest.mark.parametrize("samples", [0, 50])
def test_it_is_the_network_of_the_checkpoint(samples: int) -> None:
    whole = spec(f"steps={STEPS}", f"probes.test.samples={samples}")
    events = list(train(whole, digits()))
    (checkpoint,) = checkpoints(events)
    test = digits().test
    chosen = stratified(test.labels, samples or len(test))
    for variant, values in zip(whole.variants, accuracies(events).values(), strict=True):
        network = network_at(whole, variant, 10, checkpoint)
        with torch.no_grad():
            right = (network(test.images.float() / 255).argmax(1) == test.labels)[chosen]
        assert values == (float(right.float().mean()),)
