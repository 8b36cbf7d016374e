"""How long a run will take here, from how long earlier ones took."""

from __future__ import annotations

import platform
from collections.abc import Iterable

from bntui.run.storage.listing import Summary
from bntui.spec import ExperimentSpec


def rate(spec: ExperimentSpec, runs: Iterable[Summary]) -> float | None:
    """Steps a second to expect, from the first of the runs that cost as much a step on this machine; None: not known.

    A run of the same preset goes before others that train the same network on as many samples and variants, and
    measure the same as often.
    """
    alike = [run for run in runs if run.host == platform.node() and run.progress.seconds > 0 and _alike(run, spec)]
    alike.sort(key=lambda run: run.preset != spec.name)
    return next((run.progress.steps / run.progress.seconds for run in alike if run.progress.steps), None)


def _alike(run: Summary, spec: ExperimentSpec) -> bool:
    other = run.spec
    if other is None or (other.network, other.batch_size) != (spec.network, spec.batch_size):
        return False
    return other.name == spec.name or (len(other.variants), _often(other)) == (len(spec.variants), _often(spec))


def _often(spec: ExperimentSpec) -> dict[str, int]:
    """The steps between two measurements of each probe; what a preset leaves out is filled in once it is trained."""
    return {"train": 1, **{name: options["every"] for name, options in spec.probes.items() if "every" in options}}
