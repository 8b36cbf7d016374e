"""`bntui serve`: what it starts for each page, and mistakes, which are reported at once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from bntui.serve import server
from tests.cli.conftest import Bntui

DISPLAY = ["--colors", "truecolor", "--markers", "braille"]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """The arguments of the servers that would be started."""
    calls: list[tuple[Any, ...]] = []
    monkeypatch.setattr(server, "DashboardServer", lambda *arguments: calls.append(arguments))
    monkeypatch.setattr(server, "serve", lambda server: None)
    return calls


@pytest.mark.parametrize(
    ("arguments", "passed_on"),
    [
        (["serve"], []),
        (["serve", "--runs-dir", "X Y; $(id)"], ["--runs-dir", "X Y; $(id)"]),
        (["--runs-dir", "X Y; $(id)", "serve"], ["--runs-dir=X Y; $(id)"]),
        (["--runs-dir", "X", "serve", "attach", "last"], ["--runs-dir=X", "attach", "last"]),
        (["serve", "--runs-dir", "X", "attach", "last"], ["--runs-dir", "X", "attach", "last"]),
        (["--data-dir", "D", "serve", "--preset", "noisy"], ["--data-dir=D", "--preset", "noisy"]),
        (
            ["--set", "steps=5", "--set", "lr=0.1", "--full-bandwidth", "serve", "--steps", "7"],
            ["--set=steps=5", "--set=lr=0.1", "--full-bandwidth", "--steps", "7"],
        ),
    ],
)
def test_options_are_passed_on(
    arguments: list[str], passed_on: list[str], bntui: Bntui, started: list[tuple[Any, ...]]
) -> None:
    assert bntui(*arguments) == (0, "", "")
    ((command, host, port, _, sessions, keep, train_on),) = started
    assert sorted(command) == sorted([sys.executable, "-m", "bntui", *DISPLAY, "--exit-on-hangup", *passed_on])
    assert (host, port, sessions, keep, train_on) == ("127.0.0.1", 8000, 4, 10, False)


def test_training_may_continue_without_its_page(bntui: Bntui, started: list[tuple[Any, ...]]) -> None:
    assert bntui("serve", "--keep", "0", "--train-on", "--max-sessions", "2")[0] == 0
    ((command, *_, sessions, keep, train_on),) = started
    assert "--exit-on-hangup" not in command
    assert (sessions, keep, train_on) == (2, 0, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--headless"], "serve --headless: a headless run has no screen to serve"),
        (["--preset", "nosy"], "unknown preset 'nosy'; did you mean noisy"),
        (["--presett", "noisy"], "no such option: --presett"),
        (["runs"], "serve runs: choose from tour, attach, replay, compare"),
        (["--runs-dir", "X", "delete"], "serve delete: choose from tour, attach, replay, compare"),
        (["attach", "--foo"], "no such option: --foo"),
        (["replay"], "missing argument 'RUN'"),
        (["--token", "hush"], "--token: other users can read command lines (ps); write the token into a file for"),
        (["--token=hush"], "--token: other users can read"),
        (["--token-file", "/no/such"], "--token-file /no/such: No such file or directory"),
        (["--keep", "--preset", "noisy"], "invalid value for '--keep': should be a valid integer"),
        (["--keep", "-1"], "invalid value for '--keep': should be greater than or equal to 0"),
        (["--max-sessions", "0"], "invalid value for '--max-sessions'"),
        (["--host", "192.0.2.1"], "cannot serve on 192.0.2.1, port 8000: "),
    ],
)
def test_a_mistake_is_reported_at_once(arguments: list[str], message: str, bntui: Bntui) -> None:
    status, _, error = bntui("serve", *arguments)
    assert status == 2
    assert error.count("\n") == 1 and message in error


def test_the_token_of_the_environment_is_checked(bntui: Bntui, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BNTUI_TOKEN", "short")
    status, _, error = bntui("serve")
    assert status == 2 and "BNTUI_TOKEN: a token is 16 to 1024" in error


def test_the_token_of_a_file(bntui: Bntui, started: list[tuple[Any, ...]], tmp_path: Path) -> None:
    (tmp_path / "token").write_text("0123456789abcdef\n")
    (tmp_path / "token").chmod(0o600)
    assert bntui("serve", "--token-file", str(tmp_path / "token"))[0] == 0
    assert started[0][3] == "0123456789abcdef"


def test_without_textual_serve_the_message_says_how_to_install_it(
    bntui: Bntui, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in [name for name in sys.modules if name.startswith("bntui.serve")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "textual_serve", None)
    assert bntui("serve") == (2, "", "bntui: serve needs textual-serve: pip install 'bntui[serve]'\n")
