"""Detect what the terminal can show, let settings and options override it, and draw nothing beyond it."""

import errno
import os
import re
from pathlib import Path

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from bntui.records import State, UserError
from bntui.tui.app import DashboardApp
from bntui.tui.screens.pages import OTHER_PANES, PAGE_KEYS
from bntui.tui.terminal.ascii_filters import AsciiFilter, EightBitFilter, NoColorFilter, to_ascii
from bntui.tui.terminal.capabilities import (
    Capabilities,
    Colors,
    DisplayOverrides,
    Markers,
    detect_colors,
    detect_markers,
)
from bntui.tui.terminal.settings import Settings, SettingsFile
from bntui.tui.terminal.themed_app import SettingsCommands
from tests.tui.conftest import KEY_OF, settle, text_of
from tests.tui.fake_source import DIVERGED, FALLBACK, FakeSource


@pytest.mark.parametrize(
    ("environment", "colors"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, Colors.TRUECOLOR),
        ({"TERM": "xterm-kitty"}, Colors.TRUECOLOR),
        ({"TERM": "screen-256color"}, Colors.EIGHT_BIT),
        ({"TERM": "xterm"}, Colors.ANSI),
        ({"TERM": "linux"}, Colors.ANSI),
        ({"TERM": "vt100"}, Colors.NONE),
        ({"TERM": "dumb", "COLORTERM": "truecolor"}, Colors.NONE),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}, Colors.NONE),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, Colors.EIGHT_BIT),
    ],
)
def test_colors_are_detected(environment, colors):
    assert detect_colors(environment) is colors


@pytest.mark.parametrize(
    ("environment", "markers"),
    [
        ({"TERM": "xterm", "LANG": "de_DE.UTF-8"}, Markers.BRAILLE),
        ({"TERM": "xterm", "LANG": "en_US.utf8", "LC_CTYPE": ""}, Markers.BRAILLE),
        ({"TERM": "xterm"}, Markers.BRAILLE),
        ({"TERM": "xterm", "LANG": "de_DE.UTF-8", "LC_ALL": "C"}, Markers.ASCII),
        ({"TERM": "xterm", "LANG": "de_DE.ISO-8859-1"}, Markers.ASCII),
        ({"TERM": "linux", "LANG": "de_DE.UTF-8"}, Markers.ASCII),
    ],
)
def test_markers_are_detected(environment, markers):
    assert detect_markers(environment) is markers


@pytest.fixture
def app_with(app_of):
    def make(colors: Colors, markers: Markers, source: FakeSource | None = None) -> DashboardApp:
        app = app_of(source or FakeSource(State.PAUSED, notices=(FALLBACK, DIVERGED)))
        app.apply_settings(SettingsFile(), DisplayOverrides(colors, markers), {})
        return app

    return make


@pytest.mark.parametrize(
    ("colors", "markers"),
    [
        (Colors.NONE, Markers.ASCII),
        (Colors.ANSI, Markers.BRAILLE),
        pytest.param(Colors.EIGHT_BIT, Markers.ASCII, marks=pytest.mark.slow),
    ],
)
async def test_nothing_is_sent_that_the_terminal_lacks(app_with, colors, markers):
    app = app_with(colors, markers)
    async with app.run_test(size=(120, 36)) as pilot:
        for key in (*PAGE_KEYS, KEY_OF["overview"], "question_mark", "escape", "q", "n", "ctrl+p"):
            await pilot.press(key)
            await settle(pilot)
            shown = text_of(app)
            assert markers is not Markers.ASCII or shown.isascii(), f"{key}: {sorted(set(re.sub('[ -~]', '', shown)))}"
            sent = "".join(strip.render(app.console) for strip in app.screen._compositor.render_strips())
            codes = set(";".join(re.findall(r"\x1b\[([0-9;]+)m", sent)).split(";")) - {"39", "49"}
            assert "38;2" not in sent and "48;2" not in sent
            if colors is Colors.NONE:
                assert {int(code) for code in codes} <= set(range(10))
            elif colors is Colors.ANSI:
                assert "38" not in codes and "48" not in codes
            if key in (PAGE_KEYS[0], KEY_OF["layers"]):
                assert ("● standard" if markers is Markers.BRAILLE else "o standard") in shown
            # Claims and the batch done by hand are no variant's.
            if colors is Colors.ANSI and key in PAGE_KEYS and key not in map(KEY_OF.get, OTHER_PANES):
                assert {"33", "96", "95"} <= codes and "✖" in shown


async def test_bands_and_heatmaps_are_drawn_without_colors(app_with):
    app = app_with(Colors.NONE, Markers.BRAILLE)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press(KEY_OF["layers"])
        await settle(pilot)
        assert all(shade in text_of(app) for shade in "░▒▓█")
        await pilot.press(KEY_OF["landscape"])
        await settle(pilot)
        assert "░░" in text_of(app)


def test_ascii_has_the_same_width():
    for text in ("10⁻³", "5·10⁻²", "  −∞", " 1…2 ", "\u28ff\u2800⠤", "🔎 x", "naïve ℓ1"):
        assert len(to_ascii(text)) == sum(2 if char == "🔎" else 1 for char in text)
        assert to_ascii(text).isascii()
    assert to_ascii("10⁻³") == "1e-3"
    assert to_ascii("5·10⁻²") == "  5e-2"
    assert to_ascii("  −∞") == "-inf"
    assert to_ascii("⠤⠒⡇") == "--|"


