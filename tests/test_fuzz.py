"""A part of the fuzzers: presets with random changes, and junk on the command line and in the settings."""

from __future__ import annotations

import math
from pathlib import Path

from bntui.tui.terminal.settings import SettingsFile
from tests.faults import junk_command_lines, mutated_presets
from tests.faults.junk import TEXTS, TOML_VALUES


def test_mutated_presets() -> None:
    assert mutated_presets.faults(300, seed=1, slowest=math.inf) == []


def test_junk_command_lines() -> None:
    assert junk_command_lines.faults(80, seed=1, slowest=math.inf) == []


def test_junk_in_the_settings(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    for value in (*TEXTS, *TOML_VALUES):
        path.write_bytes(f"colors = {value}".encode(errors="surrogatepass"))
        error = SettingsFile(path).error
        assert error.endswith("; using the defaults") and mutated_presets.flaw_in(error) == ""
