"""Which variants of a run a claim compares."""

from __future__ import annotations

import pytest

from bntui import spec
from bntui.claims.catalogue import CLAIMS
from bntui.claims.pairs import pairs

VARIANTS = """
network = "relu-mlp"
dataset = "digits-noise"
variants = ["bn", "wrs", "standard", { name = "decay", kind = "bn", optimizer = { weight_decay = 1e-3 } },
  { name = "momentum", kind = "bn", optimizer = { momentum = 0.9 } }, { name = "fast", kind = "bn", lr = 0.5 }]
"""


@pytest.mark.parametrize(
    ("claim", "compared"),
    [
        ("bn-faster", [("bn", "standard")]),
        ("wrs-generalizes", [("wrs", "bn"), ("wrs", "decay")]),
        ("weights-orthogonal", [("bn",), ("wrs",), ("decay",), ("momentum",), ("fast",)]),
    ],
)
def test_variants_with_other_optimizers_are_compared_only_where_the_claim_is_about_them(
    claim: str, compared: list[tuple[str, ...]]
) -> None:
    loaded = spec.parse(VARIANTS, "p")
    assert list(pairs(CLAIMS[claim], loaded, CLAIMS[claim].differing)) == compared
