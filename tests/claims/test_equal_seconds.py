"""Claims per second: the verdict follows the seconds that were put in, and touches no other verdict."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bntui.claims.catalogue import CLAIMS
from bntui.claims.check import check
from bntui.claims.equal_seconds import Timed, at_equal_seconds
from bntui.claims.measured_run import MeasuredRun
from bntui.claims.result import Result, Verdict
from bntui.claims.time_claims import TIME_CLAIMS
from bntui.records import Progress, Reading
from bntui.run.series.history import Points
from bntui.run.series.readings import Readings, Times
from bntui.views.verdict_text import describe_claim, verdict_text
from tests.claims.made import Curves, under_seeds

STEPS = 400
PER_STEP, PER_SECOND = CLAIMS["bn-faster"], CLAIMS["bn-faster-per-second"]


def _learning(steps: float, seed: int) -> Curves:
    """Return curves of a network that needs so many steps to learn most of it."""
    share = 1 - np.exp(-np.arange(STEPS) / steps)
    scatter = np.random.default_rng(seed).normal(0, 0.02, STEPS)
    return {"train.loss": 2.3 * (1 - share) + 0.01, "train.accuracy": 0.1 + 0.8 * share + scatter}


def _timed(run: MeasuredRun, **seconds: float) -> MeasuredRun:
    """Return the run with these seconds for each step of a variant."""
    readings = Readings()
    for steps in range(50, STEPS + 1, 50):
        taken = {name: each * steps for name, each in seconds.items()}
        readings.append(Reading(Progress(steps, 1.0, 0.0, taken)))
    return replace(run, readings=readings)


def _runs(bn_seconds: float) -> list[MeasuredRun]:
    """Runs in which BatchNorm needs half the steps, and so many times the seconds for a step."""
    runs = under_seeds(
        lambda seed: {"standard": _learning(80, 2 * seed), "bn": _learning(40, 2 * seed + 1)}, steps=STEPS
    )
    return [_timed(run, standard=0.01, bn=0.01 * bn_seconds) for run in runs]


def _results(runs: list[MeasuredRun]) -> tuple[Result, Result]:
    per_step, per_second = check(runs, [PER_STEP, PER_SECOND])
    return per_step, per_second


@pytest.mark.parametrize(("times", "verdict"), [(1.0, Verdict.SUPPORTED), (4.0, Verdict.CONTRADICTED)])
def test_faster_per_step_may_be_slower_per_second(times: float, verdict: Verdict) -> None:
    per_step, per_second = _results(_runs(times))
    assert per_step.verdict is Verdict.SUPPORTED
    assert per_second.verdict is verdict
    assert "timed on cpu: on another machine" in per_second.note
    assert per_second.unit == "training accuracy, mean over equal seconds of training: bn − standard"


def test_equal_seconds_of_equal_steps_give_the_effect_per_step() -> None:
    per_step, per_second = _results(_runs(1.0))
    assert per_second.effect == pytest.approx(per_step.effect, abs=0.01)


def test_claims_per_second_are_a_family_of_their_own() -> None:
    (alone,) = check(_runs(4.0), [PER_STEP])
    per_step, per_second = _results(_runs(4.0))
    assert (per_step.p_adjusted, per_step.family) == (alone.p_adjusted, 1)
    assert per_second.family == 1


def test_without_seconds_the_claim_says_what_it_needs() -> None:
    (result,) = check([replace(run, readings=Readings()) for run in _runs(1.0)], [PER_SECOND])
    assert "seconds of training of each variant" in result.missing


def test_a_variant_that_diverged_classifies_nothing_from_then_on() -> None:
    steps = np.arange(100, dtype=np.int32)
    whole = Timed(Points(steps, np.full(100, 0.5, np.float32)), Times(np.array([0.0, 100]), np.array([0.0, 10])))
    ended = Timed(Points(steps[:50], np.full(50, 0.9, np.float32)), whole.times, after=0.0)
    places, values = at_equal_seconds([ended, whole])
    assert places.tolist() == steps.tolist()
    np.testing.assert_allclose(values[1], 0.5)
    np.testing.assert_allclose(values[0], np.where(places < 50, 0.9, 0.0), rtol=1e-6)


def test_the_moments_end_with_the_quicker_variant_and_count_the_steps_of_the_slower() -> None:
    steps = np.arange(101, dtype=np.int32)
    curve = Points(steps, steps.astype(np.float32))
    quick, slow = (Timed(curve, Times(np.array([0.0, 100]), np.array([0.0, end]))) for end in (10.0, 20.0))
    places, values = at_equal_seconds([quick, slow])
    assert (places[0], places[-1], len(places)) == (0, 50, 101)
    assert values[:, -1].tolist() == [100, 50]


def test_claims_per_second_speak_of_this_machine() -> None:
    assert all("on this machine" in claim.sentence and claim.quantity.per_second for claim in TIME_CLAIMS)
    assert [claim for claim in CLAIMS.values() if claim.quantity.per_second] == list(TIME_CLAIMS)


def test_the_texts_say_what_seconds_are() -> None:
    (result,) = check(_runs(4.0), [PER_SECOND])
    for paragraphs in (describe_claim(PER_SECOND), verdict_text(result)):
        text = " ".join(text for _, text in paragraphs if isinstance(text, str))
        assert "without what probes took" in text
        assert "claims per second are decided among themselves" in text.lower()
    assert "at equal seconds of training" in " ".join(str(text) for _, text in describe_claim(PER_SECOND))
