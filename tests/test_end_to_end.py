"""The program in a pseudo-terminal, on the digits, as README describes it."""

from __future__ import annotations

import csv
import os
import re
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bntui.cli.main import execute
from bntui.records import Progress, State
from bntui.run.storage import folders, log
from bntui.run.storage.reader import RunReader
from bntui.run.storage.writer import RunWriter
from tests.terminal import TIMEOUT, Terminal
from tests.tui.fake_source import FakeSource

SMALL = ("--set", "network=blog-cnn", "--batch-size", "16", "--set", "probes.test.samples=50", "--device", "cpu")


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """The folder of a finished run of made-up values, which opens without torch."""
    source = FakeSource(State.FINISHED, done=50, steps=50)
    assert source.info and source.history
    writer = RunWriter(tmp_path / "runs", source.spec)
    writer.begin(source.info)
    writer.write(source.history.measurements(), Progress(50, 1.0, 0.1))
    writer.close(State.FINISHED)
    return writer.folder


def _only_run(tmp_path: Path) -> Path:
    (folder,) = folders.all_runs(tmp_path / "runs")
    return folder


def test_a_preset_is_trained_shown_and_exported(tmp_path: Path, environment: dict[str, str]) -> None:
    command = ("--preset", "noisy", "--dataset", "digits", "--steps", "12", *SMALL)
    with Terminal(*command, **environment) as terminal:
        terminal.until("finished", "12/12", "standard", "accuracy", "drift of conv1", "effective β", "digits")
        terminal.type("q")
        status, written = terminal.end()
    assert status == 0
    run = _only_run(tmp_path).name
    assert f"run {run} finished after 12 of 12 steps; export it with: bntui export {run}" in written
    path = tmp_path / "run.csv"
    assert execute(["export", "last", "--csv", str(path), "--runs-dir", str(tmp_path / "runs")]) == 0
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    columns = {(row["probe"], row["name"]) for row in rows}
    assert {("train", "accuracy"), ("moments", "mean_drift"), ("smoothness", "beta"), ("test", "accuracy")} <= columns
    assert {row["variant"] for row in rows} == {"standard", "bn", "noisy"}


def test_a_finished_run_is_extended_on_the_dashboard(tmp_path: Path, environment: dict[str, str]) -> None:
    runs = str(tmp_path / "runs")
    train = ("--preset", "noisy", "--headless", "--dataset", "digits", "--steps", "6", *SMALL)
    assert execute([*train, "--runs-dir", runs]) == 0
    with Terminal("resume", "last", "--steps", "12", "--runs-dir", runs, **environment) as terminal:
        terminal.until("finished", "12/12", "resumed at step 6 of 12")
        terminal.type("q")
        status, written = terminal.end()
    assert status == 0
    assert f"run {_only_run(tmp_path).name} finished after 12 of 12 steps" in written


def test_quitting_asks_while_training_and_keeps_the_run(tmp_path: Path, environment: dict[str, str]) -> None:
    command = ("--preset", "noisy", "--dataset", "digits", "--steps", "100000", *SMALL)
    with Terminal(*command, **environment) as terminal:
        terminal.until("training", "steps/s")
        terminal.type("q")
        terminal.until("stop")
        terminal.type("y")
        status, written = terminal.end()
    assert status == 0
    assert re.search(r"run noisy-\S+ stopped after \d+ of 100000 steps", written)
    with RunReader(_only_run(tmp_path)) as reader:
        assert reader.state is State.STOPPED
        assert reader.last("noisy", "train") is not None


@pytest.mark.slow
def test_a_termination_signal_keeps_the_run(tmp_path: Path, environment: dict[str, str]) -> None:
    command = ("--preset", "noisy", "--dataset", "digits", "--steps", "100000", *SMALL)
    with Terminal(*command, **environment) as terminal:
        terminal.until("training", "steps/s")
        os.kill(terminal.pid, signal.SIGTERM)
        _, written = terminal.end()
    assert "stopped after" in written
    with RunReader(_only_run(tmp_path)) as reader:
        assert reader.state is State.STOPPED


