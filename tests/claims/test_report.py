"""The table and the JSON of results, and the command on folders of runs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bntui.claims.catalogue import CLAIMS
from bntui.claims.check import check
from bntui.claims.formats import as_json, table
from bntui.claims.measured_run import MeasuredRun
from bntui.claims.text_report import claims_of
from bntui.records import Measurement, Progress, State, UserError
from bntui.run.series.history import Key
from bntui.run.storage.reader import RunReader
from bntui.run.storage.writer import RunWriter
from tests.claims.made import accuracy, made, positive


def stored(runs_dir: Path, seed: int) -> Path:
    """A run on disk, as a trainer would leave it."""
    run = made({"standard": accuracy(0.5, 40, seed), "bn": accuracy(0.9, 40, seed + 9)}, seed=seed)
    store = RunWriter(runs_dir, run.spec, {})
    store.begin(run.history.info)
    store.write(sorted(_measurements(run), key=lambda measured: measured.step), Progress(40, 1.0, 0.0))
    store.close(State.FINISHED)
    return store.folder


def _measurements(run: MeasuredRun) -> Iterator[Measurement]:
    for variant in run.history.info.variants:
        curves = [run.history.points(Key(variant, "train", name)) for name in ("loss", "accuracy")]
        for step, *values in zip(curves[0].steps, *(each.values for each in curves), strict=True):
            yield Measurement(int(step), variant, "train", tuple(map(float, values)))


def test_json_is_finite_and_whole() -> None:
    run = made({"standard": accuracy(0.5, 10), "bn": accuracy(0.9, 10)})
    entries = json.loads(as_json(check([run])), parse_constant=pytest.fail)
    assert {entry["claim"] for entry in entries} == set(CLAIMS)
    first = entries[0]
    assert (first["verdict"], first["variants"], first["low"]) == ("no verdict", ["bn", "standard"], None)
    assert first["supported_between"] == [0.0, None]
    assert first["effect"] == pytest.approx(0.4, abs=0.05)


def test_a_ratio_that_overflows_is_still_a_number() -> None:
    name = "smoothness.beta"
    run = made({"standard": positive(name, 1e-30), "bn": positive(name, 1e30, scatter=3.0)})
    json.loads(as_json(check([run])), parse_constant=pytest.fail)


def test_the_table_has_one_row_for_each_result() -> None:
    results = check([made({"standard": accuracy(0.5), "bn": accuracy(0.9)})])
    head, first, *rest = table(results)
    assert len(rest) + 1 == len(results)
    assert first[:3] == ("no verdict", "bn-faster", "bn : standard")
    assert {len(row) for row in (head, first, *rest)} == {6}


def test_folders_of_one_and_of_several(tmp_path: Path) -> None:
    folders = [stored(tmp_path, seed) for seed in range(3)]
    assert "hold for in this run (seed 0)" in claims_of(folders[:1])
    # A run named twice is one run.
    assert claims_of([*folders[:1], *folders[:1]]) == claims_of(folders[:1])
    text = claims_of(folders)
    assert "(paired t over 3 seeds, verdicts held to 5 % over 1 claims (Holm)) hold for seeds 0, 1, 2" in text
    assert "Not checked:" in text
    assert max(map(len, text.splitlines())) <= 160
    assert json.loads(claims_of(folders, json=True))[0]["verdict"] == "supported"


def test_a_run_without_measurements(tmp_path: Path) -> None:
    run = made({"standard": accuracy(0.5, 1)})
    store = RunWriter(tmp_path, run.spec, {})
    store.close(State.FAILED)
    with RunReader(store.folder) as reader:
        assert reader.info is None
    with pytest.raises(UserError, match="nothing was measured"):
        claims_of([store.folder])


def test_scipy_is_imported_only_when_needed() -> None:
    code = "import sys, bntui.claims.text_report; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"scipy", "torch", "textual", "rich", "plotext"} & set(done.stdout.split())
