"""What the finished points of a sweep came to, read from their runs: of each only the columns that metrics need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from bntui.records import State, UserError, divergence_steps
from bntui.run.series.history import Curves, History
from bntui.run.series.learning import learned
from bntui.run.storage.reader import RunReader
from bntui.spec import ExperimentSpec
from bntui.sweep.metrics import METRICS, MeasuredVariant
from bntui.sweep.progress import PointState

_PROBES = tuple(dict.fromkeys(metric.probe for metric in METRICS.values()))


@dataclass(frozen=True, slots=True)
class VariantResult:
    """What one variant of a run came to: the metrics that it has, by name.

    `diverged` is the step at which it diverged, or None; `learned` is None where that is unknown, as in regression.
    """

    metrics: Mapping[str, float]
    diverged: int | None = None
    learned: bool | None = None


@dataclass(frozen=True, slots=True)
class MeasuredPoint:
    """A finished point of a sweep: its setting (swept key → value), its spec, and the results by variant."""

    setting: Mapping[str, Any]
    spec: ExperimentSpec
    variants: Mapping[str, VariantResult]

    @property
    def seed(self) -> int:
        """The seed of the point's run."""
        return self.spec.seed


class SweepResults:
    """The results of the finished points of a sweep, read again and again.

    `errors` are the reasons why runs could not be read, by the point's label; they are tried again.
    """

    def __init__(self) -> None:
        self.errors: dict[str, str] = {}

    def read(self, states: Iterable[PointState]) -> tuple[MeasuredPoint, ...]:
        """Return what the finished points came to, in the order of `states`; unreadable runs are left out."""
        measured, errors = [], {}
        for state in states:
            if state.state != State.FINISHED or state.run is None:
                continue
            try:
                measured.append(MeasuredPoint(state.point.setting, state.point.spec, _finished(state.run.folder)))
            except UserError as error:
                errors[state.point.label] = str(error)
        self.errors = errors
        return tuple(measured)


@lru_cache(maxsize=4096)
def _finished(folder: Path) -> Mapping[str, VariantResult]:
    """Return the results of a finished run, which is read once in a process."""
    return results_of(folder)


def results_of(folder: Path) -> dict[str, VariantResult]:
    """Read what every variant of a stored run came to; {} if nothing was measured. Raises UserError."""
    with RunReader(folder) as reader, reader.snapshot():
        if reader.info is None:
            return {}
        columns = tuple(column for column in reader.info.columns if column.probe in _PROBES)
        history = History(replace(reader.info, columns=columns))
        history.extend(reader.measurements(probes=_PROBES))
        return results(history, reader.spec, divergence_steps(reader.notices()))


def shown_first(points: Iterable[MeasuredPoint], chosen: str = "") -> str:
    """Return the metric that is shown first: the chosen one, else the first that any of the points has."""
    measured = _measured(points)
    return chosen or next((name for name in METRICS if name in measured), next(iter(METRICS)))


def offered(points: Iterable[MeasuredPoint]) -> tuple[str, ...]:
    """Return the metrics without those that networks of another task have."""
    tasks = {METRICS[name].task for name in _measured(points)} - {""}
    return tuple(name for name, metric in METRICS.items() if not (tasks and metric.task) or metric.task in tasks)


def _measured(points: Iterable[MeasuredPoint]) -> set[str]:
    return {name for point in points for result in point.variants.values() for name in result.metrics}


def results(curves: Curves, spec: ExperimentSpec, diverged: Mapping[str, int]) -> dict[str, VariantResult]:
    """Return what every variant of a run came to; `diverged` is the step at which each diverged variant diverged."""
    variants = [MeasuredVariant(name, curves, spec, diverged.get(name)) for name in curves.info.variants]
    return {variant.name: _result(variant, curves.info.chance) for variant in variants}


def _result(variant: MeasuredVariant, chance: float | None) -> VariantResult:
    values = {name: metric.value(variant) for name, metric in METRICS.items()}
    has_learned = learned(variant.points("train", "accuracy"), variant.spec.batch_size, chance)
    return VariantResult(
        metrics={name: value for name, value in values.items() if value is not None},
        diverged=variant.diverged,
        # Without a single accuracy, a diverged variant of a classification has not learned either.
        learned=False if variant.diverged is not None and chance else has_learned,
    )
