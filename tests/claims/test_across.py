"""Claims about how much a key matters compare the spreads of two sets of variants."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bntui.claims.catalogue import CLAIMS
from bntui.claims.check import check
from bntui.claims.formats import variants_text
from bntui.claims.measured_run import MeasuredRun
from bntui.claims.result import Result
from tests.claims.made import Curves, made

GAINS = {"a": 0.1, "b": 1.0, "c": 10.0}
STEPS = 40


def run(
    bn: tuple[float, ...],
    standard: tuple[float, ...],
    seed: int = 0,
    ended: int | None = None,
    accuracy: float = 0.9,
) -> MeasuredRun:
    """Return a run whose variants have these losses; `ended` is the step at which the last one diverged.

    `accuracy` is that of the plain networks.
    """
    losses = {f"bn-{name}": loss for name, loss in zip(GAINS, bn, strict=True)}
    losses |= {f"standard-{name}": loss for name, loss in zip(GAINS, standard, strict=True)}
    curves: dict[str, Curves] = {
        name: {"train.loss": np.full(STEPS, loss), "train.accuracy": np.full(STEPS, 0.9 if "bn" in name else accuracy)}
        for name, loss in losses.items()
    }
    if ended is not None:
        curves["standard-c"] = {key: values[:ended] for key, values in curves["standard-c"].items()}
    return made(
        curves,
        seed=seed,
        steps=STEPS,
        kinds={name: name.split("-")[0] for name in curves},
        gains={name: GAINS[name[-1]] for name in curves},
        ended=None if ended is None else {"standard-c": ended},
    )


def result(*runs: MeasuredRun) -> Result:
    (found,) = check(runs, [CLAIMS["resilient-to-gain"]])
    return found


def test_the_effect_is_the_ratio_of_the_standard_deviations_of_the_logarithms() -> None:
    bn, standard = (0.1, 0.2, 0.1), (1.0, 0.1, 2.0)
    found = result(run(bn, standard))
    assert found.effect == pytest.approx(np.log(bn).std() / np.log(standard).std(), rel=1e-6)
    assert variants_text(found) == "bn-a … bn-c : standard-a … standard-c"


def test_a_diverged_network_counts_as_guessing() -> None:
    found = result(run((0.1, 0.2, 0.1), (1.0, 0.1, 2.0), ended=5))
    guessing = (1.0, 0.1, math.log(10))
    assert found.effect == pytest.approx(np.log((0.1, 0.2, 0.1)).std() / np.log(guessing).std(), rel=1e-6)
    assert "its loss counts as that of guessing from there" in found.note


@pytest.mark.parametrize(("factor", "verdict"), [(1.0, "supported"), (100.0, "contradicted")])
def test_seeds_decide_it_whatever_learned(factor: float, verdict: str) -> None:
    runs = [run((0.1, 0.1 * factor + 0.001 * seed, 0.11), (1.0, 0.1, 1.0), seed) for seed in range(4)]
    assert result(*runs).verdict == verdict


def test_networks_that_never_learn_are_not_resilient() -> None:
    runs = [run((0.1, 0.2, 0.1), (2.3, 2.31, 2.3), seed, accuracy=0.1) for seed in range(4)]
    found = result(*runs)
    assert found.verdict == "undecided"
    assert found.note.startswith("nothing to compare with: standard-a learned under 0 of 4 seeds, standard-b")
