"""What checking claims gives: frozen records, no arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bntui.claims.claim import Claim


class Verdict(StrEnum):
    """What the seeds together decide about a claim; *undecided* always comes with a reason.

    There is no verdict from fewer than three seeds, nor while a run still trains: whoever looks again and again until
    a difference shows will find one.
    """

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    UNDECIDED = "undecided"
    NONE = "no verdict"


class Side(StrEnum):
    """Where an effect lies, with all of its 95 % interval if it has one; `ACROSS`: the interval covers a bound."""

    WITHIN = "within"
    OUTSIDE = "outside"
    ACROSS = "across"


@dataclass(frozen=True, slots=True)
class Part:
    """The effect in one layer with its plain 95 % interval; None where undefined, or with fewer than three seeds.

    `side` is where they lie, for this layer by itself, None where undefined. `decides` is false for a layer of which
    the claim's source does not speak; it is shown, but has no part in the verdict.
    """

    layer: str
    effect: float | None
    low: float | None
    high: float | None
    side: Side | None = None
    decides: bool = True


@dataclass(frozen=True, slots=True)
class WindowEffect:
    """The effect over a part of the run, with its plain 95 % interval; None where undefined.

    `label` names the window, such as 'first quarter'. `steps` are its first and last step; where it ends with the
    loss, and so differently for each seed, the earliest and the latest of all seeds. `decides` marks the window that
    the verdict is about.
    """

    label: str
    steps: tuple[int, int] | None
    effect: float | None
    low: float | None
    high: float | None
    decides: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a variant fared: the seeds under which it learned, and those under which it diverged, with the step.

    `learned` is None where the accuracy of guessing is not known (see `claims.outcome`).
    """

    variant: str
    learned: tuple[int, ...] | None
    diverged: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Result:
    """A claim, checked on the named variants of the runs of one group.

    `effect` is the mean over `seeds` of `by_seed`, in `unit` (ratios: the geometric mean); for a claim about each
    layer, that of the layer that fits it least. `low` and `high` are its plain 95 % t interval, which holds for this
    claim by itself. `p` is the p-value of the verdict by itself, `p_adjusted` the one that holds for all of the
    `family` claims checked together: there is a verdict where it is at most 0.05. All are None where undefined, with
    fewer than three seeds, and where a variant learned under some of the seeds only.

    `window` names the part of the run that the verdict is about; `windows` shows the effect in others. `missing`
    names what the claim needs and the runs lack, '' if nothing. `note` gives the reason of a verdict that is not
    clear from the interval, and other remarks. `group` is the group's label, '' for the only one.
    """

    claim: Claim
    variants: tuple[str, ...]
    verdict: Verdict
    seeds: tuple[int, ...]
    group: str = ""
    unit: str = ""
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    by_seed: tuple[float | None, ...] = ()
    p: float | None = None
    p_adjusted: float | None = None
    family: int = 0
    window: str = ""
    windows: tuple[WindowEffect, ...] = ()
    parts: tuple[Part, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    note: str = ""
    missing: str = ""

    @property
    def scope(self) -> str:
        """The seeds that the effect is of, as text: 'in this run (seed 0)', 'seeds 0, 1, 2'."""
        if len(self.seeds) == 1:
            return f"in this run (seed {self.seeds[0]})"
        return f"seeds {', '.join(map(str, self.seeds))}"

    @property
    def method(self) -> str:
        """How the verdict was reached, as text; '' without a test."""
        if self.p is None:
            return ""
        return f"paired t over {len(self.seeds)} seeds, verdicts held to 5 % over {self.family} claims (Holm)"


@dataclass(frozen=True, slots=True)
class Plan:
    """How many more seeds would decide a claim, if the effect and its spread over the seeds are as seen so far.

    `verdict` is the one to expect, NONE where no number can be told. `more` is the number of seeds that gives it with
    80 % power, 0 if it is given already, None if more than `most`; `cautious` the same if the spread is as large as the
    seeds so far allow (upper end of its one-sided 80 % confidence interval). `note` says why there is no number.
    """

    claim: Claim
    variants: tuple[str, ...]
    seeds: tuple[int, ...]
    verdict: Verdict
    more: int | None
    cautious: int | None
    most: int
    group: str = ""
    note: str = ""
