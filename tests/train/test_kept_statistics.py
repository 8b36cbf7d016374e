"""Variants that keep statistics from step to step, or outside the gradient, in training."""

from __future__ import annotations

from bntui.data.dataset import Dataset
from bntui.train import train
from tests.train.conftest import make, measured
from tests.train.test_state import exactly, resumed, spec


def test_what_supposes_a_true_gradient_is_not_measured_without_one(dataset: Dataset) -> None:
    whole = make(
        'variants=["bn", "bn-detached"]', *(f"probes.{name}.every=1" for name in ("smoothness", "theorem42", "ics"))
    )
    events = [event for event in measured(train(whole, dataset)) if event.variant == "bn-detached"]
    assert {event.probe for event in events} >= {"train", "ics"}
    assert not {event.probe for event in events} & {"smoothness", "theorem42"}


def test_population_statistics_go_on_from_a_checkpoint(dataset: Dataset) -> None:
    whole = spec("[probes.smoothness]\nevery = 1\n", 'variants=["bn-population"]')
    assert resumed(whole, dataset, 1, 3) == exactly(train(whole, dataset))
