"""Sweeps as folders: stored, found again, and refused where something is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from bntui.records import UserError
from bntui.sweep import lease, sweep_folder
from bntui.sweep.sweep_folder import DRIVER, Sweep, all_sweeps, check_name, load


def test_a_stored_sweep_is_found_again(sweep: Sweep) -> None:
    found = load("lr", sweep.runs_dir)
    assert found == sweep and found.points == sweep.points
    assert all_sweeps(sweep.runs_dir) == ["lr"]
    assert [path.name for path in sweep.folder.iterdir()] == ["sweep.toml"]


def test_an_unknown_sweep_is_one_line(sweep: Sweep) -> None:
    with pytest.raises(UserError, match="^no sweep 'lrs' in .*; did you mean lr\\?$"):
        load("lrs", sweep.runs_dir)


@pytest.mark.parametrize("text", ["", "[[", 'preset = "noisy"\nseeds = "0:1"', 'preset = "noisy"\nbase = "x"'])
def test_a_damaged_sweep_is_one_line(sweep: Sweep, text: str) -> None:
    (sweep.folder / "sweep.toml").write_text(text)
    with pytest.raises(UserError, match=r"^sweep lr: sweep.toml: "):
        load("lr", sweep.runs_dir)


@pytest.mark.parametrize("name", ["list", "show", "stop", "work", "plot", "", ".hidden", "a/b", "a b", "x" * 65])
def test_a_name_is_a_plain_word_and_no_command(name: str) -> None:
    with pytest.raises(UserError):
        check_name(name)


def test_a_driven_sweep_is_known_as_such(sweep: Sweep) -> None:
    assert not sweep.driven
    held = lease.take(sweep.folder, DRIVER)
    assert held and sweep.driven
    held.release()
    assert not sweep.driven


def test_a_sweep_that_cannot_be_stored_is_one_line(sweep: Sweep, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="is not a folder"):
        sweep_folder.save(Sweep("lr", tmp_path / "file", sweep.grid))
