"""The variants of a run that a claim compares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any, Protocol

from bntui.claims.claim import Claim
from bntui.claims.measured_run import MeasuredRun
from bntui.claims.sample import layers_of
from bntui.spec import ExperimentSpec, VariantSpec

FEWEST_ACROSS = 3
"""Variants of one kind below which values of a key tell nothing of how much it matters."""


class OfKinds(Protocol):
    """A claim about variants of these kinds, the first against the second."""

    @property
    def kinds(self) -> tuple[tuple[str, ...], ...]:
        """Alternative kinds, for each variant of the claim."""


def pairs(
    claim: OfKinds, spec: ExperimentSpec, differing: Sequence[str] = (), across: str = ""
) -> tuple[tuple[str, ...], ...]:
    """Return the names of the variants to compare, one tuple for each result of the claim.

    Their settings are equal, but for the keys in `differing`, and so are options that the spec gives to both. Of two
    variants of the same kind, the second has the smallest value of these keys in the run, and the first a larger one.
    With `across`, sets of variants are compared: all of the first kind that differ only in this key, rising, and then
    those of the second, with the same values.
    """
    of_kind = [[variant for variant in spec.variants if variant.kind in kinds] for kinds in claim.kinds]
    if across:
        sides = [_sets(variants, spec, across) for variants in of_kind]
        compared = [first + second for first, second in product(*sides) if _alike(first, second, spec, across)]
    else:
        compared = [list(variants) for variants in product(*of_kind) if _paired(variants, spec, differing)]
    return tuple(tuple(variant.name for variant in variants) for variants in compared)


def _paired(variants: Sequence[VariantSpec], spec: ExperimentSpec, differing: Sequence[str]) -> bool:
    settings = [_setting(variant, spec) for variant in variants]
    if any(_without(setting, differing) != _without(settings[0], differing) for setting in settings):
        return False
    if len({variant.kind for variant in variants}) == len(variants):
        options = [variant.options for variant in variants]
        given = options[0].keys() & options[-1].keys() - set(differing)
        return all(options[0][key] == options[-1][key] for key in given)
    values = [[_setting(variant, spec)[key] for key in differing] for variant in spec.variants]
    first, second = ([setting[key] for key in differing] for setting in settings)
    return second == min(values) and first > second


def _sets(variants: Iterable[VariantSpec], spec: ExperimentSpec, key: str) -> list[list[VariantSpec]]:
    """Return the variants of equal setting but for the key, rising by it, where there are at least three."""
    found: dict[str, list[VariantSpec]] = {}
    for variant in sorted(variants, key=lambda variant: _setting(variant, spec)[key]):
        found.setdefault(f"{variant.kind} {_without(_setting(variant, spec), [key])}", []).append(variant)
    return [each for each in found.values() if len(each) >= FEWEST_ACROSS]


def _alike(first: Sequence[VariantSpec], second: Sequence[VariantSpec], spec: ExperimentSpec, key: str) -> bool:
    """Return whether two sets have the same values of the key, and otherwise one setting."""
    sides = [[_setting(variant, spec) for variant in variants] for variants in (first, second)]
    return sides[0] == sides[1] and all(_without(each, [key]) == _without(sides[0][0], [key]) for each in sides[1])


def starting_apart(compared: Iterable[tuple[str, ...]], spec: ExperimentSpec) -> tuple[tuple[str, ...], ...]:
    """Return the first of all variants compared that start as equal networks, whatever their optimizers do later."""
    variants = {variant.name: variant for variant in spec.variants}
    found: dict[str, tuple[str, ...]] = {}
    for names in compared:
        start = [(variants[name].kind, variants[name].options, _start(variants[name], spec)) for name in names]
        found.setdefault(str(start), names)
    return tuple(found.values())


def missing(claim: Claim, run: MeasuredRun) -> str:
    """Name what the claim needs and the run does not measure; '' if nothing."""
    quantity, info = claim.quantity, run.history.info
    if not layers_of(run, quantity):
        measured = {column.name for column in info.columns_of(quantity.probe)}
        absent = next((name for name in quantity.columns if name not in measured), quantity.name)
        return f"this needs {quantity.probe}.{absent}, which is not measured"
    if claim.compare == "share" and run.history.info.chance is None:
        return f"this needs the accuracy of guessing, which is not known for {info.dataset}"
    if quantity.per_second and not all(run.readings.times(variant).known for variant in info.variants):
        return "this needs the seconds of training of each variant, which the run did not keep"
    if claim.full_batch and info.steps_per_epoch > 1:
        return "this needs batches of all training samples"
    return ""


def _setting(variant: VariantSpec, spec: ExperimentSpec) -> dict[str, Any]:
    """Return the keys that a variant may have of its own, the run's where it has none."""
    return {
        **spec.optimizer_of(variant.name).model_dump(),
        **_start(variant, spec),
    }


def _start(variant: VariantSpec, spec: ExperimentSpec) -> dict[str, Any]:
    """Return those of the keys that the network before training depends on."""
    return {
        "seed": spec.seed if variant.seed is None else variant.seed,
        "gain": spec.gain if variant.gain is None else variant.gain,
        "dropout": spec.network_of(variant).options.get("dropout", 0.0),
    }


def _without(setting: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    return {key: value for key, value in setting.items() if key not in keys}
