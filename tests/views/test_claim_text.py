"""Claims in words."""

from bntui.claims.catalogue import CLAIMS
from bntui.claims.claim import Part, Result, Verdict
from bntui.views.claim_text import ordered, reading


def text_of(**found):
    claim = CLAIMS[found.pop("claim", "ics-l2")]
    return "\n".join(
        text for _, text in reading(Result(claim, ("bn", "standard"), Verdict.UNDECIDED, "seed 0 only", **found))
    )


def test_a_reading_has_sentence_source_effect_bounds_reasons_and_layers():
    found = text_of(
        unit="bn / standard", effect=1.2, low=0.7, high=2.0, note="too few", parts=(Part("fc1", 1.5, 1, 2),)
    )
    claim = CLAIMS["ics-l2"]
    for expected in (
        claim.sentence,
        claim.source,
        "1.20, 95 % interval 0.700 … 2.00",
        "above 0.8",
        claim.why,
        "too few",
    ):
        assert expected in found
    assert "fc1 1.50" in found and "seed 0 only" in found


def test_what_is_not_to_be_had_is_said():
    assert "nothing measured yet" in text_of()
    assert "interval 0" not in text_of(effect=1.0, unit="a")
    assert "Not checkable in this run: no ics." in text_of(missing="no ics")


def test_bounds_are_open_or_closed():
    assert "between −0.05" in text_of(claim="noisy-matches-bn")
    assert "below 0.1" in text_of(claim="ics-cosine")


def test_what_is_missing_comes_last_and_all_else_keeps_its_order():
    names = ["bn-faster", "ics-l2", "ics-cosine"]
    results = [Result(CLAIMS[name], (), Verdict.UNDECIDED, "", missing="x" * (name == "ics-l2")) for name in names]
    assert [result.claim.id for result in ordered(results)] == ["bn-faster", "ics-cosine", "ics-l2"]
