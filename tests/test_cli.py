"""The command line: what each command prints, and that a mistake is one line and exit status 2."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest

from bntui import __version__
from bntui.cli import _run
from bntui.run.storage import folders

TINY = ("--dataset", "digits", "--set", "network=blog-cnn", "--batch-size", "16", "--device", "cpu")
TINY = (*TINY, "--set", "probes.test.samples=50")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, folder in (("BNTUI_RUNS_DIR", "runs"), ("XDG_CONFIG_HOME", "config"), ("XDG_CACHE_HOME", "cache")):
        monkeypatch.setenv(name, str(tmp_path / folder))


def _said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = _run(list(arguments))
    said = capsys.readouterr()
    return status, said.out, said.err


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("--preset nosy", "unknown preset 'nosy'; did you mean noisy"),
        ("--preset nosy --headless", "unknown preset 'nosy'; did you mean noisy"),
        ("--presets", "No such option: --presets"),
        ("--preset noisy --seed x", "Invalid value for '--seed'"),
        ("--colors pink", "--colors pink: there is auto, truecolor, 256, 16, none"),
        ("--markers dots", "--markers dots: there is auto, braille, ascii"),
        ("--preset noisy --steps 0", "steps = 0: should be greater than or equal to 1"),
        ("--preset noisy --lr 0", "optimizer.lr = 0.0: should be greater than 0"),
        ("--preset noisy --lr nan", "optimizer.lr = nan"),
        ("--preset noisy --device gpu", "unknown device 'gpu'; there is auto, cpu"),
        ("--preset noisy --dataset minst", "unknown data set 'minst'; did you mean mnist"),
        ("--preset noisy --set stepz=1", "unknown key 'stepz'; did you mean steps?"),
        ("--preset blog-lr --lr 0.3", "every variant has its own lr; use --set variants."),
        ("--preset noisy --csv /nowhere/x.csv", "there is no folder /nowhere"),
        ("--preset noisy --runs-dir /proc/none", "runs folder /proc/none: cannot be written"),
        ("--headless", "--headless needs --preset NAME"),
        ("frobnicate", "No such command 'frobnicate'"),
        ("presets show nosy", "unknown preset 'nosy'; did you mean noisy"),
        ("export none", "no run 'none'"),
        ("export last", "there are no runs"),
        ("claims last", "there are no runs"),
        ("attach", "there are no runs"),
        ("stop last", "there are no runs"),
        ("replay last", "there are no runs"),
        ("rename last x", "there are no runs"),
        ("note last x", "there are no runs"),
        ("delete last --yes", "there are no runs"),
        ("export last --from -1", "'--from': Input should be greater than or equal to 0"),
        ("export last --format xml", "--format xml: there is long, wide"),
        ("--preset noisy --headless --dataset folder:/nowhere", "/nowhere: no such folder"),
        ("--preset noisy --headless --dataset digits --batch-size 1501", "digits has 1500 training samples"),
        ("--preset noisy --headless --dataset digits --set network=vg-mini", "did you mean vgg-mini"),
        ('--preset noisy --headless --dataset digits --set variants=["bm"]', "unknown variant 'bm'; did you mean bn"),
        ("--preset noisy --headless --dataset digits --set probes.beta.every=1", "unknown probe 'beta'"),
        ("--preset noisy --headless --dataset digits --set probes.test.every=-1", "probes.test: every = -1"),
        ("--preset noisy --headless --dataset digits --device cuda:99", "device cuda:99: "),
    ],
)
def test_a_mistake_is_one_line_and_status_2(command: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, error = _said(capsys, *command.split())
    assert status == 2
    assert said in error
    assert error.startswith("bntui: ")
    assert error.count("\n") == 1


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert _said(capsys, "--version") == (0, f"bntui {__version__}\n", "")


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = _said(capsys, "--help")
    assert status == 0
    for word in ("--preset", "--headless", "--csv", "--runs-dir", "presets", "runs", "export"):
        assert word in out


def test_presets_are_listed_with_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = _said(capsys, "presets")
    lines = {line.split()[0]: line.split(maxsplit=1)[1] for line in out.splitlines()}
    assert status == 0
    assert {"noisy", "blog-noisy", "blog-lr", "blog-smoothness", "paper-noisy"} <= set(lines)


def test_a_broken_preset_of_the_users_does_not_hide_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "config" / "bntui" / "presets" / "mine.toml"
    mine.parent.mkdir(parents=True)
    mine.write_text("steps = 'many'")
    _, out, _ = _said(capsys, "presets")
    assert "mine" in out
    assert "noisy" in out


def test_a_preset_is_shown_resolved_and_can_be_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = _said(capsys, "presets", "show", "noisy")
    assert "etas = [" in out
    mine = tmp_path / "mine.toml"
    mine.write_text(out)
    status, again, _ = _said(capsys, "presets", "show", str(mine))
    assert (status, again) == (0, out)


def test_runs_of_an_empty_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _said(capsys, "runs") == (0, f"no runs in {tmp_path / 'runs'}\n", "")


def test_headless_trains_writes_csv_and_is_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    to = tmp_path / "out.csv"
    status, out, _ = _said(capsys, "--preset", "noisy", "--headless", "--steps", "3", *TINY, "--csv", str(to))
    (folder,) = folders.all_runs(tmp_path / "runs")
    assert status == 0
    assert f"run {folder.name} finished after 3 of 3 steps; CSV in {to}" in out
    assert "step 3 of 3" in out
    with to.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["run"] for row in rows} == {folder.name}
    status, out, _ = _said(capsys, "export", folder.name[:8])
    assert (status, list(csv.DictReader(StringIO(out)))) == (0, rows)
    status, out, _ = _said(capsys, "export", "last", "--from", "2")
    assert list(csv.DictReader(StringIO(out))) == [row for row in rows if int(row["step"]) >= 2]
    status, _, error = _said(capsys, "export", "last", "--from", "2", "--to", "1")
    assert (status, error) == (2, "bntui: steps 2 to 1: the first must not be after the last\n")
    status, out, _ = _said(capsys, "claims", "last")
    assert status == 0
    assert "bn-faster" in out
    status, _, error = _said(capsys, "stop", "last")
    assert (status, error) == (2, f"bntui: run {folder.name}: is finished; there is nothing to stop\n")
    status, out, _ = _said(capsys, "claims", "last", "--json")
    assert json.loads(out)
    status, out, _ = _said(capsys, "export", "last", "--format", "wide")
    assert len(list(csv.DictReader(StringIO(out)))) == 3 * 4  # three variants, three steps and the end
    _, out, _ = _said(capsys, "runs")
    header, line = out.splitlines()
    assert header.split()[:2] == ["run", "preset"]
    for shown in (folder.name, "digits", "cpu", "3/3", "finished", "standard 0.", "bn 0.", "noisy 0."):
        assert shown in line


def test_a_run_is_named_noted_found_and_deleted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _said(capsys, "--preset", "noisy", "--headless", "--steps", "1", *TINY)
    (folder,) = folders.all_runs(tmp_path / "runs")
    assert _said(capsys, "rename", "last", "first try") == (0, "", "")
    assert _said(capsys, "note", "last", "one step only") == (0, "", "")
    for text in ("", "TRY", "only"):
        _, out, _ = _said(capsys, "runs", "--filter", text)
        assert "first try" in out and "one step only" in out
    assert _said(capsys, "runs", "--filter", "second") == (0, f"no runs in {tmp_path / 'runs'} with 'second'\n", "")
    status, _, error = _said(capsys, "delete", "last")
    assert (status, folder.exists()) == (2, True)
    assert "only with --yes" in error
    assert _said(capsys, "delete", "last", "--yes") == (0, f"run {folder.name} is deleted\n", "")
    assert not folder.exists()


def test_a_headless_run_that_breaks_down_says_so_and_keeps_what_was_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from bntui.train.variant_trainer import VariantTrainer

    whole = VariantTrainer.step

    def breaks(self: VariantTrainer, step: int, *batch: object) -> object:
        if step == 2:
            raise RuntimeError("out of memory")
        return whole(self, step, *batch)

    monkeypatch.setattr(VariantTrainer, "step", breaks)
    status, out, error = _said(capsys, "--preset", "noisy", "--headless", "--steps", "5", *TINY)
    (folder,) = folders.all_runs(tmp_path / "runs")
    assert status == 1 and "Traceback" not in out + error
    assert "training failed: RuntimeError: out of memory" in out
    assert f"run {folder.name} failed after" in out
    assert "Traceback" in (folder / "worker.log").read_text()
    assert _said(capsys, "export", "last")[1].count(",train,") > 0


def test_csv_to_standard_output_is_nothing_but_csv(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, error = _said(capsys, "--preset", "noisy", "--headless", "--steps", "2", *TINY, "--csv", "-")
    rows = list(csv.DictReader(StringIO(out)))
    assert {row["step"] for row in rows} == {"0", "1", "2"}
    assert "finished after 2 of 2 steps" in error


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_headless_run_and_keeps_it(tmp_path: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-m", "bntui", "--preset", "noisy", "--headless", "--steps", "1000000", *TINY]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"}
    ) as process:
        assert process.stdout is not None
        while "step " not in (line := process.stdout.readline()):
            assert line, "it ended before its first step"
        process.send_signal(number)
        out, error = process.communicate(timeout=60)
    (folder,) = folders.all_runs(tmp_path / "runs")
    assert process.returncode == 128 + number
    assert f"run {folder.name} stopped after" in out
    assert "Traceback" not in error


NOT_NEEDED = ("torch", "numpy", "textual", "pydantic", "rich")


def test_help_and_version_load_nothing_heavy() -> None:
    look = (
        "import sys; from bntui.cli import _run; _run([sys.argv[1]]);"
        f"print(*(name for name in {NOT_NEEDED!r} if name in sys.modules), file=sys.stderr)"
    )
    for option in ("--help", "--version"):
        done = subprocess.run([sys.executable, "-c", look, option], capture_output=True, text=True, check=True)
        assert done.stderr.strip() == ""
