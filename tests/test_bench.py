"""The benchmarks can be imported; measuring is left to `python -m tests.bench`."""

import importlib
from pathlib import Path

import pytest

MODULES = sorted(path.stem for path in (Path(__file__).parent / "bench").glob("[!_]*.py"))


@pytest.mark.parametrize("module", MODULES)
def test_module_can_be_imported(module: str) -> None:
    importlib.import_module(f"tests.bench.{module}")
