"""The expected speed of a run on this machine, from earlier runs."""

from __future__ import annotations

import platform
from collections.abc import Iterable

from bntui.run.storage.summary import Summary
from bntui.spec import ExperimentSpec


def expected_rate(spec: ExperimentSpec, runs: Iterable[Summary]) -> float | None:
    """Return the steps per second of the first comparable run on this machine; None if there is none.

    Comparable runs train the same network with the same batch size, and either the same preset or as many variants
    with the same probe schedules; runs of the same preset come first.
    """
    comparable = [
        run for run in runs if run.host == platform.node() and run.progress.seconds > 0 and _comparable(run, spec)
    ]
    comparable.sort(key=lambda run: run.preset != spec.name)
    return next((run.progress.steps / run.progress.seconds for run in comparable if run.progress.steps), None)


def _comparable(run: Summary, spec: ExperimentSpec) -> bool:
    other = run.spec
    if other is None or (other.network, other.batch_size) != (spec.network, spec.batch_size):
        return False
    return other.name == spec.name or (len(other.variants), _schedules(other)) == (len(spec.variants), _schedules(spec))


def _schedules(spec: ExperimentSpec) -> dict[str, int]:
    """Return the steps between measurements of each probe; `train` is added because presets omit it."""
    return {"train": 1, **spec.schedules}
