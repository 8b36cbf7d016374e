"""What a run spent, in memory: seconds, CPU, memory, GPUs. One thread appends, any thread reads."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bntui.records import Reading
from bntui.run.series.measured_table import GrowingArray

Reals = npt.NDArray[np.float64]


class Times(NamedTuple):
    """The seconds of training (k,) that a variant took, without what probes took, at numbers of steps (k,).

    Both begin at 0, which is all where the seconds are not known, never fall, and end where the variant diverged.
    """

    steps: Reals
    seconds: Reals

    @property
    def known(self) -> bool:
        """Whether there is more than the beginning."""
        return len(self.steps) > 1


class Usage(NamedTuple):
    """The name of one quantity of the readings.

    `name` is 'seconds', 'probe_seconds' (of these), 'cpu' (% of one core) or 'memory' (bytes) of the process;
    'seconds' of a variant; or a field of `GpuReading` of a GPU, whose number is `of`.
    """

    name: str
    of: str | int = ""


SECONDS, PROBE_SECONDS, CPU, MEMORY = map(Usage, ("seconds", "probe_seconds", "cpu", "memory"))


class Readings:
    """The readings of a run so far, as curves over its steps.

    What the process used is not looked at for each reading: then its values are NaN, as where they are unknown.
    """

    def __init__(self) -> None:
        self._steps = GrowingArray(np.empty(0, np.float64))
        self._curves: dict[Usage, GrowingArray[np.float64]] = {}
        self._gpus = 0

    @property
    def version(self) -> int:
        """The number of readings."""
        return self._steps.length

    @property
    def gpus(self) -> int:
        """The number of GPUs that were looked at."""
        return self._gpus

    @property
    def steps(self) -> Reals:
        """The number of steps done at each reading (n,), which never falls."""
        return self._steps.array[: self._steps.length]

    def curve(self, usage: Usage) -> Reals:
        """Return the values of one quantity at each reading (n,), NaN where it is unknown."""
        length, curve = self._steps.length, self._curves.get(usage)
        if curve is None:
            return np.full(length, math.nan)
        known = curve.array[: min(length, curve.length)]
        return np.concatenate([known, np.full(length - len(known), math.nan)]) if len(known) < length else known

    def append(self, reading: Reading) -> None:
        """Append a reading, of at least as many steps as the last one."""
        values = dict(usages(reading))
        before = self._steps.length
        for usage, value in values.items():
            curve = self._curves.setdefault(usage, GrowingArray(np.empty(0, np.float64)))
            curve.extend(np.array([*[math.nan] * (before - curve.length), value]))
        if reading.system:
            self._gpus = max(self._gpus, len(reading.system.gpus))
        # Last, so that a reader finds all values of the steps that it sees.
        self._steps.extend(np.array([reading.progress.steps], np.float64))

    def times(self, variant: str) -> Times:
        """Return the seconds of training of a variant so far."""
        steps = self.steps
        # Perhaps of more readings by now.
        seconds = self.curve(Usage("seconds", variant))[: len(steps)]
        known = np.isfinite(seconds)
        return Times(np.append(0.0, steps[known]), np.append(0.0, seconds[known]))


def usages(reading: Reading) -> Iterator[tuple[Usage, float]]:
    """Yield the quantities of one reading with their values, NaN where unknown."""
    progress, system = reading.progress, reading.system
    yield SECONDS, progress.seconds
    yield PROBE_SECONDS, progress.probe_seconds
    for variant, seconds in progress.variant_seconds.items():
        yield Usage("seconds", variant), seconds
    if system:
        yield CPU, system.cpu
        yield MEMORY, system.memory
        for number, gpu in enumerate(system.gpus):
            values: Mapping[str, float] = asdict(gpu)
            for name, value in values.items():
                yield Usage(name, number), value


def mean_times(seeds: Sequence[Times]) -> Times:
    """Return the mean over seeds: of what each took for the same steps, as long as it was trained."""
    steps = np.unique(np.concatenate([seed.steps for seed in seeds]))
    if not all(seed.known for seed in seeds):
        return Times(steps[:1], np.zeros(1))
    taken = np.diff([np.interp(steps, seed.steps, seed.seconds, right=math.nan) for seed in seeds], axis=1)
    return Times(steps, np.append(0.0, np.cumsum(np.nanmean(taken, axis=0))))
