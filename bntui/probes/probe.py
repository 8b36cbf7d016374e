"""The base class of probes, and what the trainer gives them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Self

import torch
from pydantic import Field
from torch import Tensor, nn

from bntui.optimizer_spec import OptimizerSpec
from bntui.records import Column
from bntui.seeding import random_key
from bntui.spec_values import Strict

Criterion = Callable[[Tensor, Tensor], Tensor]
"""The loss: (network output, labels) → scalar."""

Every = Annotated[int, Field(ge=0)]
"""Steps between two measurements of a probe; 0 turns it off."""


class ProbeOptions(Strict):
    """The option that every probe has: it measures at the steps that are multiples of `every`.

    A probe overrides the default with one that suits what a measurement costs. It holds where a preset names the probe
    without `every`, and the dashboard suggests it for a run that lacks the probe.
    """

    every: Every = 1


@dataclass(frozen=True, slots=True)
class Setting:
    """The facts about a run that a probe is constructed with.

    `layers` are the hidden layers, `weighted` all layers with weights; `seed` and `steps` are the run's. `test_images`
    (n, c, h, w) and `test_labels` (n,) are on the device; `scaled` converts stored images to the network's float input.
    `train_images` and `train_labels` are the training set's, `optimizer` the options of the variant's optimizer, and
    `unit_weights` is true where the variant rescales weights to unit length.
    `summed` is true where the criterion is a sum over the batch, not a mean; `classes` is their number, 0 where labels
    are target vectors. `undecayed` are the names of parameters
    without weight decay, and `convex` is true for the network whose training is equivalent to a convex program.
    `true_gradient` is false where the variant holds statistics back from the gradient, which then is not that of the
    loss.
    """

    layers: tuple[str, ...]
    weighted: tuple[str, ...]
    seed: int
    steps: int
    test_images: Tensor
    test_labels: Tensor
    scaled: Callable[[Tensor], Tensor]
    train_images: Tensor
    train_labels: Tensor
    optimizer: OptimizerSpec
    unit_weights: bool = False
    summed: bool = False
    undecayed: tuple[str, ...] = ()
    convex: bool = False
    true_gradient: bool = True
    classes: int = 0

    @property
    def classifies(self) -> bool:
        """True where labels are classes, False where they are target vectors."""
        return not self.test_labels.is_floating_point()


@dataclass(frozen=True, slots=True)
class Point:
    """The state of a variant in one step, after the backward pass and before the update.

    `images` (batch, c, h, w) float and `labels` (batch,) are the step's batch; `logits` (batch, classes) and `loss` ()
    are the network's on it, in training mode; `gradient` is that of the loss, by parameter. All are detached, on the
    device, and must not be written to. `lr` is the learning rate of the step's update.
    A point between two steps has no batch; its step is the number of updates.
    For a probe that measures after the update, the network has the parameters θ_{t+1}, and `before` holds θ_t by name.
    For a probe that is `partnered`, `partner` has the parameters by name of the run's next variant of equal kind and
    options, after as many updates; it is empty where there is none.
    """

    step: int
    network: nn.Sequential
    criterion: Criterion
    lr: float
    images: Tensor
    labels: Tensor
    logits: Tensor
    loss: Tensor
    gradient: Mapping[str, Tensor]
    before: Mapping[str, Tensor] = field(default_factory=dict)
    partner: Mapping[str, Tensor] = field(default_factory=dict)

    @classmethod
    def between(
        cls, step: int, network: nn.Sequential, criterion: Criterion, lr: float, partner: Mapping[str, Tensor]
    ) -> Self:
        """Return the point after `step` updates, before the next one's pass: without a batch, and all that is of it."""
        empty = torch.empty(0)
        return cls(step, network, criterion, lr, empty, empty, empty, empty, {}, partner=partner)


class Probe(ABC):
    """Measures one quantity of one variant on its own schedule, and changes nothing.

    An instance that keeps values of earlier steps returns them from `state`.
    """

    Options: ClassVar[type[ProbeOptions]] = ProbeOptions
    name: ClassVar[str]
    at_end: ClassVar[bool] = False
    """True to measure between two steps, after one's update and before the next one's pass: also after the last update,
    not at step 0. The pass changes running statistics, which evaluation uses."""
    after_update: ClassVar[bool] = False
    """True to measure after the step's update."""
    partnered: ClassVar[bool] = False
    """True to get the parameters of another variant, for which all variants wait; only together with `at_end`."""
    compares: ClassVar[bool] = False
    """True to get loss and gradient in float32, whatever the precision of training, because the probe compares them
    with those of its own passes, which are in float32."""

    of_layers: ClassVar[bool] = True
    """False where the quantity needs no hidden layer. Others are refused in networks that have none."""

    of_gradient: ClassVar[bool] = False
    """True where the quantity has its meaning only if the gradient is that of the loss. Such a probe measures nothing
    in variants that hold statistics back from the gradient."""

    def __init__(self, options: ProbeOptions, setting: Setting) -> None:
        self.every = options.every
        self.setting = setting

    @property
    @abstractmethod
    def columns(self) -> tuple[Column, ...]:
        """The columns of the values that `measure` returns, in order."""

    @property
    def defined(self) -> bool:
        """Whether the quantity has its meaning in the variant."""
        return self.setting.true_gradient or not self.of_gradient

    def _scheduled(self, step: int) -> bool:
        """Return whether a run that is long enough measures at this step; so it can be extended after its last one."""
        return step % self.every == 0

    def due(self, step: int) -> bool:
        """Return whether to measure at this step."""
        if not self.defined:
            return False
        if self.at_end:
            return step == self.setting.steps or (0 < step < self.setting.steps and self._scheduled(step))
        return step < self.setting.steps and self._scheduled(step)

    def observes(self, step: int) -> bool:
        """Return whether to call `observe` with this step's training pass."""
        return False

    def observe(self, point: Point, activations: Mapping[str, Tensor]) -> None:  # noqa: B027  (optional)
        """Take note of a training pass.

        `activations` are the inputs of each hidden layer's nonlinearity, after normalization and noise: by layer,
        detached, (batch, channels, …).
        """

    def state(self) -> dict[str, Tensor]:
        """Return by name the values of earlier steps that later measurements need, on any device."""
        return {}

    def load_state(self, state: Mapping[str, Tensor]) -> None:  # noqa: B027  (optional)
        """Take over what `state` returned, on the network's device."""

    @abstractmethod
    def measure(self, point: Point) -> Tensor:
        """Return the values, a vector on the device.

        It may be shorter than the columns: the last ones are then undefined at this step. An empty vector means no
        measurement, for example where the variant lacks the layers that the quantity is defined for.
        """


def unit_of(setting: Setting, layer: str, channels: int) -> int:
    """Return the layer's example unit: a channel chosen by the run's seed, the same in all variants."""
    return random_key(setting.seed, "unit", layer) % channels


def columns(probe: str, names: Iterable[str], layers: Iterable[str] = ("",), unit: str = "") -> list[Column]:
    """Return columns of a probe: for each name, every layer."""
    layers = tuple(layers)
    return [Column(probe, name, layer, unit) for name in names for layer in layers]


def options_of(probe: type[Probe], options: Mapping[str, Any]) -> ProbeOptions:
    """Return the probe's options, validated. Raises pydantic's ValidationError."""
    return probe.Options.model_validate(dict(options))
