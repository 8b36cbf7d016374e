"""A run that is killed at any moments, and resumed each time, measures what an uninterrupted one does."""

from __future__ import annotations

import contextlib
import multiprocessing
import random
from collections.abc import Sequence
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from bntui.records import NoticeKind, State, UserError
from bntui.run.storage import checkpoints, folders
from bntui.run.storage.reader import RunReader

STEPS = 40
PRESET = f"""
network = "blog-cnn"
dataset = "digits"
device = "cpu"
steps = {STEPS}
batch_size = 8
variants = ["bn", "noisy", {{ name = "wild", kind = "standard", lr = 1e30 }}]
[optimizer]
momentum = 0.9
[checkpoint]
seconds = 0.1
[probes]
moments.every = 3
distribution.every = 10
norms.every = 10
step_loss.every = 7
test.every = 15
test.samples = 50
"""
LIMIT = 300.0

CONTEXT = multiprocessing.get_context("forkserver")
# Torch is loaded once, and each process begins with it.
CONTEXT.set_forkserver_preload(
    ["torch", "bntui.cli.main", "bntui.headless.training_lines", "bntui.run.sources.resumed", "bntui.train"]
)


def _bntui(arguments: Sequence[str]) -> None:
    from bntui.cli.main import execute

    raise SystemExit(execute(list(arguments)))


def _started(*arguments: object) -> ForkServerProcess:
    process = CONTEXT.Process(target=_bntui, args=([str(argument) for argument in arguments],))
    process.start()
    return process


def _finished(*arguments: object) -> None:
    process = _started(*arguments)
    process.join(LIMIT)
    assert process.exitcode == 0


def _killed(after_step: int, more_seconds: float, runs: Path, *arguments: object) -> None:
    """Run `bntui` and kill it so many seconds after it has stored a step, if it has not ended by then."""
    process = _started(*arguments)
    while process.is_alive() and _stored_steps(runs) < after_step:
        process.join(0.01)
    process.join(more_seconds)
    process.kill()
    process.join(LIMIT)


def _stored_steps(runs: Path) -> int:
    for folder in folders.all_runs(runs):
        with contextlib.suppress(UserError), RunReader(folder) as reader:
            return reader.progress.steps
    return 0


def _rows(csv: Path) -> list[str]:
    """Return the lines of a CSV without the run's id."""
    return [line.partition(",")[2] for line in csv.read_text().splitlines()]


@pytest.mark.parametrize("kills", [2, pytest.param(20, marks=pytest.mark.slow)])
def test_a_run_that_is_killed_and_resumed_measures_what_an_uninterrupted_one_does(kills: int, tmp_path: Path) -> None:
    preset = tmp_path / "small.toml"
    preset.write_text(PRESET)
    whole, killed, runs = tmp_path / "whole.csv", tmp_path / "killed.csv", tmp_path / "runs"
    train = ("--preset", preset, "--headless", "--runs-dir")
    _finished(*train, tmp_path / "whole", "--csv", whole)
    resume = ("resume", "last", "--headless", "--runs-dir", runs)
    moments = random.Random(kills)
    for after_step in sorted(moments.randrange(1, STEPS - 20) for _ in range(kills)):
        _killed(after_step, moments.uniform(0, 0.3), runs, *(resume if runs.exists() else (*train, runs)))
    (folder,) = folders.all_runs(runs)
    with RunReader(folder) as reader:
        over = reader.state is State.FINISHED
    if not over:
        _finished(*resume)
    with RunReader(folder) as reader:
        assert any(notice.kind is NoticeKind.RESUMED for notice in reader.notices())
    _finished("export", "last", "--csv", killed, "--runs-dir", runs)
    assert _rows(killed) == _rows(whole)
    assert checkpoints.steps(folder)[-1] == STEPS
