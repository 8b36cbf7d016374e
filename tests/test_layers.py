"""Imports at run time: each part of the package, imported in a new process, leaves out what it must not need."""

import pkgutil
import subprocess
import sys

import pytest

import bntui

TORCH = ("torch", "torchvision")
SCREEN_LIBRARIES = ("textual", "rich", "plotext", "matplotlib")
TRAINING = ("train", "probes", "variants", "models", "data")

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
    """Return the packages, and the parts of bntui, that importing these modules loads."""
    assert modules
    command = [sys.executable, "-c", REPORT, *modules]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    packages, parts = done.stdout.splitlines()
    return set(packages.split()), {name.removeprefix("bntui.") for name in parts.split()}


@pytest.mark.parametrize(
    "part", ["explanations", "records", "spec", "run", "sweep", "claims", "views", "figures", "report", "tui", "serve"]
)
def test_what_shows_runs_does_not_import_torch(part: str) -> None:
    packages, parts = _loaded(_modules(part))
    assert not packages & set(TORCH)
    assert not parts & set(TRAINING)


@pytest.mark.parametrize(
    "part",
    [
        "explanations",
        "lossy_file",
        "number_format",
        "printable_text",
        "records",
        "text_table",
        "spec",
        "run",
        "sweep",
        "claims",
        "views",
        "figures",
        "report",
        *TRAINING,
    ],
)
def test_only_screens_import_screen_libraries(part: str) -> None:
    packages, parts = _loaded(_modules(part))
    assert not packages & set(SCREEN_LIBRARIES)
    assert "tui" not in parts


@pytest.mark.parametrize("part", TRAINING)
def test_the_trainer_does_not_import_runs_and_views(part: str) -> None:
    _, parts = _loaded(_modules(part))
    assert not parts & {"run", "sweep", "views", "tui", "cli"}


@pytest.mark.parametrize("part", ["cli", "api"])
def test_the_command_line_and_the_api_import_torch_and_screens_only_when_used(part: str) -> None:
    packages, _ = _loaded(_modules(part))
    assert not packages & {*TORCH, "textual", "plotext", "matplotlib", "pandas"}
