"""Checks claims on runs: pairs the variants, draws the samples, and puts verdict, effect and reasons together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from bntui.claims.catalogue import CLAIMS
from bntui.claims.claim import Claim, Part, Result, Verdict
from bntui.claims.estimate import Estimate, estimate, too_little
from bntui.claims.interval import seeds_method
from bntui.claims.measured_run import Run, check_together
from bntui.claims.pairs import missing, pairs
from bntui.claims.sample import COMPARISONS, Sample, sample
from bntui.claims.verdict import by_divergence, by_interval, headline


def check(runs: Sequence[Run], claims: Iterable[Claim] = CLAIMS.values()) -> tuple[Result, ...]:
    """All claims, on one run or on several of one experiment, in the claims' order.

    Of one run the interval is over its steps and speaks of its seed only; of several it is over the
    seeds, each run giving one effect over the steps that all of them have reached. The same runs give
    the same results. A claim that cannot be checked on these runs is there once, undecided, with what is
    `missing`. Raises UserError where the runs do not belong together.
    """
    check_together(runs)
    until = min(run.reached for run in runs)
    return tuple(
        _check(runs, claim, variants, until) for claim in claims for variants in pairs(claim, runs[0].spec) or ((),)
    )


def _check(runs: Sequence[Run], claim: Claim, variants: tuple[str, ...], until: int) -> Result:
    absent = missing(claim, runs[0]) if variants else f"this needs a variant {claim.wants}"
    if absent:
        return Result(claim, variants, Verdict.UNDECIDED, _scope(runs), note=absent, missing=absent)
    samples = [sample(run, claim, variants, until) for run in runs]
    found, short = estimate(claim, samples), too_little(samples)
    ruling = (Verdict.UNDECIDED, short) if short else by_interval(claim, found)
    verdict, reason = by_divergence(claim, variants, runs, ruling)
    notes = (reason, *_divergences(claim, variants, runs), _left_out(samples))
    return _result(runs, claim, variants, found, verdict, "; ".join(filter(None, notes)))


def _result(
    runs: Sequence[Run], claim: Claim, variants: tuple[str, ...], found: Estimate, verdict: Verdict, note: str
) -> Result:
    rows = [_row(claim, found, at) for at in range(len(found.layers))]
    main = rows[headline(claim, found)]
    many = claim.quantity.layers != "network"
    return Result(
        claim,
        variants,
        verdict,
        scope=_scope(runs),
        method="circular block bootstrap over steps" if len(runs) == 1 else seeds_method(len(runs)),
        unit=claim.unit.format(*variants) + (f", in {main.layer}" if main.layer else ""),
        effect=main.effect,
        low=main.low,
        high=main.high,
        parts=tuple(row for row in rows if row.layer) if many else (),
        note=note,
    )


def _row(claim: Claim, found: Estimate, at: int) -> Part:
    log = COMPARISONS[claim.compare].log
    low, high = found.inner
    return Part(found.layers[at], *(_natural(float(each[at]), log) for each in (found.effect, low, high)))


def _natural(value: float, log: bool) -> float | None:
    if not math.isfinite(value):
        return None
    # A ratio beyond the range of floats is not one to print; nor does it hold anything.
    return math.exp(min(value, 700.0)) if log else value


def _scope(runs: Sequence[Run]) -> str:
    if len(runs) == 1:
        return f"seed {runs[0].spec.seed} only"
    return f"seeds {', '.join(str(run.spec.seed) for run in runs)}"


def _divergences(claim: Claim, variants: Sequence[str], runs: Sequence[Run]) -> list[str]:
    then = "its accuracy counts 0 from there" if claim.quantity.fails_at_divergence else "compared up to there"
    under = " under seed {}" if len(runs) > 1 else ""
    return [
        f"{variant} diverged at step {run.ended[variant]}{under.format(run.spec.seed)}: {then}"
        for run in runs
        for variant in variants
        if variant in run.ended
    ]


def _left_out(samples: Sequence[Sample]) -> str:
    seen, compared = sum(one.seen for one in samples), sum(one.size for one in samples)
    return f"{seen - compared} of {seen} measurements left out" if seen > compared else ""
