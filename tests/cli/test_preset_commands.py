"""Presets are listed with a line each, and shown in a form that loads again."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Bntui


def test_presets_are_listed_with_a_line_each(bntui: Bntui) -> None:
    status, out, _ = bntui("presets")
    lines = {line.split()[0]: line.split(maxsplit=1)[1] for line in out.splitlines()}
    assert status == 0
    assert {"noisy", "blog-noisy", "blog-lr", "blog-smoothness", "paper-noisy"} <= set(lines)


def _wrong_type(path: Path) -> None:
    path.write_text("steps = 'many'")


def _deep(path: Path) -> None:
    path.write_text("x = " + "[" * 5000)


def _no_text(path: Path) -> None:
    path.write_bytes(b"\xff" * 100)


def _link_to_itself(path: Path) -> None:
    path.symlink_to(path)


@pytest.mark.parametrize("make", [_wrong_type, _deep, _no_text, _link_to_itself, Path.mkdir, os.mkfifo])
def test_a_preset_that_cannot_be_read_does_not_hide_the_others(
    make: Callable[[Path], None], tmp_path: Path, bntui: Bntui
) -> None:
    mine = tmp_path / "config" / "bntui" / "presets" / "mine.toml"
    mine.parent.mkdir(parents=True)
    make(mine)
    _, out, _ = bntui("presets")
    lines = dict(line.split(maxsplit=1) for line in out.splitlines())
    assert lines["mine"].startswith("unreadable: ")
    assert not lines["noisy"].startswith("unreadable: ")


def test_a_preset_is_shown_resolved_and_can_be_used(tmp_path: Path, bntui: Bntui) -> None:
    _, out, _ = bntui("presets", "show", "noisy")
    assert "etas = [" in out
    mine = tmp_path / "mine.toml"
    mine.write_text(out)
    status, again, _ = bntui("presets", "show", str(mine))
    assert (status, again) == (0, out)