def test_quitting_while_torch_loads_leaves_no_run(tmp_path: Path, environment: dict[str, str]) -> None:
    with Terminal("--preset", "noisy", "--dataset", "digits", *SMALL, **environment) as terminal:
        terminal.until("loading torch")
        terminal.type("ctrl+q")
        status, written = terminal.end()
    assert status == 0
    assert "stopped before the first step; no run was stored" in written
    assert folders.all_runs(tmp_path / "runs") == []


def test_a_broken_connection_does_not_end_training(tmp_path: Path, environment: dict[str, str]) -> None:
    command = ("--preset", "noisy", "--dataset", "digits", "--steps", "250", *SMALL)
    with Terminal(*command, **environment) as terminal:
        terminal.until("training", "steps/s")
        assert terminal.hang_up() == 0
    with RunReader(_only_run(tmp_path)) as reader:
        assert reader.state is State.FINISHED
        assert reader.progress.steps == 250
    messages = (_only_run(tmp_path) / log.NAME).read_text()
    assert "the terminal disappeared; training continues in process" in messages
    assert messages.rstrip().endswith(f"INFO run {_only_run(tmp_path).name} finished after 250 of 250 steps")


def test_a_broken_connection_ends_training_with_exit_on_hangup(tmp_path: Path, environment: dict[str, str]) -> None:
    command = ("--preset", "noisy", "--dataset", "digits", "--steps", "100000", "--exit-on-hangup", *SMALL)
    with Terminal(*command, **environment) as terminal:
        terminal.until("training", "steps/s")
        assert terminal.hang_up() == 0
    with RunReader(_only_run(tmp_path)) as reader:
        assert reader.state is State.STOPPED
        assert reader.last("noisy", "train") is not None


@pytest.mark.slow
def test_an_attached_dashboard_ends_with_its_terminal(tmp_path: Path, environment: dict[str, str]) -> None:
    command = ("--preset", "noisy", "--dataset", "digits", "--steps", "100000", *SMALL)
    with Terminal(*command, **environment) as first:
        first.until("training", "steps/s")
        with Terminal("attach", **environment) as second:
            second.until("training", "steps/s")
            assert second.hang_up() == 0
        first.type("ctrl+q")
        assert first.end()[0] == 0


def test_ctrl_z_suspends_and_fg_redraws_the_whole_screen(stored: Path, environment: dict[str, str]) -> None:
    with Terminal("attach", str(stored), **environment) as terminal:
        terminal.until("finished", "train accuracy", "quit")
        before = len(terminal.written)
        terminal.type("ctrl+z")
        terminal.until_stopped()
        # Leaves the alternate screen and shows the cursor.
        assert {b"\x1b[?1049l", b"\x1b[?25h"} <= set(re.findall(rb"\x1b\[\?\d+[lh]", terminal.written[before:]))
        terminal.resume()
        terminal.until("finished", "train accuracy", "train loss", "drift of conv1", "quit", "● standard")
        terminal.type("ctrl+q")
        assert terminal.end()[0] == 0


@pytest.mark.slow
def test_a_run_that_lost_its_terminal_can_be_attached_and_stopped(tmp_path: Path, environment: dict[str, str]) -> None:
    command = ("--preset", "noisy", "--dataset", "digits", "--steps", "100000", *SMALL)
    with Terminal(*command, **environment) as first, ThreadPoolExecutor(1) as executor:
        first.until("training", "steps/s")
        ending = executor.submit(first.hang_up)
        with Terminal("attach", **environment) as second:
            second.until("training", "steps/s", "of conv1")
            second.type("q")
            assert second.end()[0] == 0
        assert not ending.done()
        assert execute(["stop", "last", "--runs-dir", str(tmp_path / "runs")]) == 0
        assert ending.result(TIMEOUT) == 0
    with RunReader(_only_run(tmp_path)) as reader:
        assert reader.state is State.STOPPED
    with Terminal("attach", "last", **environment) as third:
        third.until("stopped", "standard", "noisy")
        third.type("q")
        assert third.end()[0] == 0


