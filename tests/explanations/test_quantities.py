"""Every quantity that a run can measure is explained, and nothing else."""

from __future__ import annotations

import re

import pytest

from bntui.claims.catalogue import CLAIMS
from bntui.explanations import EXPLANATIONS, QUANTITIES, explanation_of
from bntui.explanations.explanation import Explanation
from bntui.views.view_catalogue import VIEWS
from tests.declared_columns import declared_names

every_quantity = pytest.mark.parametrize("quantity", QUANTITIES, ids=lambda quantity: quantity.columns[0])


@pytest.mark.parametrize(("probe", "name"), sorted(declared_names()))
def test_every_column_of_every_probe_is_explained(probe: str, name: str) -> None:
    assert explanation_of(probe, name)


def test_no_explanation_is_of_a_column_that_no_probe_has() -> None:
    declared = {re.sub(r"(\.bin_|_at_).*", r"\1*", f"{probe}.{name}") for probe, name in declared_names()}
    assert set(EXPLANATIONS) == declared


def test_what_no_probe_measures_has_no_explanation() -> None:
    assert explanation_of("train", "lossy") is None
    assert explanation_of("moments", "bin_00") is None


def test_every_view_and_every_claim_draws_on_explained_quantities() -> None:
    needed = {column for view in VIEWS.values() for column in view.columns}
    needed |= {(claim.quantity.probe, name) for claim in CLAIMS.values() for name in claim.quantity.columns}
    assert all(explanation_of(probe, name) for probe, name in needed)


@every_quantity
def test_an_explanation_is_complete(quantity: Explanation) -> None:
    texts = [getattr(quantity, field) for field in Explanation.__slots__ if field != "names"]
    assert all(text and text == text.strip() and "  " not in text for text in texts)
    assert re.search(r"\b(19|20)\d\d\b", quantity.source)


def test_titles_tell_quantities_apart() -> None:
    titles = [quantity.title for quantity in QUANTITIES]
    assert len(set(titles)) == len(titles)


def test_every_formula_is_one_for_latex() -> None:
    mathtext = pytest.importorskip("matplotlib.mathtext")
    parser = mathtext.MathTextParser("path")
    for quantity in QUANTITIES:
        parser.parse(f"${quantity.latex}$")
