"""Presets are listed with a line each, and shown in a form that loads again."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Bntui


def test_presets_are_listed_with_a_line_each(bntui: Bntui) -> None:
    status, out, _ = bntui("presets")
    lines = {line.split()[0]: line.split(maxsplit=1)[1] for line in out.splitlines()}
    assert status == 0
    assert {"noisy", "blog-noisy", "blog-lr", "blog-smoothness", "paper-noisy"} <= set(lines)


def test_a_broken_preset_of_the_users_does_not_hide_the_others(tmp_path: Path, bntui: Bntui) -> None:
    mine = tmp_path / "config" / "bntui" / "presets" / "mine.toml"
    mine.parent.mkdir(parents=True)
    mine.write_text("steps = 'many'")
    _, out, _ = bntui("presets")
    lines = dict(line.split(maxsplit=1) for line in out.splitlines())
    assert lines["mine"].startswith("! ")
    assert not lines["noisy"].startswith("! ")


def test_a_preset_is_shown_resolved_and_can_be_used(tmp_path: Path, bntui: Bntui) -> None:
    _, out, _ = bntui("presets", "show", "noisy")
    assert "etas = [" in out
    mine = tmp_path / "mine.toml"
    mine.write_text(out)
    status, again, _ = bntui("presets", "show", str(mine))
    assert (status, again) == (0, out)
