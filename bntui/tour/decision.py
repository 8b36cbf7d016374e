"""Which answers to a chapter's question are right, decided by what the reader's own run measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bntui.claims.catalogue import CLAIMS
from bntui.claims.check import check
from bntui.claims.measured_run import MeasuredRun
from bntui.claims.result import Result
from bntui.explanations import explanation_of
from bntui.number_format import MISSING, significant
from bntui.run.series.history import Key
from bntui.sweep.metrics import METRICS, MeasuredVariant
from bntui.tour.chapter import Answer, Comparison, Question

Values = npt.NDArray[np.float64]
_REDUCTIONS: Mapping[str, Callable[[Values], float]] = {
    "mean": lambda values: float(values.mean()),
    "last": lambda values: float(values[-1]),
    "largest": lambda values: float(values.max()),
    "smallest": lambda values: float(values.min()),
    "jump": lambda values: float(np.abs(np.diff(values)).mean()),
}
_OVER = {"mean": "mean", "last": "last value", "largest": "largest value", "smallest": "smallest value", "jump": "jump"}
_ALIKE = "about the same"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a run says about a question.

    `right` are the places of the right answers, none where the run does not decide. `best` are the variants that came
    first, None where none were compared. `measured` names the quantity and tells each value, or says why there is none.
    """

    right: frozenset[int]
    measured: tuple[tuple[str, str], ...] = ()
    quantity: str = ""
    best: frozenset[str] | None = None


def answers_of(question: Question, variants: Sequence[str]) -> tuple[Answer, ...]:
    """Return the answers to choose from, for a run of these variants."""
    if question.answers:
        return question.answers
    if question.compare is None:
        return Answer(text="yes"), Answer(text="no")
    compared = question.compare.variants or tuple(variants)
    each = [Answer(text=name, variants=(name,)) for name in compared]
    return *each, Answer(text=_ALIKE, variants=compared)


def decide(question: Question, run: MeasuredRun | None) -> Decision:
    """Return what a run, of which there is none where all is done by hand, says about the question."""
    if question.right is not None:
        return Decision(frozenset([question.right - 1]))
    if run is None:
        return Decision(frozenset())
    if question.compare is not None:
        return _compared(question, question.compare, run)
    return _by_effect(question.claim, run)


def effects(ids: Iterable[str], run: MeasuredRun) -> tuple[Result, ...]:
    """Return the effects of these claims in one run, which gives no verdict."""
    return check([run], [CLAIMS[id] for id in ids])


def within(result: Result) -> bool | None:
    """Return whether the effect lies within the claim's bounds; None where it is undefined."""
    if result.effect is None:
        return None
    low, high = result.claim.bounds
    return low < result.effect < high


def all_within(results: Sequence[Result]) -> bool | None:
    """Return whether all effects lie within the bounds, or all outside; None where they differ, or there is none."""
    sides = {within(result) for result in results if not result.missing}
    return sides.pop() if len(sides) == 1 else None


def _by_effect(claim: str, run: MeasuredRun) -> Decision:
    results = effects([claim], run)
    side = all_within(results)
    told = tuple(
        (" : ".join(result.variants), f"{significant(result.effect)} ({result.unit})")
        for result in results
        if result.effect is not None
    )
    quantity = f"effect, to lie {results[0].claim.bounds_text}" if results else ""
    return Decision(frozenset() if side is None else frozenset([0 if side else 1]), told, quantity)


def _compared(question: Question, compare: Comparison, run: MeasuredRun) -> Decision:
    names = compare.variants or run.history.info.variants
    values = {name: _value(compare, name, run) for name in names}
    best = _best(compare, values)
    answers = answers_of(question, names)
    exact = {place for place, answer in enumerate(answers) if frozenset(answer.variants) == best}
    part = {place for place, answer in enumerate(answers) if answer.variants and best.issuperset(answer.variants)}
    told = tuple((name, _text(compare, name, values[name], run)) for name in names)
    return Decision(frozenset(exact or part), told, _quantity(compare), best)


def _best(compare: Comparison, values: Mapping[str, float | None]) -> frozenset[str]:
    """Return the variants within the margin of the one asked for; none without any value."""
    absent = frozenset(name for name, value in values.items() if value is None)
    if absent and compare.absent == "first":
        return absent
    present = {name: value for name, value in values.items() if value is not None}
    if not present:
        return frozenset()
    first = max(present.values()) if compare.wanted == "highest" else min(present.values())
    return frozenset(name for name, value in present.items() if _alike(compare, first, value))


def _alike(compare: Comparison, first: float, value: float) -> bool:
    if compare.factor is None:
        # A difference of floats may exceed a margin that it equals.
        return abs(first - value) <= (compare.margin or 0.0) * (1 + 1e-9)
    low, high = sorted([abs(first), abs(value)])
    return (first < 0) == (value < 0) and high <= compare.factor * low


def _value(compare: Comparison, variant: str, run: MeasuredRun) -> float | None:
    diverged = run.ended.get(variant)
    if compare.metric:
        return METRICS[compare.metric].value(MeasuredVariant(variant, run.history, run.spec, diverged))
    if diverged is not None:
        return None
    of_layers = [_of_curve(compare, variant, layer, run) for layer in _layers(compare, run)]
    defined = [value for value in of_layers if value is not None]
    return float(np.mean(defined)) if defined else None


def _layers(compare: Comparison, run: MeasuredRun) -> tuple[str, ...]:
    return run.history.info.layers if compare.layer == "mean" else (compare.layer,)


def _of_curve(compare: Comparison, variant: str, layer: str, run: MeasuredRun) -> float | None:
    points = run.history.points(Key(variant, compare.probe, compare.name, layer))
    first = max(run.reached - compare.last, 0) if compare.last else 0
    values = points.values[int(points.count_before(first)) :].astype(np.float64)
    values = values[np.isfinite(values)]
    return _REDUCTIONS[compare.over](values) if len(values) > (compare.over == "jump") else None


def _text(compare: Comparison, variant: str, value: float | None, run: MeasuredRun) -> str:
    if value is None and variant in run.ended:
        return f"diverged at step {run.ended[variant]:,}"
    if not compare.metric:
        return significant(value)
    metric = METRICS[compare.metric]
    return metric.text(value) if value is not None else metric.absent or MISSING


def _quantity(compare: Comparison) -> str:
    """Return what was compared, and over which part of the run."""
    if compare.metric:
        metric = METRICS[compare.metric]
        return f"{metric.title} ({metric.note})"
    known = explanation_of(compare.probe, compare.name)
    title = known.title if known else f"{compare.probe}.{compare.name}"
    where = {"": "", "mean": ", mean of all layers"}.get(compare.layer, f" in {compare.layer}")
    part = f"the last {compare.last} steps" if compare.last else "the whole run"
    return f"{title}{where} ({_OVER[compare.over]} over {part})"
