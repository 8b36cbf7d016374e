"""Which variants of a run a claim compares."""

from __future__ import annotations

import pytest

from bntui import spec
from bntui.claims.catalogue import CLAIMS
from bntui.claims.pairs import pairs, starting_apart

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


def test_of_variants_that_start_alike_one_pair_shows_the_initialization() -> None:
    text = """
network = "relu-mlp"
dataset = "digits"
variants = ["standard", "bn", { name = "standard-fast", kind = "standard", lr = 1.0 },
  { name = "fast", kind = "bn", lr = 1.0 }, { name = "standard-3", kind = "standard", gain = 3.0 },
  { name = "bn-3", kind = "bn", gain = 3.0 }]
"""
    loaded = spec.parse(text, "p")
    compared = pairs(CLAIMS["grows-with-depth"], loaded)
    assert compared == (("standard", "bn"), ("standard-fast", "fast"), ("standard-3", "bn-3"))
    assert starting_apart(compared, loaded) == (("standard", "bn"), ("standard-3", "bn-3"))


SETS = """
network = "relu-mlp"
dataset = "digits-few"
variants = ["bn", "standard",
  { name = "bn-3", kind = "bn", gain = 3.0 }, { name = "standard-3", kind = "standard", gain = 3.0 },
  { name = "bn-0.1", kind = "bn", gain = 0.1 }, { name = "standard-0.1", kind = "standard", gain = 0.1 },
  { name = "bn-half", kind = "bn", dropout = 0.5 }, { name = "bn-fifth", kind = "bn", dropout = 0.2 }]
"""


def compared_in(text: str, claim: str) -> list[tuple[str, ...]]:
    chosen = CLAIMS[claim]
    return list(pairs(chosen, spec.parse(text, "p"), chosen.differing, chosen.across))


def test_two_sets_that_differ_in_one_key_are_compared_with_rising_values() -> None:
    assert compared_in(SETS, "resilient-to-gain") == [
        ("bn-0.1", "bn", "bn-3", "standard-0.1", "standard", "standard-3")
    ]
    assert compared_in(SETS, "resilient-to-rate") == []


@pytest.mark.parametrize(
    "change", [('gain = 3.0 }, { name = "standard', 'gain = 2.0 }, { name = "standard'), ('"bn",', "")]
)
def test_sets_with_other_values_are_not_compared(change: tuple[str, str]) -> None:
    assert compared_in(SETS.replace(*change, 1), "resilient-to-gain") == []


def test_of_two_variants_of_one_kind_the_second_has_the_smallest_value() -> None:
    assert compared_in(SETS, "dropout-removable") == [("bn-half", "bn"), ("bn-fifth", "bn")]
    assert compared_in(VARIANTS, "larger-rate-faster") == [("fast", "bn")]


def test_options_that_both_variants_have_agree() -> None:
    text = """
network = "relu-mlp"
dataset = "digits"
variants = ["bn", { name = "cbn-4", kind = "cbn", window = 4 }, { name = "cbn-8", kind = "cbn", window = 8 },
  { name = "naive", kind = "cbn-naive", window = 8 }]
"""
    assert compared_in(text, "cbn-faster-than-naive") == [("cbn-8", "naive")]
    assert compared_in(text, "cbn-faster") == [("cbn-4", "bn"), ("cbn-8", "bn")]
