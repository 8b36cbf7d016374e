"""Without enough seeds there are effects, and how they moved, but no verdict."""

from __future__ import annotations

import pytest

from bntui.claims.catalogue import CLAIMS
from bntui.claims.check import check, check_groups
from bntui.claims.claim import Claim
from bntui.claims.result import Verdict
from bntui.records import State
from tests.claims.made import accuracy, by_layer, made, under_seeds

FASTER: Claim = CLAIMS["bn-faster"]


def pair(seed: int):
    return {"standard": accuracy(0.5, seed=10 * seed), "bn": accuracy(0.9, seed=10 * seed + 1)}


@pytest.mark.parametrize("seeds", [1, 2])
def test_few_seeds_give_no_verdict(seeds: int) -> None:
    (result,) = check(under_seeds(pair, seeds), [FASTER])
    assert (result.verdict, result.low, result.p, result.family) == (Verdict.NONE, None, None, 0)
    assert result.effect == pytest.approx(0.4, abs=0.03)
    assert len(result.by_seed) == seeds
    assert all(window.low is None for window in result.windows)


def test_one_run_is_described_as_one_run() -> None:
    (result,) = check(under_seeds(pair, 1), [FASTER])
    assert (result.scope, result.method) == ("in this run (seed 0)", "")


def test_the_side_of_each_layer_is_told_for_one_run() -> None:
    name = "moments.mean_drift"
    run = made({"standard": by_layer(name, (1.0, 1.0, 1.0), seed=1), "noisy": by_layer(name, (5.0, 0.5, 2.0), seed=2)})
    (result,) = check([run], [CLAIMS["noisy-mean-drifts"]])
    assert [part.side for part in result.parts] == ["within", "outside", "within"]


@pytest.mark.parametrize(
    ("state", "note"),
    [(State.TRAINING, "1 of 3 runs are not over"), (State.STOPPED, "1 of 3 runs ended early")],
)
def test_a_run_that_is_not_finished_gives_no_verdict(state: State, note: str) -> None:
    runs = [*under_seeds(pair, 2), made(pair(2), seed=2, state=state)]
    (result,) = check(runs, [FASTER])
    assert result.verdict is Verdict.NONE
    assert result.note.startswith(note)
    assert result.low is not None


def test_groups_are_one_family() -> None:
    groups = {"lr=0.1": under_seeds(pair, 3), "lr=1": under_seeds(pair, 3), "lr=3": under_seeds(pair, 1)}
    checked = check_groups(groups, [FASTER])
    assert {label: [result.family for result in results] for label, results in checked.items()} == {
        "lr=0.1": [2],
        "lr=1": [2],
        "lr=3": [2],
    }
    (alone,) = check(groups["lr=0.1"], [FASTER])
    (together,) = checked["lr=0.1"]
    assert (together.group, together.p) == ("lr=0.1", alone.p)
    assert alone.p_adjusted is not None and together.p_adjusted > alone.p_adjusted
    assert checked["lr=3"][0].verdict is Verdict.NONE
