"""A shipped preset: some measurements of its training equal those of the twins."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from bntui import spec
from bntui.data import Request, load
from bntui.data.dataset import Dataset, Split
from bntui.models import MODELS
from bntui.models.layers import hidden
from bntui.probes import PROBES
from bntui.probes.probe import Setting, options_of
from bntui.records import Measurement
from bntui.spec import ExperimentSpec
from bntui.train import resolve, train
from bntui.train.batches import scaled
from bntui.train.variant_trainer import VariantTrainer
from tests.probes.trace import CHEAP, Step, Trace, frozen_copy
from tests.probes.twins import TWINS

STEPS = 7
CHOSEN = 2


@pytest.fixture
def preset() -> ExperimentSpec:
    # Small enough for a test, and with every probe, also those that the preset does not name.
    given = ["device='cpu'", f"steps={STEPS}", "batch_size=16", "variants=['noisy']"]
    return resolve(
        spec.load(
            "paper-fig4-mini",
            [
                *given,
                *(
                    f"probes.{name}.{key}={value}"
                    for name in PROBES
                    for key, value in {**CHEAP[name], "every": max(3, CHEAP[name]["every"])}.items()
                ),
            ],
        )
    )


@pytest.fixture
def digits() -> Dataset:
    # A few training samples, of which twins read all.
    whole = load("digits", Request((1, 28, 28)))
    return replace(whole, train=Split(whole.train.images[:20], whole.train.labels[:20]))


def setting(one: VariantTrainer, preset: ExperimentSpec, dataset: Dataset) -> Setting:
    return Setting(
        layers=tuple(hidden(one.network)),
        weighted=tuple(name for name, _ in one.network.named_children()),
        seed=preset.seed,
        steps=preset.steps,
        test_images=scaled(dataset.test.images),
        test_labels=dataset.test.labels,
        scaled=scaled,
        train_images=dataset.train.images,
        train_labels=dataset.train.labels,
        optimizer=preset.optimizer,
        classes=dataset.classes,
    )


def test_some_of_its_values_equal_those_of_the_twins(
    preset: ExperimentSpec, digits: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {name: options_of(PROBES[name], values) for name, values in preset.probes.items()}
    trace: list[Trace] = []
    take = VariantTrainer.step

    def watched(self: VariantTrainer, step: int, images: Tensor, labels: Tensor) -> Iterator[Any]:
        if not trace:
            criterion = MODELS[preset.network.kind].criterion
            trace.append(Trace(setting(self, preset, digits), options, criterion, preset.optimizer.lr))
        before = frozen_copy(self.network, step)
        yield from take(self, step, images, labels)
        trace[0].steps.append(Step(step, before, images, labels, frozen_copy(self.network, step)))

    monkeypatch.setattr(VariantTrainer, "step", watched)
    events = [event for event in train(preset, digits) if isinstance(event, Measurement)]
    trace[0].values |= {(event.probe, event.step): torch.tensor(event.values) for event in events}
    for probe in PROBES:
        values = {event.step: event.values for event in events if event.probe == probe and event.step < STEPS}
        for step in random.Random(probe).sample(sorted(values), min(CHOSEN, len(values))):
            wanted = TWINS[probe](trace[0], step)
            assert wanted is not None
            index = random.Random(f"{probe} {step}").randrange(len(wanted))
            close = pytest.approx(wanted[index], rel=0.02, abs=1e-4)
            assert values[step][index] == close, (probe, step, index)
    assert torch.is_grad_enabled()
