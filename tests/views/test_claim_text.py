"""Claims in words."""

from bntui.claims.catalogue import CLAIMS
from bntui.claims.result import Part, Result, Verdict
from bntui.views.claim_text import explain, ordered


def text_of(**fields):
    claim = CLAIMS[fields.pop("claim", "ics-l2")]
    return "\n".join(text for _, text in explain(Result(claim, ("bn", "standard"), Verdict.UNDECIDED, (0,), **fields)))


def test_an_explanation_has_sentence_source_effect_bounds_reasons_and_layers():
    text = text_of(unit="bn / standard", effect=1.2, low=0.7, high=2.0, note="too few", parts=(Part("fc1", 1.5, 1, 2),))
    claim = CLAIMS["ics-l2"]
    for expected in (
        claim.sentence,
        claim.source,
        "1.20, 95 % interval 0.700 … 2.00",
        "above 0.8",
        claim.reason,
        "too few",
    ):
        assert expected in text
    assert "fc1 1.50" in text and "seed 0" in text


def test_missing_values_and_columns_are_named():
    assert "nothing measured yet" in text_of()
    assert "interval 0" not in text_of(effect=1.0, unit="a")
    assert "Not checkable in this run: no ics." in text_of(missing="no ics")


def test_bounds_are_open_or_closed():
    assert "below 1; whole run" in text_of(claim="beta-lower")
    assert "above 1;" in text_of(claim="noisy-mean-drifts")
    assert "between −0.05" in text_of(claim="noisy-matches-bn")
    assert "below 0.1" in text_of(claim="ics-cosine")


def test_claims_that_could_not_be_checked_come_last():
    names = ["bn-faster", "ics-l2", "ics-cosine"]
    results = [Result(CLAIMS[name], (), Verdict.UNDECIDED, (0,), missing="x" * (name == "ics-l2")) for name in names]
    assert [result.claim.id for result in ordered({"": results})] == ["bn-faster", "ics-cosine", "ics-l2"]


def test_the_groups_of_a_claim_stand_together_and_what_all_lack_is_said_once():
    def of(group):
        return [
            Result(CLAIMS["ics-l2"], (), Verdict.NONE, (0,), group, missing="no ics"),
            Result(CLAIMS["bn-faster"], ("bn", "standard"), Verdict.UNDECIDED, (0,), group),
        ]

    shown = [(result.claim.id, result.group) for result in ordered({group: of(group) for group in ("a", "b")})]
    assert shown == [("bn-faster", "a"), ("bn-faster", "b"), ("ics-l2", "a")]
