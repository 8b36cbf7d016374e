"""What a run produces, as plain frozen records: the one language that trainer, store and screen share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class UserError(Exception):
    """A mistake that the user can mend; its text is the one line that says how."""


StepRange = tuple[int, int]
"""The first and the last of some steps."""


class State(StrEnum):
    """Where a run stands; `interrupted` is a run whose process died without saying goodbye.

    `replaying` is a run that is over, played again.
    """

    LOADING = "loading"
    TRAINING = "training"
    PAUSED = "paused"
    STOPPING = "stopping"
    REPLAYING = "replaying"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"

    @property
    def over(self) -> bool:
        """True once nothing more will be measured."""
        return self in (State.FINISHED, State.STOPPED, State.FAILED, State.INTERRUPTED)


@dataclass(frozen=True, slots=True)
class Column:
    """One scalar that a probe takes: its name, the layer it belongs to ('' for the whole network), its unit."""

    probe: str
    name: str
    layer: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class RunInfo:
    """What is known once training begins, and holds for the whole run.

    `columns` are in the order in which every measurement's values come; `layers` are the hidden layers,
    first to last; `dataset` is the set actually used, which need not be the one the preset names, and
    `classes` how many kinds of pictures it has (0: its targets are no classes). `default_every` maps each probe that
    exists, measured or not, to its default number of steps between measurements; empty in runs of earlier versions.
    """

    columns: tuple[Column, ...]
    variants: tuple[str, ...]
    layers: tuple[str, ...]
    steps: int
    steps_per_epoch: int
    dataset: str
    device: str
    device_name: str
    device_uuid: str = ""
    classes: int = 0
    default_every: Mapping[str, int] = field(default_factory=dict)

    def columns_of(self, probe: str) -> tuple[Column, ...]:
        """The columns of one probe, in the order of its measurements' values."""
        return tuple(column for column in self.columns if column.probe == probe)


@dataclass(frozen=True, slots=True)
class Measurement:
    """The values that one probe took from one variant at one step.

    `values` follow the probe's columns and may stop short of them: what needs two successive steps, for
    example, does not exist at the first. NaN and infinities are measured values, not missing ones.
    """

    step: int
    variant: str
    probe: str
    values: tuple[float, ...]


class NoticeKind(StrEnum):
    """The kinds of notices, as stored in a run's database; `OTHER` stands for a kind that this version does not know.

    `FALLBACK`: trained on the digits because the data set was unavailable. `EAGER`: steps run without CUDA graphs.
    `DIVERGED`: a variant's loss or weights became non-finite. `ENDED`: every variant diverged before the last step.
    `STOPPED`: the user ended training. `FAILED`: an error did.
    """

    FALLBACK = "fallback"
    EAGER = "eager"
    DIVERGED = "diverged"
    ENDED = "ended"
    STOPPED = "stopped"
    FAILED = "failed"
    OTHER = "other"

    @classmethod
    def _missing_(cls, value: object) -> NoticeKind:
        return cls.OTHER


@dataclass(frozen=True, slots=True)
class Notice:
    """An event of a run that its user should know about; `step` and `variant` are set where it concerns one.

    `where` names, for a divergence, the first non-finite part: 'loss' or a layer.
    """

    kind: NoticeKind
    text: str
    step: int | None = None
    variant: str = ""
    where: str = ""


def divergence_steps(notices: Iterable[Notice]) -> dict[str, int]:
    """Return the step at which each diverged variant diverged, by variant."""
    diverged = (notice for notice in notices if notice.kind is NoticeKind.DIVERGED)
    return {notice.variant: notice.step for notice in diverged if notice.step is not None}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far training is: steps done, seconds spent training, and how many of those the probes took."""

    steps: int
    seconds: float
    probe_seconds: float


@dataclass(frozen=True, slots=True)
class Loading:
    """What is being prepared before the first step; `fraction` in [0, 1], or None where it is not known."""

    text: str
    fraction: float | None = None


Event = RunInfo | Measurement | Notice | Progress
