"""What is explained by name, and how verdicts are."""

from __future__ import annotations

import pytest

from bntui.claims.catalogue import CLAIMS
from bntui.claims.grid_claim import GRID_CLAIMS
from bntui.claims.resting import claims_on
from bntui.claims.result import Outcome, Part, Result, Side, Verdict, WindowEffect
from bntui.explanations import EXPLANATIONS, QUANTITIES
from bntui.records import UserError
from bntui.sweep.metrics import METRICS
from bntui.tui.terminal.ascii_filters import spell_out, to_ascii
from bntui.views.paragraphs import as_lines
from bntui.views.topics import explained, listed
from bntui.views.verdict_text import verdict_text
from bntui.views.view_catalogue import VIEWS


def text_of(topic: str) -> str:
    return as_lines(explained(topic), 100)


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_is_explained_by_name_and_title(view: str) -> None:
    quantities = [EXPLANATIONS.get(f"{VIEWS[view].probe}.{name}") for name in VIEWS[view].names]
    for topic in (view, VIEWS[view].title.upper()):
        assert all(quantity.title in text_of(topic) for quantity in quantities if quantity)


@pytest.mark.parametrize("metric", METRICS)
def test_a_metric_is_explained_with_its_quantity(metric: str) -> None:
    quantity = EXPLANATIONS[f"{METRICS[metric].probe}.{METRICS[metric].name}"]
    text = " ".join(text_of(metric).split())
    assert METRICS[metric].note in text and quantity.formula in text


@pytest.mark.parametrize("claim", [*CLAIMS.values(), *GRID_CLAIMS], ids=lambda claim: claim.id)
def test_a_claim_has_its_sentence_its_source_and_what_decides_it(claim) -> None:
    text = " ".join(text_of(claim.id).split())
    assert claim.sentence in text and claim.source in text
    assert "Supported" in text and "contradicted" in text
    assert claim.reason in text


def test_claims_are_named_by_the_quantities_that_they_rest_on() -> None:
    named = {claim.id for quantity in QUANTITIES for claim in claims_on(quantity)}
    assert named == {*CLAIMS, *(claim.id for claim in GRID_CLAIMS)}
    assert [claim.id for claim in claims_on(EXPLANATIONS["smoothness.beta"])] == ["beta-lower", "beta-steadier"]


def test_a_name_of_several_columns_explains_all_of_them() -> None:
    for title in ("effective β", "activation β", "loss along the gradient"):
        assert title in text_of("smoothness") or title in text_of("activation_beta")
    assert "gradient norm" in text_of("norm")


@pytest.mark.parametrize(("topic", "nearest"), [("betta", "beta"), ("bn-fast", "bn-faster"), ("", "lists all")])
def test_an_unknown_topic_is_an_error_with_the_nearest_names(topic: str, nearest: str) -> None:
    with pytest.raises(UserError, match=nearest):
        explained(topic)


def test_the_list_has_every_quantity_metric_and_claim() -> None:
    names = {line.partition("  ")[0].split(",")[0] for line in listed().splitlines()}
    assert {quantity.columns[0] for quantity in QUANTITIES} | METRICS.keys() | CLAIMS.keys() <= names


def test_every_text_can_be_shown_without_unicode() -> None:
    topics = [*EXPLANATIONS, *VIEWS, *CLAIMS, *METRICS, "mechanics"]
    assert not [topic for topic in topics for line in text_of(topic).splitlines() if "?" in to_ascii(spell_out(line))]
    assert to_ascii(spell_out("|μₜ − μₜ₋₁|²")) == "|mu_t - mu_t-1|^2"


def test_a_verdict_is_told_with_its_numbers() -> None:
    result = Result(
        CLAIMS["ics-l2"],
        ("bn", "standard"),
        Verdict.UNDECIDED,
        (0, 1, 2),
        unit="bn / standard, geometric mean over steps",
        effect=1.2,
        low=0.7,
        high=2.0,
        by_seed=(1.1, 1.3, None),
        p=0.03,
        p_adjusted=0.4,
        family=14,
        windows=(WindowEffect("first quarter", (0, 49), 1.5, 1.0, 2.2),),
        parts=(Part("fc1", 1.4, 1.1, 1.8, Side.WITHIN),),
        outcomes=(Outcome("standard", (0, 1), ((2, 57),)),),
        note="the interval covers 0.8",
    )
    text = " ".join(as_lines(verdict_text(result), 100).split())
    for expected in (
        "Undecided, seeds 0, 1, 2: the interval covers 0.8.",
        "seed 0 1.10 seed 1 1.30 seed 2 – mean 1.20",
        "0.700 … 2.00 (t with 2 degrees of freedom",
        "by itself: 0.03. It is twice the smaller",
        "among all 14 claims checked together (Holm, both hypotheses): 0.4, above 0.05",
        "above 0.8, contradicted where it does not",
        "first quarter 0–49 1.50 1.00 … 2.20",
        "fc1 1.40 1.10 … 1.80 supports it ✔",
        "standard 2 of 3 seed 2 at step 57",
    ):
        assert expected in text, expected


def test_a_claim_without_measurements_says_what_is_missing() -> None:
    result = Result(CLAIMS["ics-l2"], (), Verdict.NONE, (0,), missing="no ics")
    text = as_lines(verdict_text(result), 100)
    assert "In these runs: no ics." in text and CLAIMS["ics-l2"].sentence in " ".join(text.split())
    assert "Nothing measured yet" in as_lines(verdict_text(Result(CLAIMS["bn-faster"], (), Verdict.NONE, (0,))), 100)
