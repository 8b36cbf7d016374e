"""Optimizers and schedules of the rate: equal to PyTorch's, and kept by checkpoints."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from bntui.data.dataset import Dataset
from bntui.optimizer_spec import OptimizerSpec, ScheduleSpec
from bntui.train import train
from bntui.train.scheduled_optimizer import ScheduledOptimizer
from tests.train.conftest import make, measured
from tests.train.test_state import exactly, resumed, spec

KINDS = {
    "sgd": ({"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 1e-2}, torch.optim.SGD),
    "adam": ({"lr": 1e-2, "betas": (0.8, 0.9), "eps": 1e-6, "weight_decay": 1e-2}, torch.optim.Adam),
    "adamw": ({}, torch.optim.AdamW),
}
SCHEDULES = {
    "steps": "{kind='steps', milestones=[2, 4], factor=0.5}",
    "cosine": "{kind='cosine', period=4, end=0.1}",
    "plateau": "{kind='plateau', window=2, patience=0, factor=0.5}",
}


def parameter() -> nn.Parameter:
    return nn.Parameter(torch.linspace(-1, 1, 5))


def rates(spec: ScheduleSpec, losses: list[float]) -> list[float]:
    """Return the rate of each update, and the one after the last."""
    weights = parameter()
    optimizer = ScheduledOptimizer(OptimizerSpec(lr=1.0, schedule=spec), {"weights": weights})
    weights.grad = torch.zeros(5)
    found = [optimizer.lr]
    for loss in losses:
        optimizer.step(torch.tensor(loss))
        found.append(optimizer.lr)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_updates_are_pytorchs(kind: str) -> None:
    options, torchs = KINDS[kind]
    ours, theirs = parameter(), parameter()
    optimizer = ScheduledOptimizer(OptimizerSpec(kind=kind, **options), {"weights": ours})  # type: ignore[arg-type]
    reference = torchs([theirs], **options)
    for _ in range(4):
        for weights in (ours, theirs):
            weights.grad = weights.detach().sin()
        optimizer.step(torch.tensor(0.0))
        reference.step()
        assert torch.equal(ours, theirs)


@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_some_parameters_do_not_decay(schedule: str) -> None:
    decayed, kept = parameter(), parameter()
    options = {"kind": schedule, **({"period": 4} if schedule == "cosine" else {})}
    spec = OptimizerSpec.model_validate({"lr": 0.5, "weight_decay": 0.1, "schedule": options})
    optimizer = ScheduledOptimizer(spec, {"decayed": decayed, "kept": kept}, undecayed=["kept"])
    shrinking, state = parameter().detach(), {}
    for step in range(4):
        decayed.grad, kept.grad = torch.zeros(5), torch.zeros(5)
        shrinking = shrinking * (1 - 0.1 * optimizer.lr)
        optimizer.step(torch.tensor(0.0))
        assert torch.allclose(decayed.detach(), shrinking)
        state = optimizer.state() if step == 1 else state
    assert torch.equal(kept, parameter())
    again = {"decayed": parameter(), "kept": parameter()}
    resumed = ScheduledOptimizer(spec, again, undecayed=["kept"])
    resumed.load_state({}, {name.removeprefix("schedule/"): value for name, value in state.items()})
    again["kept"].grad = torch.ones(5)
    resumed.step(torch.tensor(0.0))
    assert torch.allclose(parameter() - again["kept"], torch.tensor(0.5 if schedule == "constant" else 0.25))


def test_the_rate_falls_at_milestones() -> None:
    spec = ScheduleSpec(kind="steps", milestones=(2, 3), factor=0.1)
    assert rates(spec, [0.0] * 5) == pytest.approx([1, 1, 0.1, 0.01, 0.01, 0.01])


def test_the_rate_falls_along_half_a_cosine_and_stays() -> None:
    wanted = [0.2 + 0.8 * (1 + math.cos(math.pi * min(step, 4) / 4)) / 2 for step in range(8)]
    assert rates(ScheduleSpec(kind="cosine", period=4, end=0.2), [0.0] * 7) == pytest.approx(wanted)


def test_the_rate_falls_where_the_mean_loss_of_a_window_does_not() -> None:
    spec = ScheduleSpec(kind="plateau", window=2, patience=1, factor=0.5)
    losses = [3.0, 1.0, 1.0, 2.0, 9.0, 9.0, 8.0, 8.0, 1.0, 1.0]
    # The means 2, 1.5, 9, 8, 1: the fourth is the second in a row that is not below 1.5.
    assert rates(spec, losses) == [1.0] * 8 + [0.5] * 3


def test_a_rate_below_1e_8_falls_too() -> None:
    weights = parameter()
    schedule = ScheduleSpec(kind="plateau", window=1, patience=0)
    optimizer = ScheduledOptimizer(OptimizerSpec(lr=1e-9, schedule=schedule), {"weights": weights})
    for _ in range(2):
        optimizer.step(torch.tensor(1.0))
    assert optimizer.lr == pytest.approx(1e-10)


@pytest.mark.parametrize("kind", ["adam", "adamw"])
def test_adam_goes_on_from_a_checkpoint(dataset: Dataset, kind: str) -> None:
    whole = spec("", "optimizer.momentum=0", f"optimizer.kind={kind}", "optimizer.lr=0.01")
    assert resumed(whole, dataset, 2, 3) == exactly(train(whole, dataset))


@pytest.mark.parametrize("kind", SCHEDULES)
def test_a_schedule_goes_on_from_a_checkpoint(dataset: Dataset, kind: str) -> None:
    options = ["optimizer.nesterov=true", "optimizer.lr=2", f"optimizer.schedule={SCHEDULES[kind]}"]
    whole = spec("[probes.smoothness]\nevery = 2\n", *options)
    events = list(train(whole, dataset))
    assert resumed(whole, dataset, 1, 3) == exactly(events)
    assert len({one.values for one in measured(events) if one.probe == "rate"}) > 1


def test_a_checkpoint_of_an_earlier_version_has_the_momentum_without_its_name() -> None:
    before, after = ({"weights": parameter()} for _ in range(2))
    first, second = (ScheduledOptimizer(OptimizerSpec(momentum=0.9), each) for each in (before, after))
    before["weights"].grad = torch.ones(5)
    first.step(torch.tensor(0.0))
    (momentum,) = first.state().values()
    second.load_state({"weights": momentum}, {})
    assert second.state().keys() == {"optimizer/weights/momentum_buffer"}


def test_a_variant_has_options_of_its_own(dataset: Dataset) -> None:
    variants = '{kind="bn", name="a"}, {kind="bn", name="b", optimizer={kind="adam"}}, {kind="bn", name="c", lr=0.1}'
    own = f"variants=[{variants}]"
    losses: dict[str, list[float]] = {}
    for one in measured(train(make(own, "optimizer.schedule={kind='steps', milestones=[3]}"), dataset)):
        if one.probe in ("rate", "train"):
            losses.setdefault(f"{one.variant} {one.probe}", []).append(one.values[0])
    assert losses["a train"] == losses["c train"] != losses["b train"]
    assert losses["a rate"] == pytest.approx([0.1] * 3 + [0.01] * 3)
    assert losses["b rate"] == pytest.approx([1e-3] * 3 + [1e-4] * 3)


def test_smoothness_looks_ahead_by_the_current_rate(dataset: Dataset) -> None:
    def at_step_2(*overrides: str) -> list[tuple[float, ...]]:
        events = measured(train(make("steps=3", *overrides), dataset))
        return [one.values for one in events if (one.probe, one.step) == ("smoothness", 2)]

    halved = at_step_2("optimizer.schedule={kind='steps', milestones=[2], factor=0.5}")
    assert halved == at_step_2("probes.smoothness.etas=[0.25, 0.5, 1, 2]")
