"""Who loads what: each group of modules, imported in a process of its own, leaves out what it must not need."""

import pkgutil
import subprocess
import sys

import pytest

import bntui

MACHINERY = ("torch", "torchvision")
SCREEN = ("textual", "rich", "plotext", "matplotlib")
BELOW = ("train", "probes", "variants", "models", "data")

REPORT = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(*{module.partition(".")[0] for module in sys.modules})
print(*{".".join(module.split(".")[:2]) for module in sys.modules if module.startswith("bntui.")})
"""


def _modules(part: str) -> list[str]:
    names = [module.name for module in pkgutil.walk_packages(bntui.__path__, "bntui.")]
    wanted = f"bntui.{part}"
    return [name for name in names if name == wanted or name.startswith(wanted + ".")]


def _loaded(modules: list[str]) -> tuple[set[str], set[str]]:
    """The packages, and bntui's own parts, that importing these modules loads."""
    assert modules
    command = [sys.executable, "-c", REPORT, *modules]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    packages, parts = done.stdout.splitlines()
    return set(packages.split()), {name.removeprefix("bntui.") for name in parts.split()}


@pytest.mark.parametrize("part", ["records", "spec", "run", "claims", "views", "tui"])
def test_no_torch_on_the_side_of_the_screen(part: str) -> None:
    packages, parts = _loaded(_modules(part))
    assert not packages & set(MACHINERY)
    assert not parts & set(BELOW)


@pytest.mark.parametrize("part", ["records", "spec", "run", "views", *BELOW])
def test_no_screen_where_it_is_not_drawn(part: str) -> None:
    packages, parts = _loaded(_modules(part))
    assert not packages & set(SCREEN)
    assert "tui" not in parts


@pytest.mark.parametrize("part", BELOW)
def test_the_trainer_knows_nothing_of_runs_and_views(part: str) -> None:
    _, parts = _loaded(_modules(part))
    assert not parts & {"run", "views", "tui", "cli"}


def test_the_command_line_starts_without_either() -> None:
    packages, _ = _loaded(_modules("cli"))
    assert not packages & {*MACHINERY, "textual", "plotext"}
