"""Check claims on runs: pair the variants, estimate the effects, and decide all claims together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from bntui.claims import family, window
from bntui.claims.case import Case, cases_of
from bntui.claims.catalogue import CLAIMS
from bntui.claims.claim import Claim
from bntui.claims.effects import by_seed, headline_layer, layer_parts, main_effect, over_windows
from bntui.claims.family import Ruling
from bntui.claims.measured_run import MeasuredRun
from bntui.claims.notes import note
from bntui.claims.result import Result, Verdict

NO_RULING = Ruling(Verdict.NONE, 1.0)


def check(runs: Sequence[MeasuredRun], claims: Iterable[Claim] = CLAIMS.values()) -> tuple[Result, ...]:
    """Check the claims on one run, or on several that differ only in their seed, in the order of `claims`.

    Fewer than three runs, and runs that are not over, give effects without verdicts. A claim that cannot be checked on
    these runs gives one result whose `missing` says why. The same runs give the same results. Raises UserError unless
    the runs belong to one experiment.
    """
    return check_groups({"": runs}, claims)[""]


def check_groups(
    groups: Mapping[str, Sequence[MeasuredRun]], claims: Iterable[Claim] = CLAIMS.values()
) -> dict[str, tuple[Result, ...]]:
    """Check the claims on each group of runs, by the group's label; the runs of a group differ only in their seed.

    The verdicts of all groups are one family: whoever looks through all of them for a false one finds it with a
    probability of at most 5 %. A claim that can be checked belongs to the family even if it turns out undecidable, so
    that the measurements do not choose its size. Claims per second are another family: seconds differ from training to
    training, and no other verdict may depend on them. Raises UserError as `check` does.
    """
    cases = cases_of(groups, tuple(claims))
    decided = rulings(cases)
    sizes = Counter(case.claim.quantity.per_second for case in decided)
    results = [_result(case, decided.get(case, NO_RULING), sizes[case.claim.quantity.per_second]) for case in cases]
    return {label: tuple(result for result in results if result.group == label) for label in groups}


def rulings(cases: Iterable[Case]) -> dict[Case, Ruling]:
    """Decide those of the cases that are tested, as one family, and those per second as another."""
    tested = [case for case in cases if case.tested]
    families = ([case for case in tested if case.claim.quantity.per_second == timed] for timed in (False, True))
    return {case: ruling for each in families for case, ruling in zip(each, _decided(each), strict=True)}


def _decided(cases: Sequence[Case]) -> list[Ruling]:
    return family.decide([case.p for case in cases])


def _result(case: Case, ruling: Ruling, family_size: int) -> Result:
    claim, seeds = case.claim, tuple(run.spec.seed for run in case.runs)
    if case.missing:
        return Result(claim, case.variants, Verdict.NONE, seeds, case.group, missing=case.missing)
    effect, low, high = main_effect(case)
    layer = headline_layer(case)
    decided = case.tested and not case.unclear
    return Result(
        claim,
        case.variants,
        ruling.verdict,
        seeds,
        case.group,
        unit=claim.unit.format(*case.variants) + (f", in {layer}" if layer else ""),
        effect=effect,
        low=low,
        high=high,
        by_seed=by_seed(case),
        p=case.p.smaller if decided else None,
        p_adjusted=ruling.p_adjusted if decided else None,
        family=family_size,
        window=window.label(claim.window, case.runs),
        windows=over_windows(case),
        parts=layer_parts(case),
        outcomes=case.outcomes,
        note=note(case, ruling),
    )
