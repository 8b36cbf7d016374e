"""What a probe is: it measures one quantity of one variant on its own schedule, and changes nothing."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from pydantic import Field
from torch import Tensor, nn

from bntui.records import Column
from bntui.seeding import random_key
from bntui.spec import Strict

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
    """What a probe knows of its run from the start.

    `layers` are the hidden layers and `weighted` all that have weights; `test_images` (n×c×h×w) and `test_labels`
    (n,) are on the device; `scaled` turns pictures as stored into the network's float input; `steps` is the run's
    length. `summed` says that the criterion is the sum over the batch, where others average.
    """

    layers: tuple[str, ...]
    weighted: tuple[str, ...]
    seed: int
    steps: int
    test_images: Tensor
    test_labels: Tensor
    scaled: Callable[[Tensor], Tensor]
    summed: bool = False

    @property
    def classifies(self) -> bool:
        """Whether labels are classes, so that there is an accuracy; else they are vectors to come close to."""
        return not self.test_labels.is_floating_point()


@dataclass(frozen=True, slots=True)
class Point:
    """Where a variant stands at one step: after its backward pass, before its update.

    `images` (batch, c, h, w) float and `labels` (batch,) are the step's batch; `logits` (batch, classes) and
    `loss` () what the network in training mode made of it; `gradient` its gradient with respect to each
    parameter, by name. All are detached, on the device, and not to be written to. At the end of a run there
    is a last point without a batch, at step = the run's steps. For a probe that measures after the update the
    network is already at θ_{t+1}, and `before` holds the parameters θ_t by name.
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


class Probe(ABC):
    """One quantity of one variant; an instance may remember what it saw at earlier steps."""

    Options: ClassVar[type[ProbeOptions]] = ProbeOptions
    name: ClassVar[str]
    at_end: ClassVar[bool] = False
    """Whether the last point, after the last update, is measured too (and the first, before any, is not)."""
    after_update: ClassVar[bool] = False
    """Whether it measures when the step's update is done; its points then hold the parameters from before it."""
    compares: ClassVar[bool] = False
    """Whether it sets the loss or the gradient against those of passes of its own, which are in float32; its points'
    are then in float32 too, whatever the precision of training."""

    def __init__(self, options: ProbeOptions, setting: Setting) -> None:
        self.every = options.every
        self.setting = setting

    @property
    @abstractmethod
    def columns(self) -> tuple[Column, ...]:
        """What `measure` gives, in its order."""

    def due(self, step: int) -> bool:
        """Whether to measure at this step."""
        if self.at_end:
            return step == self.setting.steps or (0 < step < self.setting.steps and step % self.every == 0)
        return step < self.setting.steps and step % self.every == 0

    def observes(self, step: int) -> bool:
        """Whether `see` wants this step's training pass."""
        return False

    def observe(self, point: Point, activations: Mapping[str, Tensor]) -> None:  # noqa: B027  (most see nothing)
        """The training pass and its activations by hidden layer, detached, each (batch, channels, …).

        They are what the next nonlinearity receives: after normalization and noise.
        """

    @abstractmethod
    def measure(self, point: Point) -> Tensor:
        """The values, a vector on the device.

        It may stop short of the columns: what is past its end is not defined at this step. Without any value
        there is no measurement, as where the variant has not got what is measured.
        """


def unit_of(setting: Setting, layer: str, channels: int) -> int:
    """The layer's example unit: one of its channels, chosen by the run's seed, the same in all variants."""
    return random_key(setting.seed, "unit", layer) % channels


def columns(probe: str, names: Iterable[str], layers: Iterable[str] = ("",), unit: str = "") -> list[Column]:
    """Columns of a probe: for each name, each layer."""
    layers = tuple(layers)
    return [Column(probe, name, layer, unit) for name in names for layer in layers]


def options_of(probe: type[Probe], options: Mapping[str, Any]) -> ProbeOptions:
    """The probe's options, checked. Raises pydantic's ValidationError."""
    return probe.Options.model_validate(dict(options))
