"""The values of one quantity, and runs as JSON, for scripts."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Bntui


def test_the_values_of_a_quantity_are_printed_by_step_variant_and_layer(finished_run: Path, bntui: Bntui) -> None:
    status, out, error = bntui("values", str(finished_run), "train.loss")
    header, *lines = out.splitlines()
    assert (status, error, header.split()) == (0, "", ["step", "variant", "value"])
    assert [line.split()[:2] for line in lines] == [
        [str(step), variant] for step in range(3) for variant in ("standard", "bn", "noisy")
    ]
    _, out, _ = bntui("values", str(finished_run), "moments.mean", "--layer", "conv2", "--variant", "bn")
    rows = [line.split()[1:3] for line in out.splitlines()[1:]]
    assert rows and all(row == ["bn", "conv2"] for row in rows)


def test_the_newest_values_are_printed_as_json_equal_to_the_csv(finished_run: Path, bntui: Bntui) -> None:
    _, out, _ = bntui("values", str(finished_run), "train.accuracy", "--last", "--json")
    _, csv, _ = bntui("export", str(finished_run))
    rows = [line.split(",") for line in csv.splitlines() if ",train,,accuracy," in line and ",2,0,train" in line]
    assert (
        json.loads(out) == [{"step": 2, "variant": row[1], "layer": "", "value": float(row[-1])} for row in rows]
        and len(rows) == 3
    )


def test_unknown_names_get_one_line(finished_run: Path, bntui: Bntui) -> None:
    run = str(finished_run)
    for arguments, message in (
        (("train.los",), "does not measure 'train.los'; did you mean train.loss"),
        (("loss",), "does not measure 'loss'"),
        (("moments.mean", "--layer", "conv9"), "has no layer 'conv9'; did you mean conv"),
        (("train.loss", "--layer", "conv1"), "has no layer 'conv1'; it is measured of the whole network"),
        (("train.loss", "--variant", "bm"), "has no variant 'bm'; did you mean bn?"),
    ):
        status, out, error = bntui("values", run, *arguments)
        assert (status, out) == (2, "") and message in error and error.count("\n") == 1


def test_runs_as_json(finished_run: Path, bntui: Bntui) -> None:
    _, out, _ = bntui("runs", "--json", "--runs-dir", str(finished_run.parent))
    (run,) = json.loads(out)
    assert (run["run"], run["state"], run["steps_done"], run["seed"]) == (finished_run.name, "finished", 3, 0)
    assert run["train_accuracy"].keys() == {"standard", "bn", "noisy"} and run["error"] is None
    _, out, _ = bntui("runs", "--json", "--filter", "nothing", "--runs-dir", str(finished_run.parent))
    assert json.loads(out) == []