def test_strokes_are_never_a_variants_mark():
    strokes = set(to_ascii("".join(map(chr, range(0x2801, 0x2900)))))
    assert not strokes & set(to_ascii("●▲■◆✚★▼◉✦✖×"))


def test_filters_change_only_what_they_must():
    style = Style(color="#102030", bold=True)
    segments = [Segment("a─b", style)]
    assert AsciiFilter().apply(segments, Color(0, 0, 0)) == [Segment("a-b", style)]
    assert NoColorFilter().apply(segments, Color(0, 0, 0)) == [Segment("a─b", Style(bold=True))]
    (nearest,) = EightBitFilter().apply(segments, Color(0, 0, 0))
    assert nearest.style is not None and nearest.style.bold and nearest.style.color.number >= 16


def test_low_bandwidth_uses_256_colors(app_of):
    app = app_of()
    app.apply_settings(SettingsFile(), DisplayOverrides(low_bandwidth=True), {"COLORTERM": "truecolor"})
    assert app.capabilities == Capabilities(Colors.EIGHT_BIT, Markers.BRAILLE, True)
    app.apply_settings(SettingsFile(), DisplayOverrides(Colors.TRUECOLOR, low_bandwidth=True), {})
    assert app.capabilities.colors is Colors.TRUECOLOR


# Settings


def test_settings_are_saved(tmp_path):
    path = tmp_path / "deep" / "settings.toml"
    SettingsFile(path).change(theme="nord", colors="16")
    SettingsFile(path).change(low_bandwidth=True)
    assert SettingsFile(path).settings == Settings(theme="nord", colors=Colors.ANSI, low_bandwidth=True)
    assert [child.name for child in path.parent.iterdir()] == ["settings.toml"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("theme = ", "settings.toml: not valid TOML: Invalid value"),
        ('colors = "many"', "colors = 'many': should be 'auto', 'truecolor', '256', '16' or 'none'"),
        ("colour = 1", "colour = 1: unknown key; did you mean colors?"),
        ("theme = " + "[" * 5000, "more than 16 tables and lists in one another"),
        ("low_bandwidth = 0x" + "F" * 5000, "low_bandwidth = a very long int: should be a valid boolean"),
        ("\0", "not valid TOML: "),
    ],
    ids=range(6),
)
def test_invalid_settings_give_one_line_and_the_defaults(tmp_path, text, message):
    path = tmp_path / "settings.toml"
    path.write_text(text)
    file = SettingsFile(path)
    assert file.settings == Settings()
    assert message in file.error and file.error.endswith("using the defaults") and "\n" not in file.error


@pytest.mark.parametrize("spoil", [Path.mkdir, os.mkfifo, lambda path: path.write_bytes(b"\xff")])
def test_what_is_no_settings_file_is_neither_waited_for_nor_replaced(tmp_path, spoil):
    path = tmp_path / "settings.toml"
    spoil(path)
    before = path.lstat().st_mode, path.lstat().st_mtime
    file = SettingsFile(path)
    assert file.settings == Settings() and file.error.endswith("using the defaults")
    with pytest.raises(UserError, match="settings.toml: is not valid; repair or delete it"):
        file.change(theme="nord")
    assert file.settings.theme == "nord"
    assert (path.lstat().st_mode, path.lstat().st_mtime) == before


def test_settings_that_cannot_be_saved_are_in_force(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    file = SettingsFile(tmp_path / "settings.toml")
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(UserError, match="settings.toml: No space left on device"):
        file.change(theme="nord")
    assert file.settings.theme == "nord" and list(tmp_path.iterdir()) == []


async def test_a_chosen_theme_is_saved_and_used_again(app_of, tmp_path):
    path = tmp_path / "settings.toml"
    app = app_of()
    app.apply_settings(SettingsFile(path), DisplayOverrides(), {"TERM": "xterm-256color"})
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        assert not path.exists()
        app.theme = "gruvbox"
        await settle(pilot)
    assert SettingsFile(path).settings.theme == "gruvbox"
    again = app_of()
    again.apply_settings(SettingsFile(path), DisplayOverrides(), {"TERM": "xterm-256color"})
    assert again.theme == "gruvbox"
    poor = app_of()
    poor.apply_settings(SettingsFile(path), DisplayOverrides(Colors.ANSI), {})
    async with poor.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        assert poor.theme == "ansi-dark"
    assert SettingsFile(path).settings.theme == "gruvbox"


async def test_errors_in_the_settings_are_notified(app_of, tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text('theme = "no-such"')
    app = app_of()
    app.apply_settings(SettingsFile(path), DisplayOverrides(), {"TERM": "xterm-256color"})
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        assert [notification.message for notification in app._notifications] == [
            "unknown theme 'no-such'; using the default"
        ]
    assert app.theme == "textual-dark"


async def test_the_command_palette_saves_settings(app_of, tmp_path):
    path = tmp_path / "settings.toml"
    app = app_of()
    app.apply_settings(SettingsFile(path), DisplayOverrides(), {"TERM": "xterm-256color"})
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        provider = SettingsCommands(app.screen)
        hits = {hit.text or str(hit.prompt): hit async for hit in provider.search("markers ascii")}
        assert list(hits) == ["Markers: ascii"]
        hits["Markers: ascii"].command()
    assert SettingsFile(path).settings.markers is Markers.ASCII
