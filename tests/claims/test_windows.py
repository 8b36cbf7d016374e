"""The parts of a run that effects are averaged over."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from bntui.claims.catalogue import CLAIMS
from bntui.claims.check import check
from bntui.claims.measured_run import MeasuredRun
from bntui.claims.result import Result, Verdict
from bntui.claims.window import steps_of, windows
from tests.claims.made import Curves, made, under_seeds

STEPS = 400


def curve(accuracy, learned_at: int) -> Curves:
    """An accuracy for each step, and a loss that is below the target from a step on."""
    loss = np.where(np.arange(STEPS) < learned_at, 2.3, 0.1)
    return {"train.loss": loss, "train.accuracy": np.broadcast_to(accuracy, STEPS).astype(float)}


def runs(slow_at: int = 100, seeds: int = 3, **options: int) -> list[MeasuredRun]:
    """BatchNorm is ahead by 0.4 until the plain network has learned, and equal from there on."""
    behind = np.where(np.arange(STEPS) < slow_at, 0.5, 0.9)
    return under_seeds(
        lambda seed: {"bn": curve(0.9, 10), "standard": curve(behind, slow_at)}, seeds, steps=STEPS, **options
    )


def one(of: list[MeasuredRun], claim: str = "bn-faster") -> Result:
    (result,) = check(of, [CLAIMS[claim]])
    return result


def test_who_is_faster_is_asked_until_the_slower_one_has_learned() -> None:
    result = one(runs(slow_at=100))
    # Ten losses are averaged: of those up to step 105, six are below the target.
    assert result.window == "until both variants' loss is below 1.15"
    assert result.effect == pytest.approx(0.4 * 100 / 106, abs=1e-6)


def test_the_effect_is_shown_in_every_window() -> None:
    effects = {window.label: (window.steps, window.effect) for window in one(runs(slow_at=100)).windows}
    assert effects == {
        "whole run": ((0, 399), pytest.approx(0.1)),
        "first quarter": ((0, 99), pytest.approx(0.4)),
        "second quarter": ((100, 199), 0.0),
        "third quarter": ((200, 299), 0.0),
        "last quarter": ((300, 399), 0.0),
        "until both variants' loss is below 1.15": ((0, 105), pytest.approx(0.4 * 100 / 106)),
        "after both variants' loss is below 1.15": ((106, 399), 0.0),
    }


def test_one_window_decides() -> None:
    result = one(runs())
    assert [window.label for window in result.windows if window.decides] == [result.window]
    (deciding,) = (window for window in result.windows if window.decides)
    assert (deciding.effect, deciding.low, deciding.high) == (result.effect, result.low, result.high)


def test_a_window_that_ends_with_the_loss_does_not_depend_on_the_length_of_the_run() -> None:
    (run,) = runs(seeds=1)
    variants = ("bn", "standard")
    assert steps_of("until both have halved the loss", run, variants, 400) == steps_of(
        "until both have halved the loss", run, variants, 200
    )


def test_without_reaching_the_loss_the_window_is_the_whole_run() -> None:
    result = one(runs(slow_at=STEPS))
    assert "a loss of 1.15 is not reached under 3 of 3 seeds: there the window is the whole run" in result.note
    until, after = result.windows[-2:]
    assert (until.steps, after.steps, after.effect) == ((0, STEPS - 1), None, None)


def test_the_target_follows_the_number_of_classes() -> None:
    assert one(runs(classes=100)).window == "until both variants' loss is below 2.30"


def test_a_regression_has_no_such_window() -> None:
    run = made({"bn": {"train.loss": np.ones(40)}, "standard": {"train.loss": np.ones(40)}})
    assert windows(run)[-1] == "last quarter"
    assert steps_of("until both have halved the loss", run, ("bn",), 40) == (0, 40)


@pytest.mark.parametrize("until", [1, 2, 3, 7])
def test_quarters_of_a_short_run_cover_it(until: int) -> None:
    (run,) = runs(seeds=1)
    names = ("first quarter", "second quarter", "third quarter", "last quarter")
    ends = [steps_of(name, run, (), until) for name in names]
    assert (ends[0][0], ends[-1][1]) == (0, until)
    assert all(before[1] == after[0] for before, after in itertools.pairwise(ends))


def at_start(divergence: dict[str, float], steps: int = 1) -> list[MeasuredRun]:
    def curves(seed: int) -> dict[str, Curves]:
        return {
            variant: {
                "train.loss": np.ones(steps),
                "step_scan.first_divergence": np.full(steps, value * (1 + 0.01 * seed)),
            }
            for variant, value in divergence.items()
        }

    return under_seeds(curves, 3, steps=steps)


def test_a_claim_about_the_initialization_needs_one_measurement_under_each_seed() -> None:
    result = one(at_start({"standard": 0.02, "bn": 20.0}), "diverges-earlier")
    assert (result.window, result.verdict) == ("initialization", Verdict.SUPPORTED)
    assert result.effect == pytest.approx(1e-3)
    assert one(at_start({"standard": 20.0, "bn": 10.0}), "diverges-earlier").verdict is Verdict.CONTRADICTED


def test_later_steps_do_not_count_for_it() -> None:
    result = one(at_start({"standard": 0.02, "bn": 20.0}, steps=8), "diverges-earlier")
    assert next(window.steps for window in result.windows if window.decides) == (0, 0)


def test_a_length_beyond_the_scan_decides_nothing() -> None:
    result = one(at_start({"standard": 0.02, "bn": float("nan")}), "diverges-earlier")
    assert result.verdict is Verdict.UNDECIDED and "1 of 1 measurements cannot be compared" in result.note
