"""What a claim is, and what comes of checking one: frozen records, no arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Compare = Literal["difference", "ratio", "spread", "share", "value"]
Layers = Literal["network", "each", "mean"]


class Verdict(StrEnum):
    """What the measurements say of a claim; *undecided* always comes with the reason."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A column of a probe, or the difference of two (`name` − `minus`).

    `layers` says of what: 'network', one value for the whole network; 'each', one a layer, and the claim must
    hold in every one; 'mean', one a layer, averaged over the layers. `after_first` leaves the first hidden layer out.
    """

    probe: str
    name: str
    minus: str = ""
    layers: Layers = "network"
    after_first: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns needed."""
        return (self.name, self.minus) if self.minus else (self.name,)

    @property
    def fails_at_divergence(self) -> bool:
        """Whether a network that has diverged has a value all the same: it classifies nothing, accuracy 0."""
        return self.name == "accuracy"


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of a paper, and the statistic that decides it.

    `kinds` are the kinds of the variants compared, first against second (or of the one looked at); a run's
    variants are compared where all their options but name and kind agree. `compare` is a name in COMPARISONS.
    The claim is supported where the whole interval of the effect lies between the bounds `holds`,
    contradicted where all of it lies outside, and `why` says where bounds other than the natural 0 and 1
    come from. `unit` may name the variants as {0} and {1}. `failing` marks a claim that its first variant fails.
    """

    id: str
    source: str
    sentence: str
    kinds: tuple[tuple[str, ...], ...]
    quantity: Quantity
    compare: Compare
    holds: tuple[float, float]
    unit: str
    why: str = ""
    failing: bool = False

    @property
    def wants(self) -> str:
        """The variants needed, in words."""
        kinds = [" or ".join(each) for each in self.kinds]
        return f"{kinds[0]}, and {kinds[1]} of equal options" if len(kinds) > 1 else kinds[0]


@dataclass(frozen=True, slots=True)
class Part:
    """The effect in one layer, with its interval; None where it is not to be had."""

    layer: str
    effect: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Result:
    """A claim, checked on the named variants.

    `effect` and its 95 % interval from `low` to `high` are in `unit`, and None where there are too few
    measurements; of a claim about each layer they are those of the layer that fits it least. `missing` is
    what the runs do not hold, '' where all that the claim needs is there. `note` gives the reason of an
    undecided verdict and whatever else has to be known. `scope` says what the interval speaks of.
    """

    claim: Claim
    variants: tuple[str, ...]
    verdict: Verdict
    scope: str
    method: str = ""
    unit: str = ""
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    parts: tuple[Part, ...] = ()
    note: str = ""
    missing: str = ""
