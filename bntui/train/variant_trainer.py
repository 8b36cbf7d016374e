"""One variant in training: its network, its optimizer and its probes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from bntui.optimizer_spec import OptimizerSpec
from bntui.probes.evaluation import loss_and_gradient
from bntui.probes.probe import Point, Probe
from bntui.train.clock import Clock
from bntui.train.scheduled_optimizer import ScheduledOptimizer
from bntui.train.training_pass import TrainingPass
from bntui.variants.moment_norm import stepwise
from bntui.variants.noise import noises
from bntui.variants.weight_rescaling import rescale


class VariantTrainer:
    """Takes steps of the optimizer, and has the probes that are due measure before and after each."""

    def __init__(
        self,
        name: str,
        training_pass: TrainingPass,
        optimizer: OptimizerSpec,
        probes: Sequence[Probe],
        probe_clock: Clock,
        rescaled: Sequence[Tensor] = (),
        undecayed: Collection[str] = (),
    ) -> None:
        """Weights in `rescaled` are kept at unit length; parameters named in `undecayed` have no weight decay.

        `partner` is to be set to another variant's parameters before each step for which `wants_partner` is true.
        """
        self.name = name
        self.network = network = training_pass.network
        self.probes = probes
        self._pass = training_pass
        self._rescaled = rescaled
        self._probe_clock = probe_clock
        self._clock = Clock(next(network.parameters()).device)
        self._noises = noises(network)
        self._stepwise = stepwise(network)
        self._parameters = dict(network.named_parameters())
        self._weights = [parameter.detach() for parameter in self._parameters.values()]
        self._optimizer = ScheduledOptimizer(optimizer, self._parameters, undecayed)
        self.partner: Mapping[str, Tensor] = {}

    @property
    def lr(self) -> float:
        """The learning rate of the next update."""
        return self._optimizer.lr

    @property
    def timed(self) -> bool:
        """Whether `seconds` are what the device takes, as is not known of Apple's GPUs."""
        return self._clock.exact

    def seconds(self) -> float:
        """Return the seconds of the passes and updates so far that the device has finished, without those of probes."""
        return self._clock.seconds()

    @property
    def parts(self) -> tuple[str, ...]:
        """The entries of the health vector: 'loss', and for each parameter the name of its layer."""
        return ("loss", *(name.split(".", 1)[0] for name in self._parameters))

    @property
    def eager_reason(self) -> str:
        """Why passes are no CUDA graphs although the spec asks for them; known after the first step."""
        return self._pass.eager_reason

    def wants_partner(self, step: int) -> bool:
        """Return whether a probe compares the parameters after `step` updates with another variant's."""
        return any(probe.partnered and probe.due(step) for probe in self.probes)

    def step(self, step: int, images: Tensor, labels: Tensor) -> Iterator[tuple[str, Tensor]]:
        """Take one step; yield (probe, values) of each probe that is due, and last ('', health).

        Health is a vector along `parts`: 0 where the loss, or the parameter after the update, is finite, else NaN.
        """
        yield from self.between(step)
        point = self._train(step, images, labels)
        exact = self._in_float32(point)
        yield from self._measure(point, exact)
        before = self._parameters_before_update(step)
        with self._clock.span():
            self._optimizer.step(point.loss)
            rescale(self._rescaled)
        yield from self._measure(replace(point, before=before), replace(exact, before=before), after_update=True)
        yield "", self._health(point.loss)

    def between(self, step: int) -> Iterator[tuple[str, Tensor]]:
        """Measure the network after `step` updates, before the next pass; yield (probe, values) of each such probe."""
        self._begin_step(step)
        point = Point.between(step, self.network, self._pass.criterion, self.lr, self.partner)
        yield from self._measure(point, point, between=True)

    def state(self) -> dict[str, Tensor]:
        """Return by name all that later steps depend on: network, optimizer, and the probes' state.

        The tensors are the variant's own. Noise is a function of the step.
        """
        return {
            **{f"network/{name}": tensor for name, tensor in self.network.state_dict().items()},
            **self._optimizer.state(),
            **{
                f"probes/{probe.name}/{name}": tensor for probe in self.probes for name, tensor in probe.state().items()
            },
        }

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        """Copy what `state` returned, from any device.

        Raises KeyError, RuntimeError or ValueError where it does not fit.
        """
        # In place: a CUDA graph reads parameters and buffers where they are.
        self.network.load_state_dict(within("network", state))
        self._optimizer.load_state(within("optimizer", state), within("schedule", state))
        device = next(self.network.parameters()).device
        probes = {name: tensor.to(device) for name, tensor in within("probes", state).items()}
        for probe in self.probes:
            probe.load_state(within(probe.name, probes))

    def _begin_step(self, step: int) -> None:
        if self._noises or self._stepwise:
            with self._clock.span():
                for noise in self._noises:
                    noise.redraw(step)
                for layer in self._stepwise:
                    layer.begin_step(step)

    def _train(self, step: int, images: Tensor, labels: Tensor) -> Point:
        """Run the training pass, and show it to the probes that observe it."""
        observing = [probe for probe in self.probes if probe.observes(step)]
        with self._clock.span():
            result = self._pass(images, labels, record=bool(observing))
        point = Point(
            step,
            self.network,
            self._pass.criterion,
            self.lr,
            images,
            labels,
            result.logits,
            result.loss,
            result.gradient,
        )
        with self._probe_clock.span():
            for probe in observing:
                probe.observe(point, result.activations)
        return point

    def _in_float32(self, point: Point) -> Point:
        """Return the point with loss and gradient in float32, if a probe compares them and the pass had less."""
        compared = any(probe.compares and probe.due(point.step) for probe in self.probes)
        if self._pass.precision == "float32" or not compared:
            return point
        with self._probe_clock.span():
            parameters = {name: p.detach().requires_grad_() for name, p in self._parameters.items()}
            loss, gradient = loss_and_gradient(self.network, parameters, point.criterion, point.images, point.labels)
        return replace(point, loss=loss, gradient=dict(zip(parameters, gradient, strict=True)))

    def _parameters_before_update(self, step: int) -> dict[str, Tensor]:
        """Return a copy of the parameters if a probe needs it after the update, else nothing."""
        if not any(probe.after_update and probe.due(step) for probe in self.probes):
            return {}
        with self._probe_clock.span():
            return {name: parameter.detach().clone() for name, parameter in self._parameters.items()}

    def _measure(
        self, point: Point, exact: Point, *, between: bool = False, after_update: bool = False
    ) -> Iterator[tuple[str, Tensor]]:
        for probe in self.probes:
            if (probe.at_end, probe.after_update) == (between, after_update) and probe.due(point.step):
                with self._probe_clock.span():
                    values = probe.measure(exact if probe.compares else point)
                if len(values):
                    yield probe.name, values

    def _health(self, loss: Tensor) -> Tensor:
        largest = torch._foreach_norm(self._weights, torch.inf)
        # x·0 is 0 where x is finite and NaN where it is not.
        return torch.stack([loss, *largest]) * 0


def within(part: str, state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the tensors of a part of the state, by their names in the part."""
    prefix = part + "/"
    return {name.removeprefix(prefix): tensor for name, tensor in state.items() if name.startswith(prefix)}
