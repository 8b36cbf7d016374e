"""A claim on a group of runs: what they measured of it, who learned, and whether it can be decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from bntui.claims.claim import Claim
from bntui.claims.estimate import Estimate, deciding, estimates, scaled_bounds
from bntui.claims.family import PValues, p_values
from bntui.claims.measured_run import MeasuredRun
from bntui.claims.outcome import outcomes, unclear
from bntui.claims.paired_t import ENOUGH
from bntui.claims.pairs import missing, pairs
from bntui.claims.result import Outcome
from bntui.records import State


@dataclass(frozen=True, eq=False)
class Case:
    """A claim, the variants that it compares, and runs that differ only in their seed; `missing` as in a result."""

    claim: Claim
    variants: tuple[str, ...]
    runs: Sequence[MeasuredRun]
    group: str
    missing: str

    @cached_property
    def until(self) -> int:
        """The number of steps that all runs have done."""
        return min(run.reached for run in self.runs)

    @cached_property
    def estimate(self) -> Estimate:
        """The effect over the claim's own window."""
        return self.estimates([self.claim.window])[0]

    def estimates(self, windows: Sequence[str]) -> list[Estimate]:
        """Return the effect over each of the windows."""
        return estimates(self.claim, self.runs, self.variants, self.until, windows)

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        """How each of the variants fared."""
        return outcomes(self.runs, self.variants, self.until)

    @cached_property
    def unclear(self) -> str:
        """Why the measurements cannot decide the claim, whatever the effects; '' if they can."""
        return self.estimate.insufficient or unclear(self.claim, self.outcomes, len(self.runs))

    @property
    def untested(self) -> str:
        """Why there is no verdict at all: too few seeds, or runs that are not over; '' if there is one."""
        training = sum(not run.state.over for run in self.runs)
        short = sum(run.state.over and run.state is not State.FINISHED for run in self.runs)
        if training:
            return f"{training} of {len(self.runs)} runs are not over" if len(self.runs) > 1 else "the run is not over"
        if short:
            return f"{short} of {len(self.runs)} runs ended early" if len(self.runs) > 1 else "the run ended early"
        return f"verdicts begin at {ENOUGH} seeds" if len(self.runs) < ENOUGH else ""

    @property
    def tested(self) -> bool:
        """Whether the claim gets a verdict, and so belongs to the family of those that are decided together."""
        return not self.missing and not self.untested

    @property
    def p(self) -> PValues:
        """The claim's p-values."""
        if self.unclear:
            return PValues()
        rows = deciding(self.claim, self.estimate.layers)
        found = p_values(self.estimate.effects[rows], scaled_bounds(self.claim))
        return found._replace(within=1.0) if self.failed else found

    @property
    def failed(self) -> bool:
        """Whether the variant that the claim says trains well diverged, however well it did before."""
        claim = self.claim
        return claim.quantity.fails_at_divergence and not claim.failing and bool(self.outcomes[0].diverged)


def cases(runs: Sequence[MeasuredRun], claims: Sequence[Claim], group: str) -> list[Case]:
    """Return a case for each claim and each of the pairs of variants that it compares."""
    return [
        Case(claim, variants, runs, group, _missing(claim, runs[0], variants))
        for claim in claims
        for variants in pairs(claim, runs[0].spec) or ((),)
    ]


def _missing(claim: Claim, run: MeasuredRun, variants: tuple[str, ...]) -> str:
    return missing(claim, run) if variants else f"this needs a variant {claim.required_variants}"
