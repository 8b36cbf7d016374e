"""The frozen records of a run that trainer, storage and screens exchange."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

from bntui.printable_text import excerpt


class UserError(Exception):
    """A mistake that the user can correct; its text is one line that says what is wrong and what to do.

    What the text quotes may be anything: it is made printable, and shortened where it is longer than a paragraph.
    """

    def __init__(self, text: str) -> None:
        super().__init__(excerpt(text, length=400))


StepRange = tuple[int, int]
"""The first and last step of a range, both included."""


class State(StrEnum):
    """The state of a run.

    `interrupted`: the process that trained it died. `replaying`: the run is over and is being played back.
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
        """True if no more measurements will come."""
        return self in (State.FINISHED, State.STOPPED, State.FAILED, State.INTERRUPTED)


@dataclass(frozen=True, slots=True)
class Column:
    """One scalar that a probe measures: its name, its layer ('' for the whole network) and its unit."""

    probe: str
    name: str
    layer: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class RunInfo:
    """Properties of a whole run, known once training begins.

    `columns` are in the order of the values in measurements; `layers` are the hidden layers, first to last; `dataset`
    is the data set in use, which may differ from the preset's after a fallback; `classes` is its number of classes
    (0 for regression), and `majority` the share of the most frequent one in the training set (0 where unknown, as in
    runs of earlier versions). `default_every` maps each probe that the network allows, measured or not, to its default
    number of steps between measurements; it is empty in runs of earlier versions. `undefined` maps probes to the
    variants that they do not measure, because these hold statistics back from the gradient, which then is not that of
    the loss.
    """

    columns: tuple[Column, ...]
    variants: tuple[str, ...]
    layers: tuple[str, ...]
    steps: int
    steps_per_epoch: int
    dataset: str
    device: str
    device_name: str
    device_uuids: tuple[str, ...] = ()
    classes: int = 0
    majority: float = 0.0
    default_every: Mapping[str, int] = field(default_factory=dict)
    undefined: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def needs_layers(self, probe: str) -> bool:
        """Return whether a probe cannot measure, because the network has no hidden layers."""
        return not self.layers and bool(self.default_every) and probe not in self.default_every

    @property
    def probes(self) -> tuple[str, ...]:
        """The probes that measure, in the order of their columns."""
        return tuple(dict.fromkeys(column.probe for column in self.columns))

    @property
    def chance(self) -> float | None:
        """The training accuracy of always guessing the most frequent class, in [0, 1]; None without classes.

        It is `majority`; where that is unknown, 1 / classes.
        """
        return self.majority or (1 / self.classes if self.classes else None)

    @property
    def tables(self) -> tuple[tuple[str, str], ...]:
        """The pairs (variant, probe) that are measured, variant by variant."""
        return tuple((variant, probe) for variant in self.variants for probe in self.probes)

    def columns_of(self, probe: str) -> tuple[Column, ...]:
        """Return the columns of one probe, in the order of its measurements' values."""
        return tuple(column for column in self.columns if column.probe == probe)


@dataclass(frozen=True, slots=True)
class Measurement:
    """The values that one probe measured for one variant at one step.

    `values` follow the probe's columns; trailing ones may be missing, such as a change since the previous step at the
    first step. NaN and infinities are measured values, not missing ones.
    """

    step: int
    variant: str
    probe: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class MeasurementBlock:
    """Successive measurements of one variant by one probe: steps (k,), int32, and values (k, n), float32."""

    variant: str
    probe: str
    steps: NDArray[np.int32]
    values: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class MeasurementBlocks:
    """One or more measurements as blocks; those of a variant and probe are in the order of their steps.

    `successive` are the pairs (variant, probe) that were measured one after the other in a step, `last` is the newest
    of all `count` measurements, taken at `last_step`.
    """

    blocks: tuple[MeasurementBlock, ...]
    successive: frozenset[tuple[tuple[str, str], tuple[str, str]]]
    last_step: int
    last: tuple[str, str]
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class OrderedMeasurements:
    """One or more measurements in the order in which they were taken.

    Of each measurement its step (n,), int64, the number of its pair (variant, probe) in `RunInfo.tables` (n,), int64,
    and its number of values (n,), int64; `values` (sum of `sizes`,), float32, are those of one after the other.
    """

    steps: NDArray[np.int64]
    tables: NDArray[np.int64]
    sizes: NDArray[np.int64]
    values: NDArray[np.float32]

    def measurements(self, tables: Sequence[tuple[str, str]]) -> Iterator[Measurement]:
        """Yield the measurements one by one; `tables` are those of the run's `RunInfo`."""
        values, start = tuple(self.values.tolist()), 0
        for step, table, size in zip(self.steps.tolist(), self.tables.tolist(), self.sizes.tolist(), strict=True):
            variant, probe = tables[table]
            yield Measurement(step, variant, probe, values[start : start + size])
            start += size


