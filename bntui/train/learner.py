"""One variant in training: its network, optimizer, probes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn

from bntui.models.layers import hidden
from bntui.probes.base import Criterion, Point, Probe
from bntui.spec import OptimizerSpec
from bntui.train.clock import Clock
from bntui.variants.noise import noises


class Learner:
    """Takes steps of stochastic gradient descent, and lets the probes that are due measure between them."""

    def __init__(
        self,
        name: str,
        network: nn.Sequential,
        criterion: Criterion,
        lr: float,
        optimizer: OptimizerSpec,
        probes: Sequence[Probe],
        clock: Clock,
    ) -> None:
        self.name = name
        self.network = network
        self.criterion = criterion
        self.lr = lr
        self.probes = probes
        self._clock = clock
        self._hidden = hidden(network)
        self._noises = noises(network)
        self._parameters = dict(network.named_parameters())
        self._optimizer = torch.optim.SGD(
            network.parameters(),
            lr=lr,
            momentum=optimizer.momentum,
            weight_decay=optimizer.weight_decay,
        )

    @property
    def parts(self) -> tuple[str, ...]:
        """What `step` tells the health of: the loss, and each parameter by the name of its layer."""
        return ("loss", *(name.split(".", 1)[0] for name in self._parameters))

    def step(self, step: int, images: Tensor, labels: Tensor) -> Iterator[tuple[str, Tensor]]:
        """One step: yields (probe, values) of each probe that is due, and last ('', health).

        Health is a vector along `parts`, zero where the loss, or a parameter after the update, is finite.
        """
        for noise in self._noises:
            noise.redraw(step)
        point = self._point(step, images, labels)
        yield from self._measure(point)
        before = self._kept_for(step)
        self._optimizer.step()
        yield from self._measure(replace(point, before=before), after_update=True)
        yield "", self._health(point.loss)

    def end(self, step: int) -> Iterator[tuple[str, Tensor]]:
        """Measure the final weights: yields (probe, values) of each probe that wants them."""
        for noise in self._noises:
            noise.redraw(step)
        nothing = torch.empty(0)
        last = Point(step, self.network, self.criterion, self.lr, nothing, nothing, nothing, nothing, {})
        yield from self._measure(last)

    def _point(self, step: int, images: Tensor, labels: Tensor) -> Point:
        watching = [probe for probe in self.probes if probe.watches(step)]
        activations: dict[str, Tensor] = {}
        hooks = [_keep(name, layer, activations) for name, layer in self._hidden.items()] if watching else []
        logits = self.network(images)
        loss = self.criterion(logits, labels)
        for hook in hooks:
            hook.remove()
        self._optimizer.zero_grad()
        loss.backward()
        gradient = {name: p.grad for name, p in self._parameters.items() if p.grad is not None}
        point = Point(
            step,
            self.network,
            self.criterion,
            self.lr,
            images,
            labels,
            logits.detach(),
            loss.detach(),
            gradient,
        )
        with self._clock.span():
            for probe in watching:
                probe.see(point, activations)
        return point

    def _kept_for(self, step: int) -> dict[str, Tensor]:
        """The parameters as they are, where a probe will want them after the update."""
        if not any(probe.after_update and probe.due(step) for probe in self.probes):
            return {}
        with self._clock.span():
            return {name: parameter.detach().clone() for name, parameter in self._parameters.items()}

    def _measure(self, point: Point, *, after_update: bool = False) -> Iterator[tuple[str, Tensor]]:
        for probe in self.probes:
            if probe.after_update is after_update and probe.due(point.step):
                with self._clock.span():
                    values = probe.measure(point)
                if len(values):
                    yield probe.name, values

    def _health(self, loss: Tensor) -> Tensor:
        largest = torch._foreach_norm([p.detach() for p in self._parameters.values()], torch.inf)
        # x·0 is 0 where x is finite and NaN where it is not.
        return torch.stack([loss, *largest]) * 0


def _keep(name: str, layer: nn.Sequential, activations: dict[str, Tensor]) -> torch.utils.hooks.RemovableHandle:
    def hook(module: nn.Module, inputs: object, output: Tensor) -> None:
        activations[name] = output.detach()

    return layer.get_submodule("norm").register_forward_hook(hook)
