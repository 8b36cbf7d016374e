"""One variant in training: its network, optimizer, probes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from bntui.probes.evaluation import loss_and_gradient
from bntui.probes.probe import Point, Probe
from bntui.spec import OptimizerSpec
from bntui.train.clock import Clock
from bntui.train.training_pass import TrainingPass
from bntui.variants.noise import noises


class VariantTrainer:
    """Takes steps of stochastic gradient descent, and lets the probes that are due measure between them."""

    def __init__(
        self,
        name: str,
        passes: TrainingPass,
        lr: float,
        optimizer: OptimizerSpec,
        probes: Sequence[Probe],
        clock: Clock,
    ) -> None:
        self.name = name
        self.network = network = passes.network
        self.lr = lr
        self.probes = probes
        self._passes = passes
        self._clock = clock
        self._noises = noises(network)
        self._parameters = dict(network.named_parameters())
        self._weights = [parameter.detach() for parameter in self._parameters.values()]
        self._optimizer = torch.optim.SGD(
            network.parameters(),
            lr=lr,
            momentum=optimizer.momentum,
            weight_decay=optimizer.weight_decay,
            # One kernel for all parameters, where kernels are what a step waits for.
            fused=next(network.parameters()).is_cuda or None,
        )

    @property
    def parts(self) -> tuple[str, ...]:
        """What `step` tells the health of: the loss, and each parameter by the name of its layer."""
        return ("loss", *(name.split(".", 1)[0] for name in self._parameters))

    @property
    def eager(self) -> str:
        """Why its steps are no CUDA graph although they should be; known once one is taken."""
        return self._passes.eager

    def step(self, step: int, images: Tensor, labels: Tensor) -> Iterator[tuple[str, Tensor]]:
        """One step: yields (probe, values) of each probe that is due, and last ('', health).

        Health is a vector along `parts`, zero where the loss, or a parameter after the update, is finite.
        """
        for noise in self._noises:
            noise.redraw(step)
        point = self._point(step, images, labels)
        exact = self._exactly(point)
        yield from self._measure(point, exact)
        before = self._kept_for(step)
        self._optimizer.step()
        yield from self._measure(replace(point, before=before), replace(exact, before=before), after_update=True)
        yield "", self._health(point.loss)

    def end(self, step: int) -> Iterator[tuple[str, Tensor]]:
        """Measure the final weights: yields (probe, values) of each probe that wants them."""
        for noise in self._noises:
            noise.redraw(step)
        nothing = torch.empty(0)
        last = Point(step, self.network, self._passes.criterion, self.lr, nothing, nothing, nothing, nothing, {})
        yield from self._measure(last, last)

    def _point(self, step: int, images: Tensor, labels: Tensor) -> Point:
        watching = [probe for probe in self.probes if probe.watches(step)]
        outcome = self._passes(images, labels, watched=bool(watching))
        point = Point(
            step,
            self.network,
            self._passes.criterion,
            self.lr,
            images,
            labels,
            outcome.logits,
            outcome.loss,
            outcome.gradient,
        )
        with self._clock.span():
            for probe in watching:
                probe.see(point, outcome.activations)
        return point

    def _exactly(self, point: Point) -> Point:
        """The point with loss and gradient in float32, where they are not and a probe compares them with others."""
        compared = any(probe.compares and probe.due(point.step) for probe in self.probes)
        if self._passes.precision == "float32" or not compared:
            return point
        with self._clock.span():
            here = {name: p.detach().requires_grad_() for name, p in self._parameters.items()}
            loss, gradient = loss_and_gradient(self.network, here, point.criterion, point.images, point.labels)
        return replace(point, loss=loss, gradient=dict(zip(here, gradient, strict=True)))

    def _kept_for(self, step: int) -> dict[str, Tensor]:
        """The parameters as they are, where a probe will want them after the update."""
        if not any(probe.after_update and probe.due(step) for probe in self.probes):
            return {}
        with self._clock.span():
            return {name: parameter.detach().clone() for name, parameter in self._parameters.items()}

    def _measure(self, point: Point, exact: Point, *, after_update: bool = False) -> Iterator[tuple[str, Tensor]]:
        for probe in self.probes:
            if probe.after_update is after_update and probe.due(point.step):
                with self._clock.span():
                    values = probe.measure(exact if probe.compares else point)
                if len(values):
                    yield probe.name, values

    def _health(self, loss: Tensor) -> Tensor:
        largest = torch._foreach_norm(self._weights, torch.inf)
        # x·0 is 0 where x is finite and NaN where it is not.
        return torch.stack([loss, *largest]) * 0
