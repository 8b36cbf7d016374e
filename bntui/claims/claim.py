"""Claims: frozen records, no arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Literal

Window = Literal[
    "whole run", "initialization", "until both have halved the loss", "after both have halved the loss", "last quarter"
]
Compare = Literal["difference", "ratio", "spread", "share", "value", "spread across"]
Layers = Literal["network", "each", "mean"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A column of a probe, or the difference of two (`name` − `minus`).

    `layers` is 'network' for one value for the whole network; 'each' for one value for each layer, where the claim
    must hold in every layer; 'mean' for one value for each layer, averaged over the layers. `after_first` leaves the
    first hidden layer out. Where 'each' layer must hold, `deciding` is the beginning of the names of the layers of
    which the source speaks ('conv'); a network without any such layer is judged by all of its layers. `at_equal` is a
    column of the same probe: values are compared where it is equal in all variants, not at equal steps; `per_second`
    compares them at equal seconds of training.
    """

    probe: str
    name: str
    minus: str = ""
    layers: Layers = "network"
    after_first: bool = False
    deciding: str = ""
    at_equal: str = ""
    per_second: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns needed."""
        return tuple(filter(None, (self.name, self.minus, self.at_equal)))

    @property
    def fails_at_divergence(self) -> bool:
        """Whether the quantity has a value after divergence: a diverged network classifies nothing, accuracy 0."""
        return self.name == "accuracy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One sentence of a paper, and the statistic that decides it.

    `kinds` are the kinds of the variants compared, first against second (or of the only one); a run's variants are
    compared where seed, gain, dropout, optimizer and options given to both agree, but for the keys `differing`; with
    `across`, all variants of the kinds that differ in this key are compared as two sets (see `pairs`). `compare` is a
    name in COMPARISONS, and `window` the part of the run over which it averages. The claim is supported where the tests
    of `family` find the effect within `bounds`, contradicted where they find it outside; `reason` justifies bounds
    other than the natural 0 and 1. `unit` may name the variants as {0} and {1}. `failing` marks a claim that its first
    variant fails to train, `full_batch` one about training on all samples at once, `single` one of which one
    measurement says all of a run.
    """

    id: str
    source: str
    sentence: str
    kinds: tuple[tuple[str, ...], ...]
    quantity: Quantity
    compare: Compare
    bounds: tuple[float, float]
    unit: str
    window: Window = "whole run"
    reason: str = ""
    failing: bool = False
    differing: tuple[str, ...] = ()
    across: str = ""
    full_batch: bool = False
    single: bool = False

    @property
    def required_variants(self) -> str:
        """The kinds of variants needed, as text."""
        kinds = [" or ".join(alternatives) for alternatives in self.kinds]
        if self.across:
            return f"{kinds[0]} and {kinds[1]}, each with three values of {self.across}"
        if self.kinds[0] == self.kinds[-1] and len(kinds) > 1:
            return f"{kinds[0]} twice, with different {' and '.join(self.differing)}"
        return f"{kinds[0]}, and {kinds[1]} of equal options" if len(kinds) > 1 else kinds[0]

    @property
    def bounds_text(self) -> str:
        """The bounds as text: 'above 0.8', 'below 1', 'between −0.05 and 0.05'."""
        low, high = (f"{bound:g}".replace("-", "−") for bound in self.bounds)
        if self.bounds[1] == inf:
            return f"above {low}"
        # Ratios are positive, so that 0 bounds nothing.
        if self.bounds[0] == (0 if self.compare in ("ratio", "spread", "spread across") else -inf):
            return f"below {high}"
        return f"between {low} and {high}"
