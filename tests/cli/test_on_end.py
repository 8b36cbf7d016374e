"""A command runs when a run has ended, and knows which and how."""

from __future__ import annotations

import os
import select
from pathlib import Path

import pytest

from bntui.run.storage import folders
from bntui.sweep.sweep_folder import FOLDER
from tests.cli.conftest import TINY, Bntui
from tests.cli.test_sweep_commands import SWEEP, engine
from tests.sweep.conftest import made_run
from tests.sweep.fake_engine import FakeEngine

__all__ = ["engine", "made_run"]


@pytest.fixture
def told(tmp_path: Path) -> int:
    """A pipe named `told`, from which the test reads what commands wrote."""
    os.mkfifo(tmp_path / "told")
    return os.open(tmp_path / "told", os.O_RDWR | os.O_NONBLOCK)


def read(pipe: int) -> str:
    """Wait for a line."""
    # The limit only ends a broken test.
    assert select.select([pipe], [], [], 120)[0]
    return os.read(pipe, 1000).decode()


def test_it_knows_the_run_its_state_and_its_folder(told: int, tmp_path: Path, bntui: Bntui) -> None:
    command = f'echo printed; echo "$BNTUI_RUN $BNTUI_STATE $BNTUI_FOLDER" > {tmp_path}/told'
    assert bntui(*TINY, "--steps", "1", "--on-end", command)[0] == 0
    (folder,) = folders.all_runs(tmp_path / "runs")
    assert read(told) == f"{folder.name} finished {folder.resolve()}\n"
    assert (folder / "on-end.log").read_text() == "printed\n"
    assert bntui("resume", "last", "--steps", "2", "--headless", "--on-end", f"echo again > {tmp_path}/told")[0] == 0
    assert read(told) == "again\n"


def test_it_knows_the_sweep(told: int, tmp_path: Path, bntui: Bntui, engine: FakeEngine) -> None:
    command = f'echo "$BNTUI_SWEEP $BNTUI_STATE $BNTUI_FOLDER" > {tmp_path}/told'
    assert bntui(*SWEEP, "--headless", "--on-end", command)[0] == 0
    assert read(told) == f"lr finished {(tmp_path / 'runs' / FOLDER / 'lr').resolve()}\n"


def test_a_run_that_never_began_has_no_end(told: int, tmp_path: Path, bntui: Bntui) -> None:
    command = f"echo wrong > {tmp_path}/told"
    assert bntui(*TINY, "--steps", "1", "--set", "network=dln", "--on-end", command)[0] == 2
    assert not select.select([told], [], [], 0)[0]


def test_a_command_that_fails_changes_nothing(tmp_path: Path, bntui: Bntui) -> None:
    assert bntui(*TINY, "--steps", "1", "--on-end", "exit 3")[0] == 0
