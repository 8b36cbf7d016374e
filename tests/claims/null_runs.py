"""Runs with nothing to find: two variants that differ in their random numbers only, made up, and trained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from bntui.claims.case import cases_of
from bntui.claims.catalogue import CLAIMS
from bntui.claims.check import rulings
from bntui.claims.measured_run import MeasuredRun
from bntui.claims.result import Verdict
from bntui.records import Column, Measurement, Notice, RunInfo
from bntui.run.series.history import NO_POINTS, History, Key, Points
from bntui.spec import ExperimentSpec, VariantSpec, parse

PAIR = ("bn", "standard")
LAYERS = ("conv1", "conv2", "fc1")
COLUMNS = (
    Column("train", "loss"),
    Column("train", "accuracy"),
    *(Column("smoothness", name) for name in ("loss_min", "loss_max", "grad_diff_max", "beta")),
    *(Column("ics", name, layer) for name in ("l2", "cosine") for layer in LAYERS),
    *(Column("activation_beta", "beta", layer) for layer in LAYERS),
)
SPEC = ExperimentSpec(
    name="null",
    network="vgg-mini",
    dataset="digits",
    steps=60,
    variants=tuple(VariantSpec(name=name, kind=name) for name in PAIR),
)
STEPS = np.arange(SPEC.steps, dtype=np.int32)
CHECKED = [claim for claim in CLAIMS.values() if claim.kinds == (("bn",), ("standard",))]


def false_verdicts(runs: Sequence[MeasuredRun]) -> list[str]:
    """Check all claims about two variants on runs of equal ones, and return those that get a false verdict, by id.

    Where the bound means 'no effect' any verdict is false; where there is a margin, a contradiction.
    """
    ruled = rulings(cases_of({"": runs}, CHECKED))
    allowed = {case: (Verdict.UNDECIDED, *([Verdict.SUPPORTED] if case.claim.reason else [])) for case in ruled}
    return [case.claim.id for case, ruling in ruled.items() if ruling.verdict not in allowed[case]]


def decidable(runs: Sequence[MeasuredRun]) -> bool:
    """Whether the effects under these seeds can be compared, so that a verdict is possible."""
    return any(not case.missing and not case.unclear for case in cases_of({"": runs}, CHECKED))


@dataclass(frozen=True)
class ArrayCurves:
    """Curves that are whole from the beginning, measured at every step."""

    info: RunInfo
    curves: Mapping[Key, Points]
    version: int = 1

    def points(self, key: Key) -> Points:
        return self.curves.get(key, NO_POINTS)

    def seeds(self, key: Key) -> Mapping[int, Points]:
        return {0: self.points(key)}

    def settled(self, variant: str) -> int:
        return self.info.steps

    def style_index(self, variant: str) -> int:
        return self.info.variants.index(variant)


def made_set(generator: np.random.Generator, seeds: int) -> list[MeasuredRun]:
    """Runs whose variants have levels and wanderings of their own, drawn from the same distribution.

    A curve is its level, which differs with the seed, plus a drift whose value at a step has the correlation 0.9 with
    the next, as curves of training have. All quantities of a variant share a part of the level, as they share the
    network.
    """
    info = RunInfo(COLUMNS, PAIR, LAYERS, SPEC.steps, 24, "digits", "cpu", "cpu", classes=10, majority=0.1)
    return [
        MeasuredRun(replace_seed(SPEC, seed), ArrayCurves(info, dict(_made_curves(generator)))) for seed in range(seeds)
    ]


def replace_seed(spec: ExperimentSpec, seed: int) -> ExperimentSpec:
    return spec.model_copy(update={"seed": seed})


def _made_curves(generator: np.random.Generator) -> Iterator[tuple[Key, Points]]:
    for variant in PAIR:
        shared = generator.normal()
        levels = 0.3 * (shared + generator.normal(size=len(COLUMNS)))
        wanderings = _correlated(generator, len(COLUMNS), SPEC.steps)
        for column, level, wandering in zip(COLUMNS, levels, wanderings, strict=True):
            curve = level + 0.3 * wandering
            natural = 0.7 + 0.05 * curve if column.name in ("accuracy", "cosine") else np.exp(curve)
            if column.name == "loss_max":
                natural = natural + 20.0
            yield Key(variant, column.probe, column.name, column.layer), Points(STEPS, natural.astype(np.float32))


def _correlated(
    generator: np.random.Generator, rows: int, steps: int, correlation: float = 0.9
) -> npt.NDArray[np.float64]:
    values = generator.normal(size=(rows, steps))
    for step in range(1, steps):
        values[:, step] = correlation * values[:, step - 1] + np.sqrt(1 - correlation**2) * values[:, step]
    return values


TRAINED = """
network = "blog-cnn"
variants = ["bn"]
dataset = "digits"
steps = 100
batch_size = 20
[optimizer]
lr = 0.3
[probes]
train = { every = 1 }
test = { every = 0 }
smoothness = { every = 10, etas = [0.5, 4.0] }
"""


def trained_sets(count: int, seeds: int) -> list[list[MeasuredRun]]:
    """`count` sets of `seeds` runs, 100 steps on the digits; half are of plain networks, half have BatchNorm.

    One training gives a run of both kinds: it trains two plain networks and two with BatchNorm, with initial weights
    of their own.
    """
    sets: list[list[MeasuredRun]] = []
    for first in range(0, count, 2):
        runs = [_trained(seed) for seed in range(first * seeds, (first + 1) * seeds)]
        sets.extend([[of_kind[kind] for of_kind in runs] for kind in PAIR])
    return sets[:count]


def _trained(seed: int) -> dict[str, MeasuredRun]:
    from bntui.data import load
    from bntui.data.request import Request
    from bntui.train import resolve, train

    variants = tuple(
        VariantSpec(name=f"{kind}-{twin}", kind=kind, seed=10_000 * (at + 1) + seed)
        for kind in PAIR
        for at, twin in enumerate(PAIR)
    )
    spec = resolve(parse(TRAINED, "null").model_copy(update={"seed": seed, "variants": variants}))
    kept = (RunInfo, Measurement, Notice)
    events = [event for event in train(spec, load("digits", Request((1, 28, 28)))) if isinstance(event, kept)]
    return {kind: _of_kind(kind, spec, events) for kind in PAIR}


def _of_kind(kind: str, spec: ExperimentSpec, events: Sequence[object]) -> MeasuredRun:
    """The run of two variants of one kind, as if one of them were plain and the other had BatchNorm."""
    names = {f"{kind}-{twin}": twin for twin in PAIR}
    (info,) = (event for event in events if isinstance(event, RunInfo))
    history = History(replace(info, variants=PAIR))
    history.extend(
        replace(event, variant=names[event.variant])
        for event in events
        if isinstance(event, Measurement) and event.variant in names
    )
    notices = tuple(
        replace(event, variant=names[event.variant])
        for event in events
        if isinstance(event, Notice) and event.variant in names
    )
    variants = tuple(VariantSpec(name=name, kind=name) for name in PAIR)
    return MeasuredRun(spec.model_copy(update={"variants": variants}), history, notices)
