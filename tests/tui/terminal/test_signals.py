"""Every signal that ends the dashboard restores the terminal; the others do not end it."""

import os
import re
import signal
import sys
import termios
from pathlib import Path

import pytest

from tests.run.conftest import finished, spec, writer
from tests.terminal import Terminal

__all__ = ["finished", "spec", "writer"]

ENDING = ("TERM", "INT", "QUIT", "XCPU", "HUP")


def modes_set(written: bytes) -> set[bytes]:
    """Return the private modes that a program has set and not reset."""
    modes: set[bytes] = set()
    for mode, action in re.findall(rb"\x1b\[\?(\d+)([hl])", written):
        (modes.add if action == b"h" else modes.discard)(mode)
    return modes


@pytest.mark.parametrize("name", [ENDING[0], *(pytest.param(name, marks=pytest.mark.slow) for name in ENDING[1:])])
def test_a_signal_that_ends_the_dashboard_restores_the_terminal(
    name: str, finished: Path, environment: dict[str, str]
) -> None:
    with Terminal("attach", str(finished), **environment) as terminal:
        attributes = termios.tcgetattr(terminal.descriptor)
        terminal.until("accuracy", "quit")
        for harmless in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGCONT):
            os.kill(terminal.pid, harmless)
        os.kill(terminal.pid, signal.Signals[f"SIG{name}"])
        status, _ = terminal.end()
        assert termios.tcgetattr(terminal.descriptor) == attributes
    assert status == 0
    # The cursor and the wrapping of lines, which every terminal begins with.
    assert modes_set(terminal.written) == {b"25", b"7"}
    assert terminal.written.count(b"\x1b[>25u") == terminal.written.count(b"\x1b[<u") > 0


BROKEN = """
import sys
from bntui.tui.screens.dashboard import DashboardScreen

def interrupt(self):
    raise KeyboardInterrupt

DashboardScreen.action_maximize = interrupt
from bntui.cli.main import main
main()
"""


def test_an_exception_that_no_app_survives_restores_the_terminal(finished: Path, environment: dict[str, str]) -> None:
    program = (sys.executable, "-c", BROKEN)
    with Terminal("attach", str(finished), program=program, **environment) as terminal:
        terminal.until("accuracy", "quit")
        terminal.type("z")
        status, _ = terminal.end()
    assert status == 130
    assert modes_set(terminal.written) == {b"25", b"7"}
    assert terminal.written.count(b"\x1b[>25u") == terminal.written.count(b"\x1b[<u") > 0
