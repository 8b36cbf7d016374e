"""The optimum of what a variant was trained for, and the weight decay with which that generalizes best."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch

from bntui.data.dataset import Dataset, Split
from bntui.models import MODELS
from bntui.probes.convex_optimum import optimal_value, separate, spans
from bntui.probes.test_error import unexplained
from bntui.records import UserError
from bntui.spec import ExperimentSpec, VariantSpec
from bntui.train.convex_program import ConvexProgram
from bntui.train.sign_patterns import Array
from bntui.variants import kind_of

UPDATES = 20
RATE = 0.3
TOLERANCE = 1e-6
"""Updates of ln λ, the rate of Adam that makes them, and the tolerance of the solver."""


@dataclass(frozen=True, slots=True)
class Optimum:
    """The least objective for a variant's λ; `patterns` counts those of its program, None for the closed form."""

    penalty: float
    value: float
    patterns: int | None


@dataclass(frozen=True, slots=True)
class Tuned:
    """λ with the least error on half of the test set, and the errors on the other half for it and for the run's λ.

    Errors are mean squares divided by the variance of the targets.
    """

    penalty: float
    error: float
    error_before: float


class VariantOptimum:
    """The optimum of one variant of a run on its data set. Raises UserError where there is no convex program of it."""

    def __init__(self, spec: ExperimentSpec, variant: VariantSpec, dataset: Dataset) -> None:
        _check(spec, variant, dataset)
        seen = kind_of(variant).seen(dataset)
        self._train, self._test = seen.train, seen.test
        self._decay = spec.optimizer_of(variant.name).weight_decay
        self.penalty = self._decay / len(seen.train) ** 0.5

    def solve(self) -> Optimum:
        """Return the optimum, in closed form where that holds."""
        inputs, targets = _rows(self._train), self._train.labels.double()
        if spans(torch.from_numpy(inputs)) and separate(targets):
            return Optimum(self.penalty, float(optimal_value(targets, self.penalty)), None)
        program = self._program()
        return Optimum(self.penalty, program.optimum(self.penalty)[0], program.patterns.shape[1])

    def tune(self) -> Tuned:
        """Change ln λ against the gradient of the error through the program, and return the best λ on the way."""
        program, half = self._program(), len(self._test) // 2
        layer, inputs, targets = program.layer(TOLERANCE), _rows(self._test), self._test.labels[:, 0].double()
        logarithm = torch.tensor(np.log(self.penalty), dtype=torch.float64, requires_grad=True)
        optimizer = torch.optim.Adam([logarithm], lr=RATE)
        tried: list[tuple[float, float, float]] = []
        for _ in range(UPDATES):
            outputs = program.outputs(inputs, *layer(logarithm.exp()))
            errors = [unexplained(outputs[part], targets[part]) for part in (slice(half), slice(half, None))]
            tried.append((errors[0].item(), logarithm.exp().item(), errors[1].item()))
            optimizer.zero_grad()
            errors[0].backward()
            optimizer.step()
        _, penalty, error = min(tried)
        return Tuned(penalty, error, tried[0][2])

    def decay_of(self, penalty: float) -> float:
        """Return the weight decay that is a λ: λ√n."""
        return penalty * math.sqrt(len(self._train))

    def _program(self) -> ConvexProgram:
        return ConvexProgram(_rows(self._train), self._train.labels[:, 0].double().numpy())


def _check(spec: ExperimentSpec, variant: VariantSpec, dataset: Dataset) -> None:
    if not MODELS[spec.network.kind].convex:
        raise UserError(f"network {spec.network.kind} has no convex program; convex-relu has")
    if spec.batch_size != len(dataset.train):
        raise UserError(f"batch_size = {spec.batch_size}: the program is of all {len(dataset.train)} samples at once")
    if dataset.train.labels.shape[1] != 1:
        raise UserError(f"{dataset.name} has {dataset.train.labels.shape[1]} outputs; the program is of one")
    optimizer = spec.optimizer_of(variant.name)
    if not optimizer.weight_decay or optimizer.kind == "adamw":
        raise UserError(f"variant {variant.name}: without weight decay as a part of the objective, its optimum is 0")


def _rows(split: Split) -> Array:
    return split.images.double().flatten(1).numpy()
