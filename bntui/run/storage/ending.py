"""How a run ended that finished early because nothing was left to train."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bntui.records import Notice, divergence_steps
from bntui.spec import ExperimentSpec

ALL_DIVERGED = "every variant diverged"


def all_diverged(spec: ExperimentSpec, diverged: Collection[str]) -> bool:
    """Return whether all variants are among those that diverged."""
    return all(variant.name in diverged for variant in spec.variants)


def reason_of_end(spec: ExperimentSpec, notices: Iterable[Notice]) -> str:
    """Return ': every variant diverged', to follow the state and the number of steps, or ''."""
    return f": {ALL_DIVERGED}" * all_diverged(spec, divergence_steps(notices))
