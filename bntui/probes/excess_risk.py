"""The excess risk of SGD beside that of ridge regression, by the number of samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, log
from typing import Annotated

import torch
from pydantic import Field
from torch import Tensor, nn

from bntui.data.power_law import DECAYS
from bntui.probes.probe import Every, Point, Probe, ProbeOptions, Setting
from bntui.records import Column

TARGETS = len(DECAYS)
PENALTIES = torch.logspace(-2, 4, 25, dtype=torch.float64)


class ExcessRiskProbe(Probe):
    """Of each target t = 1, 2, 3, the excess risk (v − w)ᵀH(v − w) of linear functions v of the first N samples.

    `sgd_t_at_N`: of the mean of the last half of the iterates of SGD, the least over the network's step sizes.
    `ridge_t_at_N`: of argmin Σ(⟨v, x⟩ − y)² + λ‖v‖², the least over 25 penalties λ. `longer_t_at_N`: as `sgd`, of
    N·ln N samples, rounded up to a multiple of `every`. Both are tuned on the true risk, which nobody knows who has
    only samples. N is `every` and its doubles, `sizes` numbers in all. `ratio`: the least of the targets'
    `sgd` / `ridge` at the largest N so far. `longer_ratio`, once all are measured: over all targets and N at which
    `sgd` is more than `ridge`, the largest `longer` / `ridge`; there is none if there are no such.

    The squared errors on the test split must add up to the risk, as they do in the data sets `power-law-1` and
    `power-law-2`. There is no measurement but for one linear layer, batches of one sample, and SGD at a constant rate
    without momentum and decay (Zou et al. 2021).
    """

    class Options(ProbeOptions):
        """`every` is the smallest number of samples, `sizes` how many such numbers there are."""

        every: Every = 25
        sizes: Annotated[int, Field(ge=1, le=16)] = 7

    name = "excess_risk"
    of_layers = False
    at_end = True

    def __init__(self, options: Options, setting: Setting) -> None:
        super().__init__(options, setting)
        sizes = [max(self.every, 1) * 2**power for power in range(options.sizes)]
        self._longer = {size: _multiple(size * log(size), self.every, size) for size in sizes}
        self._events = sorted({*sizes, *self._longer.values()})
        self._halves = {step // 2 for step in self._events}
        self._sums: dict[int, Tensor] = {}
        self._sum = self._gram = self._products = torch.zeros(())
        self._values = torch.zeros(0, dtype=torch.float64)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns in the order in which a run can measure them."""
        names = [f"{name}_at_{size}" for step in self._events for name, size in self._measured_at(step)]
        return tuple(Column(self.name, name) for name in ["ratio", *names, "longer_ratio"])

    def _measured_at(self, step: int) -> list[tuple[str, int]]:
        """Return what is measured after a number of samples: the names, and the N that they are of."""
        now = [(f"{kind}_{target}", step) for kind in ("sgd", "ridge") for target in _TARGETS if step in self._longer]
        return now + [
            (f"longer_{target}", size) for size, longer in self._longer.items() if longer == step for target in _TARGETS
        ]

    def _scheduled(self, step: int) -> bool:
        return step in self._events

    def due(self, step: int) -> bool:
        return 0 < step <= self.setting.steps and self._scheduled(step)

    def observes(self, step: int) -> bool:
        has_targets = self.setting.test_labels.shape[1:] == (TARGETS,)
        return step < self._events[-1] and self.setting.optimizer.plain and has_targets

    def observe(self, point: Point, activations: Mapping[str, Tensor]) -> None:
        weights = _functions(point.network)
        if weights is None or len(point.images) != 1:
            return
        if point.step in self._halves:
            self._sums[point.step] = self._sum + torch.zeros_like(weights)
        self._sum = self._sum + weights
        if point.step < max(self._longer):
            inputs, targets = _double(point.images.flatten(1)), _double(point.labels)
            self._gram = self._gram + inputs.T @ inputs
            self._products = self._products + inputs.T @ targets

    def state(self) -> dict[str, Tensor]:
        kept = {"sum": self._sum, "gram": self._gram, "products": self._products, "values": self._values}
        return {**kept, **{f"sum-{step}": tensor for step, tensor in self._sums.items()}}

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        self._sum, self._gram, self._products, self._values = (
            state[name].cpu() for name in ("sum", "gram", "products", "values")
        )
        self._sums = {
            int(name.removeprefix("sum-")): tensor.cpu() for name, tensor in state.items() if name.startswith("sum-")
        }

    def measure(self, point: Point) -> Tensor:
        device = self.setting.test_labels.device
        if not self._sum.dim():
            return torch.empty(0, device=device)
        inputs, targets = _double(self.setting.test_images.flatten(1)), _double(self.setting.test_labels)
        step = point.step
        mean = (self._sum - self._sums[step // 2]) / (step - step // 2)
        sgd = risks(mean.unflatten(0, (-1, TARGETS)).mT, inputs, targets).amin(0)
        new = [sgd] * sum(longer == step for longer in self._longer.values())
        if step in self._longer:
            found = risks(ridge(self._gram, self._products, PENALTIES), inputs, targets).amin(0)
            new = [sgd, found, *new]
        self._values = torch.cat([self._values, *new])
        sizes = [size for size in self._longer if size <= step]
        ratio = self._over_ridge("sgd", sizes[-1:]).amin()
        return torch.cat([ratio.reshape(1), self._values, self._longer_ratio(step)]).to(device)

    def _longer_ratio(self, step: int) -> Tensor:
        """Return `longer_ratio` as a vector, empty where there is none, or not yet."""
        if step < self._events[-1]:
            return self._values.new_empty(0)
        sizes = list(self._longer)
        worse = self._over_ridge("longer", sizes)[self._over_ridge("sgd", sizes) > 1]
        return worse.amax().reshape(1) if len(worse) else worse

    def _over_ridge(self, kind: str, sizes: Sequence[int]) -> Tensor:
        """Return the risk of a kind relative to that of ridge, for all of these N and all targets."""
        of = dict(zip((column.name for column in self.columns[1:]), self._values, strict=False))
        places = [f"_{target}_at_{size}" for size in sizes for target in _TARGETS]
        return torch.stack([of[kind + where] / of["ridge" + where] for where in places])


_TARGETS = range(1, TARGETS + 1)


def ridge(gram: Tensor, products: Tensor, penalties: Tensor) -> Tensor:
    """Return (XᵀX + λI)⁻¹XᵀY for each penalty λ, (penalties, features, targets), from XᵀX and XᵀY."""
    values, vectors = torch.linalg.eigh(gram)
    solutions: Tensor = vectors @ ((vectors.T @ products) / (values.clamp(min=0)[:, None] + penalties[:, None, None]))
    return solutions


def risks(functions: Tensor, inputs: Tensor, targets: Tensor) -> Tensor:
    """Return the sum over (n, features) inputs of the squared errors of (…, features, targets) functions."""
    return (inputs @ functions - targets).square().sum(-2).nan_to_num(torch.inf)


def _functions(network: nn.Sequential) -> Tensor | None:
    """Return the weights of a network that is one linear layer without bias; None of others."""
    parameters = dict(network.named_parameters())
    weights = next(iter(parameters.values()))
    single = len(parameters) == 1 and weights.dim() == 2 and len(weights) % TARGETS == 0
    return _double(weights.detach()) if single else None


def _double(tensor: Tensor) -> Tensor:
    """Return a copy in float64 on the CPU, since not every device has that."""
    return tensor.to("cpu", torch.float64, copy=True)


def _multiple(number: float, of: int, least: int) -> int:
    """Return the smallest multiple that is no less than both."""
    return max(ceil(number / of), ceil(least / of)) * of
