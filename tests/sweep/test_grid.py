"""Grids: of options, of sweep files, and as they are stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from bntui.records import UserError
from bntui.sweep.axis import Axis, split_values
from bntui.sweep.grid import Grid, load_grid, parsed_grid
from tests.sweep.conftest import PRESET, unchanged

FILE = """
preset = "noisy"
seeds = "0:3"
metric = "final accuracy"
[settings]
steps = 100
probes.test.every = 50
[axes]
optimizer.lr = { from = 1e-3, to = 3, count = 8, scale = "log" }
"optimizer.momentum" = [0.0, 0.9]
"""


def test_points_are_every_combination_with_every_seed(grid: Grid) -> None:
    points = list(grid.points())
    assert [point.label for point in points] == ["lr=0.1, seed 0", "lr=0.1, seed 1", "lr=0.2, seed 0", "lr=0.2, seed 1"]
    assert [(point.spec.optimizer.lr, point.spec.seed) for point in points] == [(0.1, 0), (0.1, 1), (0.2, 0), (0.2, 1)]
    assert [point.number for point in points] == [0, 1, 2, 3]
    assert points[0].setting == {"optimizer.lr": 0.1} and points[0].spec.name == "small"


def test_a_stored_grid_is_read_as_it_was(grid: Grid) -> None:
    several = grid.model_copy(update={"seeds": (1, 4, 9), "settings": {"variants.bn.lr": 0.5}, "claim": "largest-lr"})
    for each in (grid, several):
        assert parsed_grid(each.toml(), "stored") == each


def test_a_sweep_file_has_axes_ranges_and_settings(tmp_path: Path) -> None:
    path = tmp_path / "grid.toml"
    path.write_text(FILE)
    grid = load_grid(path)
    assert grid.count == 8 * 2 * 3
    assert grid.settings == {"steps": 100, "probes.test.every": 50}
    assert grid.axes == (
        Axis("optimizer.lr", (0.001, 0.00314, 0.00985, 0.0309, 0.097, 0.305, 0.956, 3.0)),
        Axis("optimizer.momentum", (0.0, 0.9)),
    )


def test_a_preset_in_a_sweep_file_is_relative_to_it(tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(PRESET)
    (tmp_path / "grid.toml").write_text('preset = "small.toml"\n[axes]\nlr = [1, 2]')
    grid = load_grid(tmp_path / "grid.toml").based(unchanged)
    assert [point.spec.seed for point in grid.points()] == [7, 7]
    assert grid.axes == (Axis("optimizer.lr", (1, 2)),)
    assert grid.preset_name == "small"


def test_options_make_axes_and_settings() -> None:
    grid = Grid(preset="noisy", axes=(Axis("steps", (1, 2)),)).with_overrides(
        ["optimizer.lr=0.03,0.1,0.3", "steps=50", "probes.smoothness.etas=[1,2],[3]"]
    )
    assert grid.settings == {"steps": 50}
    assert grid.axes == (Axis("optimizer.lr", (0.03, 0.1, 0.3)), Axis("probes.smoothness.etas", ([1, 2], [3])))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("0.1,0.3", [0.1, 0.3]),
        (" 1 , bn ", [1, "bn"]),
        ("[1,2],[3]", [[1, 2], [3]]),
        ('"a,b",c', ["a,b", "c"]),
        ("true", [True]),
    ],
)
def test_values_are_split_at_commas_outside_of_brackets_and_quotes(text: str, values: list[object]) -> None:
    assert split_values(text) == values


@pytest.mark.parametrize(
    ("text", "seeds"),
    [
        ("0:3", range(3)),
        (":2", range(2)),
        ("1,4,9", (1, 4, 9)),
        ("5", range(5, 6)),
        ("0,2,5:8", (0, 2, 5, 6, 7)),
        ("0:2,2:4", range(4)),
    ],
)
def test_seeds_are_a_range_or_a_list(text: str, seeds: object) -> None:
    assert Grid(preset="noisy").with_seeds(text).seeds == seeds


@pytest.mark.parametrize("text", ["5:5", "a", "1,1", "-1:3", "0:9999999999", "", "1:2:3", "9999999999"])
def test_other_seeds_are_one_line(text: str) -> None:
    with pytest.raises(UserError, match="^--seeds '"):
        Grid(preset="noisy").with_seeds(text)


def test_a_very_large_grid_is_counted_without_its_points() -> None:
    grid = Grid(preset="noisy", axes=(Axis("steps", (1, 2, 3)),)).with_seeds("0:4000000000")
    assert grid.count == 12_000_000_000


@pytest.mark.parametrize("override", ["optimizer.lr", "=1", "optimizer.lr=", "optimizer.lr=1,,2", "seed=1,2"])
def test_other_overrides_are_one_line(override: str) -> None:
    with pytest.raises(UserError, match="^--set "):
        Grid(preset="noisy").with_overrides([override])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("seeds = [0]", "'preset' is missing"),
        ('preset = "noisy"\nseed = 1', "seed = 1: unknown key; did you mean seeds"),
        ('preset = "noisy"\nseeds = []\n[axes]\nlr = []', "axes.optimizer.lr: has no values"),
        ('preset = "noisy"\n[axes]\nlr = 0.1', "axes.optimizer.lr = 0.1: should be a list of values"),
        ('preset = "noisy"\n[axes]\nlr = {from = 0, to = 1, count = 3}', "axes.optimizer.lr: a range on a log scale"),
        ('preset = "noisy"\n[axes]\nlr = {from = 1, to = 2}', "'axes.optimizer.lr.count' is missing"),
        ('preset = "noisy"\n[axes]\nvariants = [{kind = "bn"}, {kind = "bn"}]', "a table is no value"),
        ('preset = "noisy"\nbase = "x"', "base: unknown key"),
        ("[[", "not valid TOML"),
    ],
)
def test_a_mistake_in_a_sweep_file_is_one_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "grid.toml").write_text(text)
    with pytest.raises(UserError) as error:
        load_grid(tmp_path / "grid.toml")
    assert message in str(error.value) and "grid.toml" in str(error.value)


def test_a_value_that_a_key_cannot_have_names_its_point(grid: Grid) -> None:
    wrong = grid.model_copy(update={"axes": (Axis("optimizer.lr", (0.1, "fast")),)})
    with pytest.raises(UserError, match=r"^point lr=fast: optimizer\.lr = 'fast': should be a valid number$"):
        list(wrong.points())


def test_options_of_the_network_are_swept_like_other_keys() -> None:
    text = 'preset = "p"\nseeds = "0:1"\n[axes]\nnetwork.depth = [1, 5]\n'
    base = 'network = "relu-mlp"\ndataset = "digits"\nvariants = ["bn"]\n'
    points = list(parsed_grid(text, "it").model_copy(update={"base": base}).points())
    assert [(str(point.spec.network), point.label) for point in points] == [
        ("relu-mlp (depth = 1)", "depth=1, seed 0"),
        ("relu-mlp (depth = 5)", "depth=5, seed 0"),
    ]
    assert points[0].id != points[1].id
