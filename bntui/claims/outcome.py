"""Whether each variant learned anything, and whether it diverged, under each seed.

What counts as having learned is said in `run.series.learning`: the training accuracy at the end is clearly above that
of always naming the most frequent class. A variant that diverged has not learned.

Where a variant learns under some of the seeds and fails under others, an effect has two modes, one for each outcome.
Its mean then describes neither, and Student's t does not hold.
"""

from __future__ import annotations

from collections.abc import Sequence

from bntui.claims.claim import Claim
from bntui.claims.measured_run import MeasuredRun
from bntui.claims.result import Outcome
from bntui.run.series import learning
from bntui.run.series.history import Key


def learned(run: MeasuredRun, variant: str, until: int) -> bool | None:
    """Return whether the variant learned in the first `until` steps; None where guessing or accuracy is not known."""
    chance = run.history.info.chance
    if chance is None or not run.classifies:
        return None
    if run.ended.get(variant, until) < until:
        return False
    accuracy = run.history.points(Key(variant, "train", "accuracy"))
    return learning.learned(accuracy.head(accuracy.count_through(until - 1)), run.spec.batch_size, chance)


def outcomes(runs: Sequence[MeasuredRun], variants: Sequence[str], until: int) -> tuple[Outcome, ...]:
    """Return how each variant fared under each seed in the first `until` steps."""
    return tuple(_outcome(runs, variant, until) for variant in variants)


def unclear(claim: Claim, fared: Sequence[Outcome], seeds: int) -> str:
    """Return why a claim cannot be decided on variants that fared so; '' if it can.

    That is where a variant failed to train under some of the seeds, where nothing that is compared learned, and, for a
    claim that its first variant fails to train, where the other one does as well. A claim about one variant by itself
    compares nothing that learns. One across several values is about which of them learn: only in a set without any
    variant that learns, losses are alike for another reason. One about the initialization does not depend on what comes
    after.
    """
    if len(fared) < 2 or claim.window == "initialization":
        return ""
    if claim.across:
        half = len(fared) // 2
        idle = [side for side in (fared[:half], fared[half:]) if max(_trained(side, seeds)) < seeds]
        return f"nothing to compare with: {shares(idle[0], seeds)}" if idle else ""
    if any(0 < count < seeds for count in _trained(fared, seeds)):
        return f"the effect has two modes: {shares(fared, seeds)}"
    if claim.quantity.fails_at_divergence and not any(_trained(fared[-1:] if claim.failing else fared, seeds)):
        return f"nothing to compare with: {shares(fared, seeds)}"
    return ""


def shares(fared: Sequence[Outcome], seeds: int) -> str:
    """Return which variants did not learn under all of the seeds, or diverged where that is not known; '' if none."""
    return ", ".join(filter(None, (_share(outcome, seeds) for outcome in fared)))


def _outcome(runs: Sequence[MeasuredRun], variant: str, until: int) -> Outcome:
    fared = [(run.spec.seed, learned(run, variant, until)) for run in runs]
    known = all(each is not None for _, each in fared)
    diverged = ((run.spec.seed, run.ended[variant]) for run in runs if run.ended.get(variant, until) < until)
    return Outcome(variant, tuple(seed for seed, each in fared if each) if known else None, tuple(diverged))


def _trained(fared: Sequence[Outcome], seeds: int) -> list[int]:
    """Return under how many of the seeds each variant learned; where that is not known, did not diverge."""
    return [seeds - len(outcome.diverged) if outcome.learned is None else len(outcome.learned) for outcome in fared]


def _share(outcome: Outcome, seeds: int) -> str:
    if outcome.learned is None:
        return f"{outcome.variant} diverged{under(len(outcome.diverged), seeds)}" if outcome.diverged else ""
    if len(outcome.learned) == seeds:
        return ""
    return f"{outcome.variant} {'did not learn' if seeds == 1 else f'learned{under(len(outcome.learned), seeds)}'}"


def under(count: int, seeds: int) -> str:
    """Return ' under 2 of 3 seeds'; '' for a single run."""
    return f" under {count} of {seeds} seeds" if seeds > 1 else ""
