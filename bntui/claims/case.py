"""A claim on a group of runs: what they measured of it, who learned, and whether it can be decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bntui.claims.claim import Claim
from bntui.claims.estimate import Estimate, deciding, estimate, scaled_bounds
from bntui.claims.family import PValues, p_values
from bntui.claims.measured_run import MeasuredRun, check_together
from bntui.claims.outcome import outcomes, unclear
from bntui.claims.paired_t import ENOUGH
from bntui.claims.pairs import missing, pairs, starting_apart
from bntui.claims.result import Outcome
from bntui.claims.sample import Sample, sample
from bntui.claims.window import steps_of
from bntui.records import State


@dataclass(frozen=True, eq=False)
class Case:
    """A claim, the variants that it compares, and runs that differ only in their seed.

    `until` is the number of steps that all runs have done, `missing` as in a result.
    """

    claim: Claim
    variants: tuple[str, ...]
    runs: Sequence[MeasuredRun]
    group: str
    until: int
    missing: str

    @cached_property
    def estimate(self) -> Estimate:
        """The effect over the claim's own window."""
        return self.estimate_over(self.claim.window)

    def estimate_over(self, window: str) -> Estimate:
        """Return the effect over a window."""
        steps = [steps_of(window, run, self.variants, self.until) for run in self.runs]
        return estimate(self.claim, self._samples, steps)

    @cached_property
    def _samples(self) -> list[Sample]:
        return [sample(run, self.claim, self.variants, self.until) for run in self.runs]

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        """How each of the variants fared."""
        return outcomes(self.runs, self.variants, self.until)

    @cached_property
    def unclear(self) -> str:
        """Why the measurements cannot decide the claim, whatever the effects; '' if they can."""
        defined = np.isfinite(self.estimate.effects[self.deciding]).all()
        return (
            self.estimate.insufficient
            or unclear(self.claim, self.outcomes, len(self.runs))
            or ("" if defined else "the effect is not defined on these values")
        )

    @property
    def deciding(self) -> list[int]:
        """The rows of the estimate that decide."""
        return deciding(self.claim, self.estimate.layers)

    @property
    def unfinished(self) -> str:
        """Which runs are not finished, so that their length may have been chosen by what they show; '' if none."""
        count = len(self.runs)
        training = sum(not run.state.over for run in self.runs)
        short = sum(run.state.over and run.state is not State.FINISHED for run in self.runs)
        if training:
            return f"{training} of {count} runs are not over" if count > 1 else "the run is not over"
        if short:
            return f"{short} of {count} runs ended early" if count > 1 else "the run ended early"
        return ""

    @property
    def tested(self) -> bool:
        """Whether the claim gets a verdict, and so belongs to the family of those that are decided together."""
        return not self.missing and not self.unfinished and len(self.runs) >= ENOUGH

    @cached_property
    def p(self) -> PValues:
        """The claim's p-values."""
        if self.unclear:
            return PValues()
        found = p_values(self.estimate.effects[self.deciding], scaled_bounds(self.claim))
        return found._replace(within=1.0) if self.failed else found

    @property
    def failed(self) -> bool:
        """Whether the variant that the claim says trains well diverged, however well it did before."""
        claim = self.claim
        return claim.quantity.fails_at_divergence and not claim.failing and bool(self.outcomes[0].diverged)


def cases_of(groups: Mapping[str, Sequence[MeasuredRun]], claims: Sequence[Claim]) -> list[Case]:
    """Return a case for each group, each claim and each of the pairs of variants that it compares.

    Raises UserError unless the runs of each group belong to one experiment.
    """
    return [case for group, runs in groups.items() for case in _cases(runs, claims, group)]


def _cases(runs: Sequence[MeasuredRun], claims: Sequence[Claim], group: str) -> Iterator[Case]:
    check_together(runs)
    by_seed = sorted(runs, key=lambda run: run.spec.seed)
    until = min(run.reached for run in runs)
    for claim in claims:
        compared = pairs(claim, runs[0].spec, claim.differing, claim.across)
        if claim.window == "initialization":
            compared = starting_apart(compared, runs[0].spec)
        for variants in compared or ((),):
            yield Case(claim, variants, by_seed, group, until, _missing(claim, runs[0], variants))


def _missing(claim: Claim, run: MeasuredRun, variants: tuple[str, ...]) -> str:
    return missing(claim, run) if variants else f"this needs a variant {claim.required_variants}"
