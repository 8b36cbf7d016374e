"""The table and the JSON of results, and the command on folders of runs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bntui.claims.catalogue import CLAIMS
from bntui.claims.check import check, check_groups
from bntui.claims.formats import SIGNS_TEXT, layers_text
from bntui.claims.gathered import of_runs
from bntui.claims.json_report import entries as json_entries
from bntui.claims.measured_run import MeasuredRun
from bntui.claims.result import Part, Result, Side, Verdict
from bntui.claims.text_report import text
from bntui.json_text import json_text
from bntui.records import State, UserError
from bntui.run.storage.reader import RunReader
from bntui.run.storage.writer import RunWriter
from tests.claims.made import Curves, accuracy, made, positive, under_seeds


def _entries(*runs: MeasuredRun) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads(json_text(json_entries({"": check(runs)})), parse_constant=pytest.fail)
    return entries


def test_json_is_finite_and_whole() -> None:
    entries = _entries(made({"standard": accuracy(0.5, 10), "bn": accuracy(0.9, 10)}))
    assert {entry["claim"] for entry in entries} == set(CLAIMS)
    first = entries[0]
    assert (first["verdict"], first["variants"], first["low"]) == ("no verdict", ["bn", "standard"], None)
    assert first["supported_between"] == [0.0, None]
    assert first["effect"] == pytest.approx(0.4, abs=0.05)


def test_json_has_what_the_verdict_rests_on() -> None:
    first = _entries(*under_seeds(_faster))[0]
    assert (first["verdict"], first["seeds"], first["confidence"]) == ("supported", [0, 1, 2, 3, 4], 0.95)
    assert len(first["by_seed"]) == 5
    assert 0 < first["p"] <= first["p_adjusted"] < 0.05
    assert first["low"] < first["effect"] < first["high"]
    assert {"label", "steps", "effect", "low", "high", "decides"} == set(first["windows"][0])
    assert [each["variant"] for each in first["outcomes"]] == ["bn", "standard"]


def test_a_ratio_that_overflows_is_still_a_number() -> None:
    name = "smoothness.beta"
    _entries(made({"standard": positive(name, 1e-30), "bn": positive(name, 1e30, scatter=3.0)}))


def _faster(seed: int) -> dict[str, Curves]:
    return {"standard": accuracy(0.5, 40, seed), "bn": accuracy(0.9, 40, seed + 9)}


def test_one_seed_gives_effects_without_verdicts() -> None:
    runs = under_seeds(_faster, 1)
    shown = text({"": runs}, {"": check(runs)}, "one seed: effects only; `bntui sweep made --seeds 0:5` decides")
    first, blank, heading, learned, head, row, *_ = shown.splitlines()
    assert first == "one seed: effects only; `bntui sweep made --seeds 0:5` decides"
    assert (blank, heading) == ("", "made on digits, 1,000 steps, seed 0")
    assert learned == "seeds that learned, of 1: bn 1, standard 1"
    assert head.split() == ["claim", "variants", "effect"]
    assert row.split()[:4] == ["bn-faster", "bn", ":", "standard"]


def test_several_seeds_give_a_verdict_with_plain_and_adjusted_p() -> None:
    runs = under_seeds(_faster)
    lines = text({"": runs}, {"": check(runs)}).splitlines()
    assert lines[:2] == ["made on digits, 1,000 steps, seeds 0–4", "seeds that learned, of 5: bn 5, standard 5"]
    assert lines[2].split("  ")[0] == "verdict"
    assert lines[2].rstrip().endswith("p (Holm)")
    assert lines[3].startswith("supported  bn-faster  bn : standard  0.")
    assert "which holds for all 1 claims together" in "\n".join(lines)
    assert max(map(len, lines)) <= 160


def test_a_divergence_is_told_with_seed_and_step() -> None:
    runs = [made(_faster(seed), seed=seed, ended={"standard": 17} if seed == 2 else None) for seed in range(3)]
    assert "; diverged: standard under seed 2 at step 17" in text({"": runs}, {"": check(runs)})


def test_a_run_that_goes_on_is_shown_so_far() -> None:
    runs = [made(_faster(0), state=State.TRAINING)]
    assert "made on digits, 40 of 1,000 steps so far, seed 0" in text({"": runs}, {"": check(runs)})


def test_groups_are_shown_side_by_side_first() -> None:
    same = under_seeds(lambda seed: {"standard": accuracy(0.5, 40, seed), "bn": accuracy(0.5, 40, seed + 9)})
    groups = {"lr=0.1": under_seeds(_faster), "lr=3": same, "lr=9": under_seeds(_faster, 1)}
    lines = text(groups, check_groups(groups)).splitlines()
    assert lines[0].split() == ["claim", "variants", "lr=0.1", "lr=3", "lr=9"]
    assert lines[1].split() == ["bn-faster", "bn", ":", "standard", "+", "?", "·"]
    assert lines[2] == SIGNS_TEXT
    assert "lr=3: made on digits, 1,000 steps, seeds 0–4" in lines


def test_layers_are_told_by_where_the_claim_holds() -> None:
    def curves(seed: int) -> dict[str, Curves]:
        def drift(scale: float) -> Curves:
            layers = ("conv1", "conv2", "fc1")
            return {
                key: value
                for number, layer in enumerate(layers)
                for key, value in positive(f"moments.mean_drift.{layer}", scale, seed=seed + number).items()
            }

        return {"standard": {**accuracy(0.5), **drift(1.0)}, "noisy": {**accuracy(0.5), **drift(9.0)}}

    result = next(result for result in check(under_seeds(curves)) if result.claim.id == "noisy-mean-drifts")
    assert layers_text(result).startswith("holds in conv1 ")
    assert "fc1" in layers_text(result) and "(does not decide)" in layers_text(result)


def test_a_run_without_measurements(tmp_path: Path) -> None:
    run = made({"standard": accuracy(0.5, 1)})
    store = RunWriter(tmp_path, run.spec)
    store.close(State.FAILED)
    with RunReader(store.folder) as reader:
        assert reader.info is None
    with pytest.raises(UserError, match="nothing was measured"):
        of_runs([store.folder])


def test_scipy_is_imported_only_when_needed() -> None:
    code = "import sys, bntui.claims.text_report; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"scipy", "torch", "textual", "rich", "plotext"} & set(done.stdout.split())


def test_of_very_many_layers_the_extremes_are_named() -> None:
    parts = tuple(Part(f"conv{n}", float(n), None, None, side=Side.WITHIN) for n in range(1, 110))
    undefined = Part("fc1", None, None, None, side=None)
    result = Result(CLAIMS["theorem-4.1"], ("bn",), Verdict.NONE, (0,), parts=(*parts, undefined))
    assert layers_text(result) == "holds in 109 layers, from 1.00 (conv1) to 109 (conv109); not defined in fc1 –"
