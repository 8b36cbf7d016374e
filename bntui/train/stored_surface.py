"""The loss on lines and planes through the weights of stored runs, as the probes `line` and `surface` measure it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from pydantic import ValidationError
from torch import Tensor, nn

from bntui.data.dataset import Dataset
from bntui.models import MODELS
from bntui.probes.evaluation import constants
from bntui.probes.loss_surface import LossProbe, OnSamples
from bntui.probes.probe import Point
from bntui.records import Checkpoint, Column, UserError
from bntui.spec import ExperimentSpec, VariantSpec
from bntui.train.build import DeviceData, initial_network, setting
from bntui.train.device import choose_all, exact
from bntui.train.state import network_at
from bntui.variants import kind_of
from bntui.variants.moment_norm import stepwise


@dataclass(frozen=True, eq=False)
class StoredWeights:
    """The weights of a run's variant at a checkpoint; `classes` is the data set's number of classes."""

    run_id: str
    spec: ExperimentSpec
    variant: VariantSpec
    checkpoint: Checkpoint
    classes: int

    @property
    def step(self) -> int:
        """The number of updates."""
        return self.checkpoint.progress.steps

    @property
    def diverged(self) -> int | None:
        """The step at which the variant diverged, whose weights are then not stored; None if it did not."""
        return self.checkpoint.diverged.get(self.variant.name)

    def initial(self) -> nn.Sequential:
        """Return the network with its initial weights."""
        model = MODELS[self.spec.network.kind]
        return initial_network(self.spec, self.variant, model.input_shape, self.classes)

    def network(self, device: torch.device) -> nn.Sequential:
        """Return the network in training mode. Raises UserError where the checkpoint does not fit."""
        return network_at(self.spec, self.variant, self.classes, self.checkpoint).to(device).train()

    def computes(self) -> dict[str, Any]:
        """Return what must be equal in two networks for a line between their weights, by what it is called."""
        options = kind_of(self.variant).model_dump()
        return {"network": str(self.spec.network), "kind": self.variant.kind, "options": options}


def check_alike(start: StoredWeights, end: StoredWeights) -> None:
    """Raise UserError unless both are weights of one and the same network."""
    ours, theirs = start.computes(), end.computes()
    for what, value in ours.items():
        if value != theirs[what]:
            raise UserError(
                f"no line leads from {start.variant.name} of run {start.run_id} to {end.variant.name} of run"
                f" {end.run_id}: their {what} differ: {value}, {theirs[what]}"
            )
    if stepwise(start.initial()):
        kind = start.variant.kind
        raise UserError(f"no line leads from {kind} to {kind}: they normalize by statistics of earlier steps")


class StoredSurface:
    """Measures lines or planes through stored weights as a probe does, with its options."""

    def __init__(self, kind: type[LossProbe], options: Mapping[str, Any], device: str) -> None:
        """Raise UserError for an option out of range, and where the device, the first one, cannot be used."""
        self._kind, self._options = kind, _checked(kind, options)
        self._device = choose_all(device)[0]

    def measure(
        self, dataset: Dataset, start: StoredWeights, end: StoredWeights | None, passed: Callable[[int], object]
    ) -> tuple[tuple[Column, ...], tuple[float, ...]]:
        """Return the columns and their values: on the line to `end`, or without it on the plane around `start`.

        All values are NaN where one of the variants diverged. `passed` is called with 1 after each pass.
        """
        lost = [each for each in (start, end) if each and each.diverged is not None]
        network = start.initial() if lost else start.network(self._device)
        data = DeviceData(start.spec, kind_of(start.variant).seen(dataset), self._device)
        probe = self._kind(self._options, setting(start.spec, start.variant, network, data))
        if lost:
            return probe.columns, (math.nan,) * len(probe.columns)
        partner = constants(end.network(self._device)) if end else {}
        with exact():
            found = torch.stack([*_counted(probe.passes(_point(start, network, partner)), passed)])
            return probe.columns, tuple(probe.values(found).tolist())


def _checked(kind: type[LossProbe], options: Mapping[str, Any]) -> OnSamples:
    try:
        checked = kind.Options.model_validate(dict(options))
    except ValidationError as error:
        wrong = error.errors()[0]
        reason = wrong["msg"].removeprefix("Input ")
        raise UserError(f"--{wrong['loc'][0]} {wrong['input']}: {reason}") from None
    assert isinstance(checked, OnSamples)
    return checked


def _point(weights: StoredWeights, network: nn.Sequential, partner: Mapping[str, Tensor]) -> Point:
    criterion = MODELS[weights.spec.network.kind].criterion
    return Point.between(weights.step, network, criterion, weights.spec.lr(weights.variant.name), partner)


def _counted(passes: Iterator[Tensor], passed: Callable[[int], object]) -> Iterator[Tensor]:
    for loss in passes:
        passed(1)
        yield loss
