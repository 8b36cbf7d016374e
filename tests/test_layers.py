"""Imports at run time: groups of parts of the package, imported in a new process, leave out what they must not need."""

import pkgutil
import subprocess
import sys

import pytest

import bntui

TORCH = {"torch", "torchvision"}
SCREEN_LIBRARIES = {"textual", "rich", "plotext", "matplotlib"}
TRAINING = {"train", "probes", "variants", "models", "data"}
LOW = {"explanations", "lossy_file", "number_format", "printable_text", "records", "text_table", "spec"}
READING = {"run", "sweep", "claims", "views", "figures", "report", "tour"}

REPORT = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(*{module.partition(".")[0] for module in sys.modules})
print(*{module.split(".")[1] for module in sys.modules if module.startswith("bntui.")})
"""


def _modules(part: str) -> list[str]:
    names = [module.name for module in pkgutil.walk_packages(bntui.__path__, "bntui.")]
    wanted = f"bntui.{part}"
    found = [name for name in names if name == wanted or name.startswith(wanted + ".")]
    assert found, f"there is no {wanted}"
    return found


def _loaded(parts: set[str]) -> set[str]:
    """Return the packages, and the parts of bntui, that importing all modules of these parts loads."""
    modules = [module for part in sorted(parts) for module in _modules(part)]
    done = subprocess.run([sys.executable, "-c", REPORT, *modules], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("parts", "unneeded"),
    [
        pytest.param(LOW | READING, TORCH | SCREEN_LIBRARIES | TRAINING | {"tui"}, id="reading runs"),
        pytest.param({"tui", "serve"}, TORCH | TRAINING, id="screens"),
        pytest.param(TRAINING, SCREEN_LIBRARIES | {"run", "sweep", "views", "tui", "cli"}, id="training"),
        pytest.param({"cli", "api"}, TORCH | {"textual", "plotext", "matplotlib", "pandas"}, id="commands"),
    ],
)
def test_parts_do_not_import_what_they_must_not_need(parts: set[str], unneeded: set[str]) -> None:
    assert not _loaded(parts) & unneeded
