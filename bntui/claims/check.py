"""Check claims on runs: pair the variants, draw the samples, and combine verdict, effect and reasons."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from bntui.claims.catalogue import CLAIMS
from bntui.claims.claim import Claim, Part, Result, Verdict
from bntui.claims.estimate import Estimate, estimate_effect, insufficient_data
from bntui.claims.interval import seeds_method
from bntui.claims.measured_run import MeasuredRun, check_together
from bntui.claims.pairs import missing, pairs
from bntui.claims.sample import COMPARISONS, Sample, sample
from bntui.claims.verdict import by_divergence, by_interval, headline


def check(runs: Sequence[MeasuredRun], claims: Iterable[Claim] = CLAIMS.values()) -> tuple[Result, ...]:
    """Check the claims on one run or on several of one experiment, in the order of `claims`.

    For one run the interval is over its steps and holds for its seed only; for several it is over the seeds, each
    run giving one effect over the steps that all of them have reached. The same runs give the same results. A claim
    that cannot be checked on these runs gives one undecided result, whose `missing` says why. Raises UserError
    unless the runs belong to one experiment.
    """
    check_together(runs)
    until = min(run.reached for run in runs)
    return tuple(
        _check(runs, claim, variants, until) for claim in claims for variants in pairs(claim, runs[0].spec) or ((),)
    )


def _check(runs: Sequence[MeasuredRun], claim: Claim, variants: tuple[str, ...], until: int) -> Result:
    absent = missing(claim, runs[0]) if variants else f"this needs a variant {claim.required_variants}"
    if absent:
        return Result(claim, variants, Verdict.UNDECIDED, _scope(runs), note=absent, missing=absent)
    samples = [sample(run, claim, variants, until) for run in runs]
    estimate, insufficient = estimate_effect(claim, samples), insufficient_data(samples)
    ruling = (Verdict.UNDECIDED, insufficient) if insufficient else by_interval(claim, estimate)
    verdict, reason = by_divergence(claim, variants, runs, ruling)
    notes = (reason, *_divergences(claim, variants, runs), _left_out(samples))
    return _result(runs, claim, variants, estimate, verdict, "; ".join(filter(None, notes)))


def _result(
    runs: Sequence[MeasuredRun],
    claim: Claim,
    variants: tuple[str, ...],
    estimate: Estimate,
    verdict: Verdict,
    note: str,
) -> Result:
    parts = [_part(claim, estimate, row) for row in range(len(estimate.layers))]
    main = parts[headline(claim, estimate)]
    by_layer = claim.quantity.layers != "network"
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
        parts=tuple(part for part in parts if part.layer) if by_layer else (),
        note=note,
    )


def _part(claim: Claim, estimate: Estimate, row: int) -> Part:
    log = COMPARISONS[claim.compare].log
    values = (estimate.effect, *estimate.inner)
    return Part(estimate.layers[row], *(_natural(float(value[row]), log) for value in values))


def _natural(value: float, log: bool) -> float | None:
    if not math.isfinite(value):
        return None
    # Beyond exp(700) a ratio leaves the range of floats.
    return math.exp(min(value, 700.0)) if log else value


def _scope(runs: Sequence[MeasuredRun]) -> str:
    if len(runs) == 1:
        return f"seed {runs[0].spec.seed} only"
    return f"seeds {', '.join(str(run.spec.seed) for run in runs)}"


def _divergences(claim: Claim, variants: Sequence[str], runs: Sequence[MeasuredRun]) -> list[str]:
    consequence = "its accuracy counts 0 from there" if claim.quantity.fails_at_divergence else "compared up to there"
    under = " under seed {}" if len(runs) > 1 else ""
    return [
        f"{variant} diverged at step {run.ended[variant]}{under.format(run.spec.seed)}: {consequence}"
        for run in runs
        for variant in variants
        if variant in run.ended
    ]


def _left_out(samples: Sequence[Sample]) -> str:
    measured, compared = sum(sample.measured for sample in samples), sum(sample.size for sample in samples)
    return f"{measured - compared} of {measured} measurements left out" if measured > compared else ""
