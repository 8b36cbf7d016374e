"""Claims name columns and kinds of variants that exist: renaming a probe's column fails here."""

from __future__ import annotations

import pytest

from bntui.claims.catalogue import CLAIMS
from bntui.variants import VARIANTS
from tests.declared_columns import declared_columns


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_claim_is_about_declared_columns(claim: str) -> None:
    quantity = CLAIMS[claim].quantity
    for name in quantity.columns:
        layers = {
            column.layer for column in declared_columns() if (column.probe, column.name) == (quantity.probe, name)
        }
        assert layers, name
        assert ("" in layers) == (quantity.layers == "network")


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_claim_compares_variants_that_exist(claim: str) -> None:
    assert {kind for kinds in CLAIMS[claim].kinds for kind in kinds} <= set(VARIANTS)
