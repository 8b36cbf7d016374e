"""Check the claims about a whole grid: with which values of a swept key networks learn, and trends of metrics."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from bntui.claims.family import PValues, Ruling, decide
from bntui.claims.grid_claim import GRID_CLAIMS, GridClaim, GridResult, Learned
from bntui.claims.paired_t import ENOUGH
from bntui.claims.pairs import pairs
from bntui.claims.threshold import Difference, Range, compared, largest_learned, learned_width, trend
from bntui.records import State
from bntui.sweep.point import label
from bntui.sweep.progress import PointState
from bntui.sweep.results import MeasuredPoint, SweepResults, VariantResult

_LEAST_VALUES = 3
"""Values of a key below which a grid tells nothing of where learning ends."""


def check_grid(
    points: Sequence[MeasuredPoint], waiting: int = 0, claims: Iterable[GridClaim] = GRID_CLAIMS
) -> tuple[GridResult, ...]:
    """Check the claims on the finished points of a sweep; () where it sweeps no key that a claim is about.

    `waiting` is the number of points without a finished run. While there are any, and with fewer than three seeds,
    there are effects but no verdicts. All results of a sweep are one family, whose verdicts hold together.
    """
    cases = [case for claim in claims for case in _cases(claim, points)]
    tested = [case for case in cases if not waiting and case.tested]
    rulings = dict(zip(map(id, tested), decide([case.p for case in tested]), strict=True))
    return tuple(_result(case, rulings.get(id(case)), len(tested), waiting) for case in cases)


def check_sweep(states: Sequence[PointState]) -> tuple[GridResult, ...]:
    """Read the finished runs of a sweep, and check the claims on them.

    A point whose run failed is not waited for: the seed without it does not count.
    """
    waiting = sum(state.state not in (State.FINISHED, State.FAILED) for state in states)
    return check_grid(SweepResults().read(states), waiting)


@dataclass(frozen=True, eq=False)
class _Case:
    """A claim on two variants at one setting of the other keys.

    `by_seed` has for each value whether it learned, or the metric that the claim is about; `left_out` are values
    without a metric to compare, because a network did not learn.
    """

    claim: GridClaim
    variants: tuple[str, ...]
    key: str
    group: str
    values: tuple[float, ...]
    by_seed: Mapping[int, Mapping[str, tuple[float, ...]]]
    left_out: tuple[float, ...] = ()

    @property
    def tested(self) -> bool:
        return len(self.by_seed) >= ENOUGH and self.difference is not None

    @property
    def p(self) -> PValues:
        return self.difference.p if self.difference else PValues()

    @cached_property
    def ranges(self) -> list[Range]:
        """The logarithm of the ratio, for each seed."""
        logs = [math.log(value) for value in self.values]
        if self.claim.metric:
            return [trend(logs, *(seed[variant] for variant in self.variants)) for seed in self.by_seed.values()]
        measure = largest_learned if self.claim.learning == "largest" else learned_width
        first, second = self.variants
        return [measure(logs, seed[first]).minus(measure(logs, seed[second])) for seed in self.by_seed.values()]

    @cached_property
    def difference(self) -> Difference | None:
        """What the seeds say together; None with fewer than two, or where nothing learns."""
        return compared(self.ranges) if len(self.by_seed) > 1 and self.learns else None

    @property
    def learns(self) -> bool:
        """Whether anything learns, as far as the claim is about that."""
        return any(any(flags) for seed in self.by_seed.values() for flags in seed.values())


def _cases(claim: GridClaim, points: Sequence[MeasuredPoint]) -> list[_Case]:
    keys = dict.fromkeys(key for point in points for key in point.setting if key.rpartition(".")[2] in claim.keys)
    return [case for key in keys for case in _cases_of_key(claim, key, points)]


def _cases_of_key(claim: GridClaim, key: str, points: Sequence[MeasuredPoint]) -> list[_Case]:
    values = tuple(sorted({point.setting[key] for point in points if key in point.setting}))
    if len(values) < _LEAST_VALUES or values[0] <= 0:
        return []
    groups: dict[str, list[MeasuredPoint]] = {}
    for point in points:
        others = {name: value for name, value in point.setting.items() if name != key}
        groups.setdefault(label(others), []).append(point)
    return [
        _case(claim, variants, key, group, members)
        for group, members in groups.items()
        for variants in pairs(claim, members[0].spec)
    ]


def _case(claim: GridClaim, variants: tuple[str, ...], key: str, group: str, points: Sequence[MeasuredPoint]) -> _Case:
    values = sorted({point.setting[key] for point in points})
    # The loss about a network that does not learn is that of the start, whatever its depth.
    failed = {point.setting[key] for point in points for name in variants if _failed(point.variants.get(name))}
    left_out = tuple(value for value in values if claim.metric and value in failed)
    kept = tuple(value for value in values if value not in left_out)
    by_seed = _by_seed(claim, points, key, kept, variants) if len(kept) >= _LEAST_VALUES else {}
    return _Case(claim, variants, key, group, kept, by_seed, left_out)


def _failed(result: VariantResult | None) -> bool:
    return result is not None and result.learned is False


def _by_seed(
    claim: GridClaim, points: Sequence[MeasuredPoint], key: str, values: Sequence[Any], variants: Sequence[str]
) -> dict[int, dict[str, tuple[float, ...]]]:
    """Return what the claim is about, by variant and value, for each seed that has it everywhere."""
    found = {(point.seed, point.setting[key]): point.variants for point in points}
    by_seed = {
        seed: {
            variant: [_of(claim, found.get((seed, value), {}).get(variant)) for value in values] for variant in variants
        }
        for seed in sorted({point.seed for point in points})
    }
    return {
        seed: {variant: tuple(value for value in row if value is not None) for variant, row in rows.items()}
        for seed, rows in by_seed.items()
        if not any(value is None for row in rows.values() for value in row)
    }


def _of(claim: GridClaim, result: VariantResult | None) -> float | None:
    """Return what one variant of a point says to the claim; None where that is unknown."""
    if result is None:
        return None
    return result.metrics.get(claim.metric) if claim.metric else result.learned


def _result(case: _Case, ruling: Ruling | None, family: int, waiting: int) -> GridResult:
    result = GridResult(
        case.claim,
        case.variants,
        case.key,
        case.group,
        seeds=tuple(case.by_seed),
        unit=case.claim.unit.format(*case.variants),
        learned={
            variant: {seed: _learned(case.values, flags[variant]) for seed, flags in case.by_seed.items()}
            for variant in case.variants
            if not case.claim.metric
        },
        note="; ".join(_notes(case, waiting)),
        missing="" if case.by_seed else _missing(case),
    )
    if case.by_seed and case.difference:
        result = _with_effect(result, case.difference, case.ranges, tested=ruling is not None)
    elif len(case.by_seed) == 1:
        (only,) = case.ranges
        resolution = (None, None) if case.claim.metric else _natural(only)
        result = replace(result, effect=math.exp(only.middle), resolution=resolution)
    if ruling is None:
        return result
    return replace(result, verdict=ruling.verdict, p=case.p.smaller, p_adjusted=ruling.p_adjusted, family=family)


def _missing(case: _Case) -> str:
    if len(case.values) < _LEAST_VALUES:
        return f"this needs {_LEAST_VALUES} values with which both learn"
    measured = f", with the metric {case.claim.metric}" if case.claim.metric else ""
    return f"this needs a seed with which every value of the grid is finished{measured}"


def _with_effect(result: GridResult, found: Difference, ranges: Sequence[Range], *, tested: bool) -> GridResult:
    low, high = _natural(Range(found.low, found.high, found.mean.open_low, found.mean.open_high))
    return replace(
        result,
        effect=math.exp(found.mean.middle),
        resolution=(None, None) if result.claim.metric else _natural(found.mean),
        low=low if tested else None,
        high=high if tested else None,
    )


def _natural(logs: Range) -> tuple[float | None, float | None]:
    """Return the ends of a ratio; None where the grid ends before."""
    return None if logs.open_low else math.exp(logs.low), None if logs.open_high else math.exp(logs.high)


def _learned(values: Sequence[float], flags: Sequence[float]) -> Learned:
    learning = [index for index, each in enumerate(flags) if each]
    if not learning:
        return Learned(None, None, values[0])
    first, last = learning[0], learning[-1]
    beyond = values[last + 1] if last + 1 < len(values) else None
    return Learned(values[first], values[last], beyond, tuple(values[at] for at in range(first, last) if not flags[at]))


def _notes(case: _Case, waiting: int) -> Iterable[str]:
    """Yield what a reader of the verdict must know of the grid."""
    if waiting:
        yield f"{waiting} points of the sweep are not finished"
    if case.left_out:
        values = ", ".join(f"{value:g}" for value in case.left_out)
        yield f"without {values}, with which not both learn under every seed"
    if case.claim.metric:
        return
    if case.by_seed and not case.learns:
        yield "nothing learns with any value of the grid"
        return
    for variant in case.variants:
        flags = [seed[variant] for seed in case.by_seed.values()]
        at_end = sum(each[-1] for each in flags)
        if at_end:
            yield f"{variant} learns with the grid's last value under {at_end} of {len(flags)} seeds: extend the grid"
        never = sum(not any(each) for each in flags)
        if never:
            yield f"{variant} learns with no value under {never} of {len(flags)} seeds"
        gaps = sum(bool(_learned(case.values, each).gaps) for each in flags)
        if gaps:
            yield f"{variant} fails with values between others that learn under {gaps} of {len(flags)} seeds"
