"""The claims about a whole grid, each a row of data, and the records of checking them; no arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bntui.claims.criteria import BN, STANDARD
from bntui.claims.result import Verdict

Learning = Literal["largest", "width", "trend"]
"""The largest value that learns, the ratio of the largest to the smallest one, or the trend of a metric."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GridClaim:
    """One sentence of a paper about the values of a key: with which networks learn, or how a metric depends on it.

    `keys` are the last parts of the keys that it is about, and `kinds` those of the two variants, the first against
    the second. It is supported where the ratio of what `learning` names is above 1; the trend of a `metric` of sweeps
    is the factor by which the ratio of the two grows where the key doubles. `unit` may name the variants as {0} and
    {1}.
    """

    id: str
    source: str
    sentence: str
    keys: tuple[str, ...]
    kinds: tuple[tuple[str, ...], ...] = (BN, STANDARD)
    learning: Learning
    unit: str
    metric: str = ""

    @property
    def reason(self) -> str:
        """Why a verdict on a grid is what it is."""
        if self.learning == "trend":
            return (
                "the slope of the least squares between the logarithms of ratio and key, under each seed, over values"
                " with which both learn"
            )
        return (
            "a grid tells a value only up to its next one, so that each ratio is a range; the interval is that of t"
            " about the lowest and the highest mean in these ranges"
        )


GRID_CLAIMS = (
    GridClaim(
        id="largest-lr",
        source="Bjorck et al. 2018, section 3; Ioffe & Szegedy 2015, section 3.3",
        sentence="With BatchNorm, the largest learning rate that still learns is larger",
        keys=("lr",),
        learning="largest",
        unit="largest learning rate that learns: {0} / {1}, geometric mean over seeds",
    ),
    GridClaim(
        id="wider-gains",
        source="Ioffe & Szegedy 2015, section 3.3",
        sentence="With BatchNorm, training is more resilient to the scale of the initial weights: more gains learn",
        keys=("gain",),
        learning="width",
        unit="largest / smallest gain that learns: {0} / {1}, geometric mean over seeds",
    ),
    GridClaim(
        id="smoother-in-depth",
        source="Yao et al. 2019",
        sentence="BatchNorm lowers the largest eigenvalue of the Hessian the more, the deeper the network",
        keys=("depth", "n"),
        kinds=(STANDARD, BN),
        learning="trend",
        metric="mean-sharpness",
        unit="growth of the sharpness of {0} / {1} where the depth doubles, geometric mean over seeds",
    ),
)


@dataclass(frozen=True, slots=True)
class Learned:
    """With which values of the key a variant learned under one seed: the `largest`, None for none, and the `next` one.

    `next` is None where the grid ends. `gaps` are values between the smallest and the largest that did not learn.
    """

    smallest: float | None
    largest: float | None
    next: float | None
    gaps: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class GridResult:
    """A claim about a grid, checked on two variants at one setting of the other keys.

    `effect` is the ratio of the swept values, its geometric mean over `seeds`; the true one is between the ends of
    `resolution`, None where the grid ends before. `low` and `high` are its 95 % interval, with the resolution in it.
    `p` and `p_adjusted` are as in `claims.result.Result`; the family is all grid claims of a sweep. `learned` is, by
    variant and seed, what the ratio is made of. `missing` says what the claim needs and the sweep lacks.
    """

    claim: GridClaim
    variants: tuple[str, ...]
    key: str
    group: str = ""
    verdict: Verdict = Verdict.NONE
    seeds: tuple[int, ...] = ()
    unit: str = ""
    effect: float | None = None
    resolution: tuple[float | None, float | None] = (None, None)
    low: float | None = None
    high: float | None = None
    p: float | None = None
    p_adjusted: float | None = None
    family: int = 0
    learned: Mapping[str, Mapping[int, Learned]] = field(default_factory=dict)
    note: str = ""
    missing: str = ""
