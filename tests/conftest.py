"""For all tests: one computing thread a process, since the networks are small and several may run at once."""

import os
from pathlib import Path

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Environment of a program in a terminal: folders of its own, and one computing thread."""
    return {
        "BNTUI_RUNS_DIR": str(tmp_path / "runs"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "OMP_NUM_THREADS": "1",
    }