def test_an_ascii_terminal_without_colors_gets_only_ascii_and_no_colors(
    stored: Path, environment: dict[str, str]
) -> None:
    with Terminal("attach", str(stored), "--markers", "ascii", **environment, NO_COLOR="1") as terminal:
        terminal.until("finished", "+ train accuracy", "effective beta", "o standard")
        for key in ("\x1bOQ", "\x1bOR"):
            terminal.type(key)
            terminal.until("- log")
        terminal.type("q")
        assert terminal.end()[0] == 0
    assert terminal.written.isascii()
    styles = {code for styled in re.findall(rb"\x1b\[([0-9;]*)m", terminal.written) for code in styled.split(b";")}
    assert {int(code or 0) for code in styles} <= set(range(10))


def test_a_mistake_found_after_the_screen_has_opened_is_one_line(environment: dict[str, str]) -> None:
    command = ("--preset", "noisy", "--dataset", "digits", "--set", "network=vg-mini")
    with Terminal(*command, **environment) as terminal:
        status, written = terminal.end()
    assert status == 2
    assert "bntui: unknown network 'vg-mini'; did you mean vgg-mini" in written
    assert "Traceback" not in written


@pytest.mark.slow
def test_a_preset_is_chosen_from_the_start_page(tmp_path: Path, environment: dict[str, str]) -> None:
    with Terminal("--dataset", "digits", "--steps", "3", *SMALL, **environment) as terminal:
        terminal.until("guided hour", "noisy")
        terminal.type("down")
        terminal.until("3 steps")
        terminal.type("enter")
        terminal.until("finished", "3/3")
        terminal.type("ctrl+q")
        status, _ = terminal.end()
    assert status == 0
    assert len(folders.all_runs(tmp_path / "runs")) == 1


@pytest.mark.slow
def test_a_chapter_of_the_tour_is_walked_through(tmp_path: Path, environment: dict[str, str]) -> None:
    with Terminal("tour", "--chapter", "2", size=(80, 24), **environment) as terminal:
        terminal.until("Does it work?", "enter next")
        terminal.type("enter")
        terminal.until("Choose an answer")
        terminal.type("enter")
        terminal.until("training", "You said:")
        terminal.until("enter shows what was measured")
        terminal.type("enter")
        terminal.until("You said:", "value")
        terminal.type("q")
        status, written = terminal.end()
    assert status == 0
    assert "tour: 1 of 7 chapters done; `bntui tour` goes on" in written
    with RunReader(_only_run(tmp_path)) as reader:
        assert (reader.value("title", ""), reader.state) == ("tour: Does it work?", State.FINISHED)


@pytest.mark.slow
def test_a_broken_connection_ends_the_experiment_of_a_chapter(tmp_path: Path, environment: dict[str, str]) -> None:
    with Terminal("tour", "--chapter", "2", size=(80, 24), **environment) as terminal:
        terminal.until("Does it work?", "enter next")
        terminal.type("enter")
        terminal.until("Choose an answer")
        terminal.type("enter")
        terminal.until("training", "steps/s")
        terminal.hang_up()
    with RunReader(_only_run(tmp_path)) as reader:
        assert reader.state == State.STOPPED


def test_headless_training_shows_progress_bars_on_a_terminal(tmp_path: Path, environment: dict[str, str]) -> None:
    command = ("--preset", "noisy", "--dataset", "digits", "--steps", "4", "--headless", *SMALL)
    with Terminal(*command, **environment) as terminal:
        status, written = terminal.end()
    assert status == 0
    assert "4/4" in written
    assert "steps/s" in written
    assert f"run {_only_run(tmp_path).name} finished" in written