class NoticeKind(StrEnum):
    """The kinds of notices, as stored in a run's database; `OTHER` stands for a kind that this version does not know.

    `FALLBACK`: trained on the digits because the data set was unavailable. `EAGER`: steps run without CUDA graphs.
    `DIVERGED`: a variant's loss or weights became non-finite. `ENDED`: every variant diverged before the last step.
    `RESUMED`: training went on from a checkpoint, or began again. `STOPPED`: the user ended training. `FAILED`: an
    error did. `STORAGE`: the run's files cannot be written, or can be written again.
    """

    FALLBACK = "fallback"
    EAGER = "eager"
    DIVERGED = "diverged"
    ENDED = "ended"
    RESUMED = "resumed"
    STOPPED = "stopped"
    FAILED = "failed"
    STORAGE = "storage"
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
    """Steps done, seconds of training, and the seconds of these that probes took.

    `variant_seconds` are those that the passes and updates of each variant took, by its name: without what probes took,
    while the other variants trained beside it. A variant is missing once it has diverged, and where they are unknown,
    as in runs of earlier versions.
    """

    steps: int
    seconds: float
    probe_seconds: float
    variant_seconds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GpuReading:
    """Memory (bytes), load (%), power (W) and temperature (°C) of a GPU, whoever uses it; NaN where unknown."""

    memory: float = math.nan
    total_memory: float = math.nan
    load: float = math.nan
    power: float = math.nan
    temperature: float = math.nan


@dataclass(frozen=True, slots=True)
class SystemReading:
    """CPU (% of one core) and resident memory (bytes) of the process that trains, NaN where unknown, and its GPUs."""

    cpu: float = math.nan
    memory: float = math.nan
    gpus: tuple[GpuReading, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """The progress of a run at one moment, and what its process used then, where that was looked at."""

    progress: Progress
    system: SystemReading | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """One process that trained a run, or a part of it: a run that is resumed has several. What is unknown is empty.

    `command` is what the user gave: a command line, or the call of the Python API. `begun` and `ended` are times in UTC
    (ISO 8601), `step` is the first step. `versions` are those of bntui, Python and libraries by name; `commit` is that
    of the checkout from which bntui ran, with '-dirty' if files differed from it. `cores` are those that the process
    could use, `threads` those that torch used. `train_samples` and `test_samples` are the sizes of the data set, and
    `data_hash` the SHA-256 of its tensors. `host` is known only if the user asked for it.
    """

    command: str = ""
    begun: str = ""
    ended: str = ""
    step: int = 0
    versions: Mapping[str, str] = field(default_factory=dict)
    commit: str = ""
    system: str = ""
    cpu: str = ""
    cores: int = 0
    threads: int = 0
    gpus: tuple[str, ...] = ()
    driver: str = ""
    dataset: str = ""
    train_samples: int = 0
    test_samples: int = 0
    data_hash: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """The state of training after `progress.steps` steps, from which it can go on as if it had never ended.

    `diverged` is the step at which each diverged variant diverged. `arrays` are those of the other variants, by
    'variant/network/name' (parameters and buffers), 'variant/optimizer/parameter/name', 'variant/schedule/name' (of the
    learning rate) and 'variant/probes/probe/name' (values of earlier steps).
    """

    progress: Progress
    diverged: Mapping[str, int]
    arrays: Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Loading:
    """The current preparation before the first step; `fraction` is its completed part in [0, 1], None if unknown."""

    text: str
    fraction: float | None = None


Event = RunInfo | Measurement | Notice | Progress | Checkpoint
