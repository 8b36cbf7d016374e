"""What every probe must do: change nothing, keep its schedule, and declare its columns."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import tomli_w
import torch
from torch import Tensor

from bntui.data import Request, load
from bntui.models.layers import hidden
from bntui.optimizer_spec import OptimizerSpec
from bntui.probes import PROBES
from bntui.probes.probe import Point, Probe
from bntui.records import Column, Measurement
from bntui.spec import parse
from bntui.train import resolve
from bntui.train import train as run
from tests.probes.trace import CHEAP, LR, batch, build, probes, record, setting, trainer

KINDS = ["standard", "bn", "noisy"]
STEPS = 3
IN_GENERAL = [probe for probe in PROBES if probe != "excess_risk"]
"""All but what is measured with one sample a step alone, which is tested in `test_excess_risk`."""
NETWORK = {"weight_products": "relu-mlp", "optimum": "convex-relu", "test_error": "convex-relu"}
"""The network of a test, where it is not vgg-mini: some quantities need others."""
PLAIN = OptimizerSpec(lr=LR)
"""Some quantities are defined only without momentum."""
OWN = {"optimum": {"weight_decay": 0.1}}
"""Options of the optimizer that probes need: without decay, the optimum is 0, and nothing is relative to it."""


class Guarded(Probe):
    """A probe that compares the whole state before and after every call of another."""

    def __init__(self, inner: Probe, state: Callable[[], Mapping[str, Any]]) -> None:
        self.inner, self.state = inner, state
        self.name, self.at_end, self.after_update = inner.name, inner.at_end, inner.after_update  # type: ignore[misc]
        self.calls = 0

    @property
    def columns(self) -> Any:
        return self.inner.columns

    def due(self, step: int) -> bool:
        return self.inner.due(step)

    def observes(self, step: int) -> bool:
        return self.inner.observes(step)

    def observe(self, *given: Any) -> None:
        self._unchanged(lambda: self.inner.observe(*given))

    def measure(self, point: Point) -> Tensor:
        values: list[Tensor] = []
        self._unchanged(lambda: values.append(self.inner.measure(point)))
        return values[0]

    def _unchanged(self, call: Callable[[], None]) -> None:
        before = copy.deepcopy(self.state())
        call()
        same(before, self.state())
        self.calls += 1


def same(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    assert before.keys() == after.keys()
    for name, value in before.items():
        now = after[name]
        assert torch.equal(value, now) if isinstance(value, Tensor) else value == now, name


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("probe", PROBES)
def test_it_changes_nothing(probe: str, kind: str) -> None:
    model = NETWORK.get(probe, "vgg-mini")
    network = build(kind, model)
    (inner,), _ = probes({probe: CHEAP[probe]}, setting(network, model, STEPS))

    def state() -> dict[str, Any]:
        state_now: dict[str, Any] = {"random": torch.get_rng_state(), "grad mode": torch.is_grad_enabled()}
        state_now |= {name: tensor.detach() for name, tensor in network.state_dict().items()}
        state_now |= {f"{name} trains": module.training for name, module in network.named_modules()}
        state_now |= {f"{name} hooks": len(module._forward_hooks) for name, module in network.named_modules()}
        for name, parameter in network.named_parameters():
            state_now |= {f"{name}.grad": parameter.grad, f"{name} wants grad": parameter.requires_grad}
        return state_now | dict(variant._optimizer.state())

    guarded = Guarded(inner, state)
    variant = trainer(network, model, [guarded])
    for step in range(STEPS):
        list(variant.step(step, *batch(model, step)))
    list(variant.between(STEPS))
    assert guarded.calls


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("probe", PROBES)
def test_the_variant_is_bitwise_the_same_without_it(probe: str, kind: str) -> None:
    with_it, without = record_state(kind, {probe: CHEAP[probe]}), record_state(kind, {})
    same(with_it, without)


def record_state(kind: str, given: Mapping[str, Mapping[str, Any]]) -> dict[str, Tensor]:
    network = build(kind)
    measuring, _ = probes(given, setting(network, "vgg-mini", STEPS))
    variant = trainer(network, "vgg-mini", measuring)
    for step in range(STEPS):
        for _ in variant.step(step, *batch("vgg-mini", step)):
            pass
    return {name: tensor.clone() for name, tensor in network.state_dict().items()}


@pytest.mark.parametrize("probe", IN_GENERAL)
def test_it_keeps_its_schedule_and_measures_no_more_than_its_columns(probe: str) -> None:
    given, network = {probe: CHEAP[probe] | {"every": 2}}, NETWORK.get(probe, "vgg-mini")
    trace = record("bn", given, network, torch.float32, steps=5, optimizer=PLAIN)
    measured = [step for name, step in trace.values if name == probe]
    assert measured == ([2, 4, 5] if PROBES[probe].at_end else [0, 2, 4])
    (one,), _ = probes({probe: CHEAP[probe]}, trace.setting)
    counts = [len(trace.values[probe, step]) for step in measured]
    assert max(counts) == len(one.columns)


@pytest.mark.parametrize("probe", PROBES)
def test_its_columns_are_unique_and_of_layers_of_the_network(probe: str) -> None:
    network = build("bn")
    (one,), _ = probes({probe: {}}, setting(network, "vgg-mini", STEPS))
    assert len(set(one.columns)) == len(one.columns)
    assert {column.probe for column in one.columns} == {probe}
    layers = list(dict.fromkeys(column.layer for column in one.columns if column.layer))
    assert layers in ([], list(hidden(network)), list(dict(network.named_children())))


@pytest.mark.parametrize("probe", IN_GENERAL)
def test_a_variant_that_diverges_is_measured_as_often_and_its_values_are_not_finite(probe: str) -> None:
    network = NETWORK.get(probe, "vgg-mini")
    healthy, diverged = (
        record("bn", {probe: CHEAP[probe] | {"every": 1}}, network, torch.float32, optimizer=PLAIN.merged(options))
        for options in (OWN.get(probe, {}) | {"lr": lr} for lr in (0.1, 1e20))
    )
    assert {key: len(values) for key, values in diverged.values.items()} == {
        key: len(values) for key, values in healthy.values.items()
    }
    for (name, _), values in healthy.values.items():
        (one,), _ = probes({name: CHEAP[name]}, healthy.setting)
        assert all(value.isfinite() or _undefined(column) for column, value in zip(one.columns, values, strict=False))
    (one,), _ = probes({probe: CHEAP[probe]}, diverged.setting)
    last = diverged.values[probe, max(step for _, step in diverged.values)]
    finite = {column for column, value in zip(one.columns, last, strict=True) if value.isfinite()}
    assert finite == {column for column in one.columns if _always_finite(column, diverged.setting.weighted[0])}


def _undefined(column: Column) -> bool:
    """Return whether a healthy variant may lack a value: a barrier's width without one, a loss far along a gradient."""
    if column.probe == "step_scan":
        return column.name.startswith(("first_", "relative_loss_at_"))
    return column.probe == "line" and column.name in ("width", "slope")


def _always_finite(column: Column, first: str) -> bool:
    """Return whether a value does not depend on the weights' size: accuracy, rates, lines, shift of the first layer."""
    edge = column.probe == "distribution" and column.name in ("low", "high")
    independent = column.name in ("accuracy", "lr", "threshold", "line", "largest_law", "global_optimum")
    independent |= column.name.startswith("law_at_")
    return independent or edge or (column.probe == "ics" and column.layer == first)


def test_losses_are_bitwise_the_same_with_all_probes_on_and_all_off() -> None:
    digits = load("digits", Request((1, 28, 28)))
    network = 'network = { kind = "blog-cnn", dropout = 0.2 }\n'
    preset = network + 'dataset="digits"\nsteps=4\nbatch_size=8\nvariants=["standard","bn","noisy"]\n'
    on = tomli_w.dumps({"probes": CHEAP})

    def losses(text: str) -> list[Measurement]:
        events = run(resolve(parse(text, "it")), digits)
        return [event for event in events if isinstance(event, Measurement) and event.probe == "train"]

    off = losses(preset)
    assert len(off) == 12
    assert losses(preset + on) == off
