"""The local engine, and whole sweeps, with real processes that are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psutil
import pytest

from bntui.records import State, UserError
from bntui.run.storage.listing import summaries
from bntui.run.storage.reader import RunReader
from bntui.sweep import sweep_folder
from bntui.sweep.local import gpu_shares
from bntui.sweep.progress import PointState, SweepProgress

PRESET = """
network = "blog-cnn"
dataset = "digits"
device = "cpu"
variants = ["standard", "bn"]
steps = 150
batch_size = 8
[checkpoint]
seconds = 0.5
"""
LIMIT = 240.0


@pytest.mark.parametrize(
    ("gpus", "per_run", "shares"),
    [
        (["0", "1"], 1, ["0", "1"]),
        (["0", "1"], 0.5, ["0", "1", "0", "1"]),
        (["3"], 0.34, ["3", "3"]),
        (["0", "1", "2", "3", "4"], 2, ["0,1", "2,3"]),
    ],
)
def test_gpus_are_dealt_out(gpus: Sequence[str], per_run: float, shares: list[str]) -> None:
    assert gpu_shares(gpus, per_run) == shares


@pytest.mark.parametrize(("gpus", "per_run"), [(["0", "1"], 1.5), (["0"], 2), ([], 1)])
def test_a_share_of_gpus_that_cannot_be_is_one_line(gpus: Sequence[str], per_run: float) -> None:
    with pytest.raises(UserError, match="^--gpus-per-run "):
        gpu_shares(gpus, per_run)


class _Program:
    """`bntui sweep` in a process of its own, and what it has stored."""

    def __init__(self, folder: Path) -> None:
        self.runs_dir = folder / "runs"
        self._folder = folder
        self._preset = folder / "small.toml"
        self._preset.write_text(PRESET)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *arguments: str) -> psutil.Process:
        """Start `bntui sweep` with arguments; its output goes to a file."""
        command = [sys.executable, "-m", "bntui", "sweep", *arguments, "--runs-dir", str(self.runs_dir)]
        environment = {**os.environ, "XDG_CACHE_HOME": str(self._folder / "cache")}
        with (self._folder / "output").open("ab") as output:
            self.process = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
        return psutil.Process(self.process.pid)

    def begin(self, *options: str) -> psutil.Process:
        """Start a sweep of four points, two at a time."""
        return self.start(str(self._preset), "--seeds", "0:4", "--name", "s", "--headless", "--jobs", "2", *options)

    def end(self) -> int:
        """Wait for its end, and return its exit status."""
        assert self.process
        return self.process.wait(LIMIT)

    def states(self) -> tuple[PointState, ...]:
        return SweepProgress(sweep_folder.load("s", self.runs_dir)).read()

    def until(self, reached: Callable[[tuple[PointState, ...]], bool]) -> None:
        """Wait until the points are in some state, while the program runs."""
        assert self.process
        while self.process.poll() is None:
            if sweep_folder.exists("s", self.runs_dir) and reached(self.states()):
                return
            try:
                self.process.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
        raise AssertionError((self._folder / "output").read_text())

    def output(self) -> str:
        return (self._folder / "output").read_text()


@pytest.fixture
def program(tmp_path: Path) -> Iterator[_Program]:
    program = _Program(tmp_path)
    yield program
    if program.process and program.process.poll() is None:
        for process in [*psutil.Process(program.process.pid).children(recursive=True), program.process]:
            process.kill()


def _workers(driver: psutil.Process) -> list[psutil.Process]:
    return [each for each in driver.children() if "bntui.sweep.worker_process" in each.cmdline()]


def _half_way(states: Sequence[PointState]) -> bool:
    return any(state.state == State.FINISHED for state in states) and any(
        state.state == State.TRAINING and state.steps > 5 for state in states
    )


def _rows(folder: Path) -> list[tuple[object, ...]]:
    with RunReader(folder) as reader:
        return [(each.step, each.variant, each.probe, each.values) for each in reader.measurements()]


@pytest.mark.slow
def test_a_killed_driver_leaves_no_process_and_the_sweep_goes_on(program: _Program) -> None:
    driver = program.begin()
    program.until(_half_way)
    workers = _workers(driver)
    assert len(workers) == 2
    driver.kill()
    program.end()
    _, alive = psutil.wait_procs(workers, LIMIT)
    assert not alive
    before = {run.run_id: run.progress.seconds for run in summaries(program.runs_dir) if run.state == State.FINISHED}
    program.start("s", "--headless", "--jobs", "2")
    assert program.end() == 0, program.output()
    runs = summaries(program.runs_dir)
    # What was under way is resumed rather than trained from the beginning beside it, what was finished is untouched.
    assert [run.state for run in runs] == [State.FINISHED] * 4
    assert before and before.items() <= {run.run_id: run.progress.seconds for run in runs}.items()


@pytest.mark.slow
def test_a_killed_worker_is_replaced_and_its_point_measures_what_it_would_have(program: _Program) -> None:
    driver = program.begin()
    program.until(_half_way)
    _workers(driver)[0].kill()
    assert program.end() == 0, program.output()
    runs = summaries(program.runs_dir)
    assert [run.state for run in runs] == [State.FINISHED] * 4
    (plain,) = _trained_alone(program, seed=3)
    (same,) = (run for run in runs if run.spec and run.spec.seed == 3)
    assert _rows(plain) == _rows(same.folder)


def _trained_alone(program: _Program, seed: int) -> list[Path]:
    runs_dir = program.runs_dir.parent / "alone"
    command = [sys.executable, "-m", "bntui", "--preset", str(program.runs_dir.parent / "small.toml"), "--headless"]
    subprocess.run([*command, "--seed", str(seed), "--runs-dir", str(runs_dir)], check=True, timeout=LIMIT)
    return [run.folder for run in summaries(runs_dir)]


@pytest.mark.slow
def test_ctrl_c_lets_steps_end_and_a_stop_reaches_array_tasks(program: _Program) -> None:
    driver = program.begin("--steps", "1000000")
    program.until(lambda states: sum(state.steps > 5 for state in states) == 2)
    driver.send_signal(signal.SIGINT)
    program.end()
    assert [state.state for state in program.states()] == [State.STOPPED] * 2 + ["waiting"] * 2
    before = [state.steps for state in program.states()]
    task = program.start("work", "s")
    program.until(lambda states: states[0].training and states[0].steps > before[0])
    command = [sys.executable, "-m", "bntui", "sweep", "stop", "s", "--runs-dir", str(program.runs_dir)]
    subprocess.run(command, check=True, timeout=LIMIT)
    program.end()
    assert not task.is_running() and not any(state.training for state in program.states())
