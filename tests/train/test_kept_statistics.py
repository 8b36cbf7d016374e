"""Variants that keep statistics from step to step, or outside the gradient, in training."""

from __future__ import annotations

import pytest

from bntui.data.dataset import Dataset
from bntui.records import RunInfo
from bntui.train import train
from tests.probes.test_contract import record_state, same
from tests.probes.trace import CHEAP
from tests.train.conftest import make, measured
from tests.train.test_state import exactly, resumed, spec


def test_what_supposes_a_true_gradient_is_not_measured_without_one(dataset: Dataset) -> None:
    whole = make(
        'variants=["bn", "bn-detached"]', *(f"probes.{name}.every=1" for name in ("smoothness", "theorem42", "ics"))
    )
    info, *rest = train(whole, dataset)
    assert isinstance(info, RunInfo)
    assert info.undefined == {"smoothness": ("bn-detached",), "theorem42": ("bn-detached",)}
    events = [event for event in measured(rest) if event.variant == "bn-detached"]
    assert {event.probe for event in events} >= {"train", "ics"}
    assert not {event.probe for event in events} & {"smoothness", "theorem42"}


@pytest.mark.parametrize("kind", ["bn-population", "cbn"])
def test_probes_change_nothing(kind: str) -> None:
    same(record_state(kind, CHEAP), record_state(kind, {}))


def test_kept_statistics_go_on_from_a_checkpoint(dataset: Dataset) -> None:
    variants = 'variants=["bn-population", {kind="cbn", window=3}, {kind="cbn-naive", burn_in=2}]'
    whole = spec("[probes.ics]\nevery = 1\n[probes.step_loss]\nevery = 1\n[probes.smoothness]\nevery = 1\n", variants)
    assert resumed(whole, dataset, 1, 3) == exactly(train(whole, dataset))


def test_a_network_that_keeps_statistics_is_no_graph(dataset: Dataset) -> None:
    plain, graphs = (list(train(make('variants=["cbn"]', *more), dataset)) for more in ((), ("cuda_graphs=true",)))
    assert measured(plain) == measured(graphs)
