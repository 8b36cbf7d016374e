"""The variants of a run that a claim compares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any, Protocol

from bntui.claims.claim import Claim
from bntui.claims.measured_run import MeasuredRun
from bntui.claims.sample import layers_of
from bntui.spec import ExperimentSpec, VariantSpec


class OfKinds(Protocol):
    """A claim about variants of these kinds, the first against the second."""

    @property
    def kinds(self) -> tuple[tuple[str, ...], ...]:
        """Alternative kinds, for each variant of the claim."""


def pairs(claim: OfKinds, spec: ExperimentSpec, differing: Iterable[str] = ()) -> tuple[tuple[str, ...], ...]:
    """Return the names of the variants to compare, one tuple for each result of the claim.

    Their options are equal, but for those of the optimizer that are named in `differing`.
    """
    ignored = dict.fromkeys(differing)
    of_kind = [[variant for variant in spec.variants if variant.kind in kinds] for kinds in claim.kinds]
    return tuple(
        tuple(variant.name for variant in variants)
        for variants in product(*of_kind)
        if all(_options(variant, spec, ignored) == _options(variants[0], spec, ignored) for variant in variants)
    )


def missing(claim: Claim, run: MeasuredRun) -> str:
    """Name what the claim needs and the run does not measure; '' if nothing."""
    quantity, info = claim.quantity, run.history.info
    if not layers_of(run, quantity):
        measured = {column.name for column in info.columns_of(quantity.probe)}
        absent = next((name for name in quantity.columns if name not in measured), quantity.name)
        return f"this needs {quantity.probe}.{absent}, which is not measured"
    if claim.compare == "share" and run.history.info.chance is None:
        return f"this needs the accuracy of guessing, which is not known for {info.dataset}"
    return ""


def _options(variant: VariantSpec, spec: ExperimentSpec, ignored: Mapping[str, None]) -> dict[str, Any]:
    """Return what must be equal for a comparison: optimizer, seed and gain, the run's where a variant has none."""
    return {
        "optimizer": spec.optimizer_of(variant.name).model_copy(update=ignored),
        "seed": spec.seed if variant.seed is None else variant.seed,
        "gain": spec.gain if variant.gain is None else variant.gain,
    }
