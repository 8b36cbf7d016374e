"""A run of too few seeds comes with the command that trains more."""

from __future__ import annotations

from pathlib import Path

import pytest

from bntui.claims.catalogue import CLAIMS
from bntui.claims.more_seeds import effects_only, extension, repetition, seeds_text
from bntui.claims.result import Result, Verdict
from bntui.records import RunInfo
from bntui.spec import load
from bntui.sweep.axis import Axis
from bntui.sweep.grid import Grid
from bntui.sweep.sweep_folder import Sweep

FOLDER = Path("/runs/noisy-1")


@pytest.mark.parametrize(
    ("present", "count", "text"),
    [((0,), 5, "0:5"), ((3,), 5, "0:5"), ((7,), 3, "7:10"), ((0, 1, 9), 5, "0,1,9,10,11"), ((0, 1, 2), 9, "0:9")],
)
def test_seeds_are_those_present_and_the_next(present: tuple[int, ...], count: int, text: str) -> None:
    assert seeds_text(present, count) == text


@pytest.mark.parametrize(
    ("overrides", "command"),
    [
        ((), "bntui sweep noisy --seeds 0:5"),
        (("seed=2", "device=cpu"), "bntui sweep noisy --seeds 0:5"),
        (("probes.distribution.bins=32",), "bntui sweep noisy --seeds 0:5"),
        (("steps=60", "dataset=digits"), "bntui sweep noisy --set dataset=digits --set steps=60 --seeds 0:5"),
        (("variants.bn.lr=0.5",), "bntui sweep /runs/noisy-1/spec.toml --seeds 0:5"),
        (('variants=["standard"]',), "bntui sweep /runs/noisy-1/spec.toml --seeds 0:5"),
    ],
)
def test_the_command_repeats_the_run(overrides: tuple[str, ...], command: str) -> None:
    assert repetition(load("noisy", overrides), None, FOLDER).command == command


def test_the_grid_is_that_of_the_command() -> None:
    grid = repetition(load("noisy", ("steps=60", "dataset=digits")), None, FOLDER).grid
    assert (grid.preset, grid.settings, grid.seeds) == ("noisy", {"dataset": "digits", "steps": 60}, range(5))


def test_a_run_that_fell_back_to_the_digits_is_repeated_on_the_digits() -> None:
    info = RunInfo((), ("standard", "bn", "noisy"), (), 1500, 24, "digits", "cpu", "a processor")
    assert repetition(load("noisy"), info, FOLDER).command == "bntui sweep noisy --set dataset=digits --seeds 0:5"


def test_a_run_of_an_unknown_preset_is_repeated_from_its_folder() -> None:
    spec = load("noisy").model_copy(update={"name": "mine"})
    assert repetition(spec, None, FOLDER).command == "bntui sweep /runs/noisy-1/spec.toml --seeds 0:5"


@pytest.mark.parametrize(
    ("seeds", "line"),
    [
        ((3,), "one seed: effects only; `bntui sweep noisy` decides"),
        ((0, 1), "two seeds: effects only; `bntui sweep noisy` decides"),
        ((0, 1, 2), ""),
    ],
)
def test_the_line_that_leads_too_few_seeds(seeds: tuple[int, ...], line: str) -> None:
    result = Result(CLAIMS["bn-faster"], ("bn", "standard"), Verdict.NONE, seeds)
    assert effects_only([result], "bntui sweep noisy") == line


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("lr", "bntui sweep lr --seeds 0:9"),
        # A preset has this name, too.
        ("noisy", "bntui sweep noisy --set dataset=digits --set optimizer.lr=0.1,0.3 --seeds 0:9 --name noisy"),
    ],
)
def test_a_sweep_is_extended_by_name(name: str, command: str) -> None:
    axes = (Axis("optimizer.lr", (0.1, 0.3)),)
    grid = Grid(preset="noisy", settings={"dataset": "digits"}, axes=axes, seeds=range(3))
    assert extension(Sweep(name, FOLDER, grid), "0:9") == command
