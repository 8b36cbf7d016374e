"""What a command means: a new sweep, one to go on with, an extension, or a conflict."""

from __future__ import annotations

from pathlib import Path

import pytest

from bntui.records import UserError
from bntui.spec import ExperimentSpec
from bntui.sweep import lease
from bntui.sweep.plan import Plan, Request, planned
from bntui.sweep.sweep_folder import DRIVER, load
from tests.sweep.conftest import PRESET, unchanged


@pytest.fixture
def preset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A preset that can be given by name, `small`."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    path = tmp_path / "config" / "bntui" / "presets" / "small.toml"
    path.parent.mkdir(parents=True)
    path.write_text(PRESET)
    return path


@pytest.fixture
def runs_dir(tmp_path: Path, preset: Path) -> Path:
    return tmp_path / "runs"


def _planned(runs_dir: Path, target: str, *overrides: str, seeds: str | None = None, name: str | None = None) -> Plan:
    return planned(Request(target, runs_dir, overrides, seeds, name), unchanged).checked(unchanged)


def _stored(runs_dir: Path, *arguments: str, **options: str) -> Plan:
    plan = _planned(runs_dir, *arguments, **options)
    plan.save()
    return plan


def test_a_new_sweep_is_named_after_its_preset_and_keys(runs_dir: Path) -> None:
    assert _planned(runs_dir, "small", seeds="0:2").sweep.name == "small"
    assert _planned(runs_dir, "small", "optimizer.lr=1,2", "steps=1,2").sweep.name == "small-lr-steps"
    assert _planned(runs_dir, "small", name="mine").sweep.name == "mine"
    assert [point.spec.seed for point in _planned(runs_dir, "small").sweep.points] == [7]


def test_a_stored_sweep_goes_on_by_its_name(runs_dir: Path) -> None:
    plan = _stored(runs_dir, "small", "optimizer.lr=1,2", name="lr")
    again = _planned(runs_dir, "lr")
    assert again.sweep == plan.sweep and again.note == ""
    same = _planned(runs_dir, "small", "optimizer.lr=1,2", name="lr")
    assert same.sweep.grid == plan.sweep.grid and same.note == ""


@pytest.mark.parametrize("target", ["small", "lr"])
def test_a_sweep_is_extended_by_seeds_and_values(runs_dir: Path, target: str) -> None:
    before = _stored(runs_dir, "small", "optimizer.lr=1,2", seeds="0:2", name="lr").sweep.points
    plan = _stored(runs_dir, target, "optimizer.lr=1,2,3", seeds="0:3", name="lr")
    assert plan.note == "sweep lr is extended by 5 points"
    assert {point.id for point in before} < {point.id for point in load("lr", runs_dir).points}


def test_other_points_need_another_name(runs_dir: Path) -> None:
    _stored(runs_dir, "small", seeds="0:3", name="lr")
    _stored(runs_dir, "small", seeds="0:3", name="lr-2")
    with pytest.raises(UserError, match=r"^sweep lr has points that are not .*'seed 2'; .* --name lr-3; .*sweep lr$"):
        _planned(runs_dir, "small", seeds="0:2", name="lr")


def test_a_preset_that_has_changed_needs_another_name(runs_dir: Path, preset: Path) -> None:
    _stored(runs_dir, "small", seeds="0:2", name="lr")
    preset.write_text(PRESET.replace("steps = 3", "steps = 4"))
    with pytest.raises(UserError, match=r"^sweep lr: preset small has changed since it began \(steps\); .*--name lr-2"):
        _planned(runs_dir, "small", seeds="0:2", name="lr")
    note = _planned(runs_dir, "lr").note
    assert note.startswith("preset small has changed since sweep lr began (steps); it goes on as it began")
    preset.unlink()
    assert _planned(runs_dir, "lr").note == ""


def test_a_sweep_file_is_given_by_name_or_path(runs_dir: Path, preset: Path, tmp_path: Path) -> None:
    (preset.parent / "sweeps").mkdir()
    (preset.parent / "sweeps" / "rates.toml").write_text('preset = "small"\nseeds = "0:2"\n[axes]\nlr = [1, 2]')
    (tmp_path / "own.toml").write_text('preset = "small"\n[axes]\nlr = [1, 2]')
    assert _planned(runs_dir, "rates").sweep.name == "rates"
    assert _planned(runs_dir, "rates", seeds="0:3").sweep.grid.count == 6
    assert _planned(runs_dir, str(tmp_path / "own.toml")).sweep.name == "own"
    assert _planned(runs_dir, str(preset)).sweep.name == "small"


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["optimizer.lr=1,fast"], "point lr=fast: optimizer.lr = 'fast': should be a valid number"),
        (["optimizer.lr=fast,1"], "preset small: optimizer.lr = 'fast': should be a valid number"),
        (["nothing=1,2"], "preset small: nothing = 1: unknown key"),
        (["optimizer.lr=1,1.0"], "points 'lr=1, seed 7' and 'lr=1.0, seed 7' are the same experiment"),
        (["title=a,b"], "points 'title=a, seed 7' and 'title=b, seed 7' are the same experiment"),
        (["network=mlp,none"], "point network=none: unknown network"),
    ],
)
def test_a_point_that_cannot_be_trained_is_one_line(runs_dir: Path, overrides: list[str], message: str) -> None:
    def resolve(spec: ExperimentSpec) -> ExperimentSpec:
        if spec.network.kind == "none":
            raise UserError("unknown network 'none'")
        return spec

    with pytest.raises(UserError) as error:
        planned(Request("small", runs_dir, overrides), resolve).checked(resolve)
    assert message in str(error.value)


def test_what_is_unknown_is_one_line(runs_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('preset = "small"\nmetric = "final accuracy"')
    with pytest.raises(UserError, match="metric = 'final accuracy': unknown; did you mean final-accuracy"):
        _planned(runs_dir, str(tmp_path / "own.toml"))
    with pytest.raises(UserError, match="^unknown preset or sweep 'smal'; did you mean small"):
        _planned(runs_dir, "smal")
    with pytest.raises(UserError, match="^a sweep cannot be named show"):
        _planned(runs_dir, "small", name="show")


def test_a_sweep_is_not_changed_while_it_is_driven(runs_dir: Path) -> None:
    sweep = _stored(runs_dir, "small", seeds="0:2").sweep
    held = lease.take(sweep.folder, DRIVER)
    assert held
    _stored(runs_dir, "small", seeds="0:2")
    with pytest.raises(UserError, match="cannot be changed while a process drives it"):
        _stored(runs_dir, "small", seeds="0:3")
