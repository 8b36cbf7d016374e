"""Runs are listed, named, noted and deleted."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bntui.records import State
from bntui.run.storage import folders
from bntui.run.storage.writer import RunWriter
from bntui.spec import load
from tests.cli.conftest import TINY, Bntui
from tests.markdown import README


def test_runs_of_an_empty_folder(tmp_path: Path, bntui: Bntui) -> None:
    assert bntui("runs") == (0, f"no runs in {tmp_path / 'runs'}\n", "")


def test_runs_are_listed_with_their_state_and_accuracies(finished_run: Path, bntui: Bntui) -> None:
    _, out, _ = bntui("runs", "--runs-dir", str(finished_run.parent))
    header, line = out.splitlines()
    assert header.split() == [
        "run",
        "preset",
        "data",
        "set",
        "device",
        "seed",
        "steps",
        "state",
        "training",
        "accuracy",
    ]
    for text in (finished_run.name, "digits", "cpu", "3/3", "finished", "standard 0.", "bn 0.", "noisy 0."):
        assert text in line


def test_a_regression_is_listed_with_its_losses(bntui: Bntui) -> None:
    _, out, _ = bntui("--preset", "convex", "--headless", "--steps", "2", "--device", "cpu")
    assert re.search(r"step 2 of 2  .* steps/s  loss: decay-0\.1 \d", out)
    _, listed, _ = bntui("runs")
    assert re.search(r"  loss: decay-0\.1 \d\S*  decay-0\.5 \d\S*  decay-1 \d", listed)
    (run,) = json.loads(bntui("runs", "--json")[1])
    assert run["train_accuracy"] == {} and list(run["train_loss"]) == ["decay-0.1", "decay-0.5", "decay-1"]


def test_a_run_of_which_every_variant_diverged_says_so(bntui: Bntui) -> None:
    _, out, _ = bntui(*TINY, "--steps", "9", "--lr", "1e30", "--set", 'variants=["standard"]')
    assert re.search(r" finished after \d of 9 steps: every variant diverged; export it with", out)
    assert "  diverged  " in bntui("runs")[1]
    (run,) = json.loads(bntui("runs", "--filter", "state:diverged", "--json")[1])
    assert (run["state"], list(run["diverged"]), run["train_loss"]) == ("finished", ["standard"], {"standard": None})


def test_a_run_that_cannot_be_read_is_told_apart_in_json(bntui: Bntui, tmp_path: Path) -> None:
    (tmp_path / "runs" / "broken").mkdir(parents=True)
    (tmp_path / "runs" / "broken" / folders.DATABASE).write_bytes(b"junk")
    (run,) = json.loads(bntui("runs", "--json")[1])
    assert (run["run"], run["state"], run["steps"]) == ("broken", "unreadable", None)
    assert run["error"] == "run.sqlite cannot be read: file is not a database"


@pytest.mark.parametrize("command", ["runs", "runs show", "values"])
def test_every_key_of_the_json_is_documented(finished_run: Path, bntui: Bntui, command: str) -> None:
    arguments = {"runs": ["--runs-dir", finished_run.parent], "values": [finished_run, "train.loss", "--last"]}
    _, out, _ = bntui(*command.split(), *map(str, arguments.get(command, [finished_run])), "--json")
    found = json.loads(out)
    row = next(line for line in README.splitlines() if line.startswith(f"| `{command}` | a"))
    assert {f"`{key}`" for key in (found if isinstance(found, dict) else found[0])} <= {*re.findall("`[^`]*`", row)}


def test_a_run_is_shown_with_its_settings_and_provenance(finished_run: Path, bntui: Bntui) -> None:
    status, out, error = bntui("runs", "show", str(finished_run))
    assert (status, error) == (0, "")
    shown = [line.split("  ", 1) for line in out.splitlines()]
    texts = {label: text.strip() for label, text in shown}
    assert texts["run"] == finished_run.name
    assert texts["state"] == "finished, 3 of 3 steps"
    assert texts["network"] == "blog-cnn"
    assert texts["optimizer"].startswith("sgd, lr ") and texts["optimizer"].endswith(", schedule constant")
    assert "train every 1" in texts["probes"]
    assert texts["data"].startswith("digits; 1,500 training and 297 test samples; SHA-256 ")
    assert [text.strip() for label, text in shown if label == "variant"] == ["standard", "bn", "noisy"]
    assert "host" not in texts


def test_a_run_is_shown_as_json_without_the_machines_name(finished_run: Path, bntui: Bntui) -> None:
    _, out, _ = bntui("runs", "show", str(finished_run), "--json")
    table = json.loads(out)
    assert (table["run"], table["state"], table["steps"]) == (finished_run.name, "finished", 3)
    assert table["spec"]["network"] == "blog-cnn"
    (session,) = table["provenance"]["sessions"]
    assert (session["dataset"], session["train_samples"], session["host"]) == ("digits", 1500, "")


def test_the_command_and_the_machine_are_kept(tmp_path: Path, bntui: Bntui, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = [*TINY, "--steps", "1", "--with-host", "--set", "seed=3"]
    monkeypatch.setattr("sys.argv", ["/usr/bin/bntui", *arguments, "a b"])
    monkeypatch.setattr("platform.node", lambda: "a-host")
    bntui(*arguments)
    bntui("resume", "last", "--steps", "2", "--headless")
    _, out, _ = bntui("runs", "show", "last")
    lines = {label: text.strip() for label, text in (line.split("  ", 1) for line in out.splitlines())}
    assert lines["command"].startswith("bntui --preset noisy --headless --dataset digits")
    assert lines["command"].endswith("--with-host --set seed=3 'a b'")
    assert lines["host"] == "a-host"
    assert lines["state"] == "finished, 2 of 2 steps"
    assert "begun from step 1" in lines


def test_a_finished_run_cannot_be_stopped(finished_run: Path, bntui: Bntui) -> None:
    message = f"bntui: run {finished_run.name}: is finished; only a training run can be stopped\n"
    assert bntui("stop", str(finished_run)) == (2, "", message)


def test_a_run_is_named_noted_found_and_deleted(tmp_path: Path, bntui: Bntui) -> None:
    bntui(*TINY, "--steps", "1")
    (folder,) = folders.all_runs(tmp_path / "runs")
    assert bntui("rename", "last", "first try") == (0, "", "")
    assert bntui("note", "last", "one step only") == (0, "", "")
    for text in ("", "TRY", "only"):
        _, out, _ = bntui("runs", "--filter", text)
        assert "first try" in out and "one step only" in out
    assert bntui("runs", "--filter", "second") == (0, f"no runs in {tmp_path / 'runs'} with 'second'\n", "")
    status, _, error = bntui("delete", "last")
    assert (status, folder.exists()) == (2, True)
    assert "confirm with --yes" in error
    assert bntui("delete", "last", "--yes") == (0, f"run {folder.name} is deleted\n", "")
    assert not folder.exists()


def test_a_run_is_deleted_only_by_a_name_that_cannot_be_meant_otherwise(tmp_path: Path, bntui: Bntui) -> None:
    bntui(*TINY, "--steps", "1")
    (folder,) = folders.all_runs(tmp_path / "runs")
    for name, message in (("", "is empty"), (" ", "is empty"), ("noi", "write at least 4 characters")):
        status, _, error = bntui("delete", name, "--yes")
        assert (status, message in error) == (2, True)
    assert folder.is_dir()
    assert bntui("delete", folder.name[:7], "--yes")[0] == 0


@pytest.fixture
def three_runs(tmp_path: Path) -> tuple[str, ...]:
    """The ids of two runs that differ in the seed, and of one with another learning rate."""
    ids = []
    for overrides in (["seed=0"], ["seed=1"], ["optimizer.lr=0.3"]):
        writer = RunWriter(tmp_path / "runs", load("noisy", overrides))
        ids.append(writer.folder.name)
        writer.close(State.FINISHED)
    return tuple(ids)


def test_the_configurations_of_runs_are_compared(three_runs: tuple[str, ...], bntui: Bntui) -> None:
    first, _, other = three_runs
    status, out, _ = bntui("runs", "diff", first, other)
    assert status == 0
    assert [line.split() for line in out.splitlines()[1:]] == [
        [],
        ["run", "optimizer.lr"],
        [first, "0.1"],
        [other, "0.3"],
    ]
    assert f"{first} and {other} differ in optimizer.lr: 0.1, 0.3" in out


def test_runs_that_differ_only_in_the_seed_share_a_column(three_runs: tuple[str, ...], bntui: Bntui) -> None:
    _, out, _ = bntui("runs", "diff", *three_runs)
    assert [line.split() for line in out.splitlines()[2:]] == [
        ["key", three_runs[0], "+1", three_runs[2]],
        ["seed", "0,", "1", "0"],
        ["optimizer.lr", "0.1", "0.3"],
    ]


def test_differences_are_printed_as_json(three_runs: tuple[str, ...], bntui: Bntui) -> None:
    first, second, _ = three_runs
    _, out, _ = bntui("runs", "diff", first, second, "--json")
    assert json.loads(out) == [{"key": "seed", "values": {first: 0, second: 1}}]


def test_the_folder_given_to_the_list_is_that_of_the_comparison(
    three_runs: tuple[str, ...], tmp_path: Path, bntui: Bntui, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BNTUI_RUNS_DIR", str(tmp_path / "elsewhere"))
    assert bntui("runs", "diff", *three_runs)[0] == 2
    assert bntui("runs", "--runs-dir", str(tmp_path / "runs"), "diff", *three_runs)[0] == 0


def test_one_run_has_nothing_to_differ_from(three_runs: tuple[str, ...], bntui: Bntui) -> None:
    status, out, error = bntui("runs", "diff", three_runs[0], three_runs[0])
    assert (status, out, error) == (2, "", "bntui: give two or more different runs to compare\n")
