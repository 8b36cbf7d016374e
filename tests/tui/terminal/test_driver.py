"""The driver in a real terminal: signals that stop, continue and hang up the process."""

import os
import signal
from pathlib import Path

import pytest

from tests.run.conftest import finished, spec, writer
from tests.terminal import Terminal

__all__ = ["finished", "spec", "writer"]

TRAIN = (
    "--preset",
    "noisy",
    "--dataset",
    "digits",
    "--steps",
    "100000",
    "--set",
    "network=blog-cnn",
    "--device",
    "cpu",
)
ENTERED = b"\x1b[?1049h"

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="counts threads in /proc")


def threads(terminal: Terminal) -> int:
    return len(list(Path(f"/proc/{terminal.pid}/task").iterdir()))


def proceed(terminal: Terminal) -> None:
    """Continue the process, and wait until it has the alternate screen again."""
    entered = terminal.written.count(ENTERED)
    os.kill(terminal.pid, signal.SIGCONT)
    terminal.watch_until(lambda: terminal.written.count(ENTERED) > entered)


def test_continuing_keeps_one_input_and_one_output_thread(finished: Path, environment: dict[str, str]) -> None:
    with Terminal("attach", str(finished), **environment) as terminal:
        terminal.until("accuracy", "quit")
        before = threads(terminal)
        for _ in range(3):
            proceed(terminal)
        terminal.watch_until(lambda: threads(terminal) == before)
        os.kill(terminal.pid, signal.SIGSTOP)
        proceed(terminal)
        terminal.watch_until(lambda: threads(terminal) == before)
        terminal.type("ctrl+q")
        status, _ = terminal.end()
    assert status == 0
    # Each time the keyboard protocol and the alternate screen are entered they are left again.
    assert terminal.written.count(ENTERED) == terminal.written.count(b"\x1b[?1049l") == 5
    assert terminal.written.count(b"\x1b[>25u") == terminal.written.count(b"\x1b[<u") == 5


@pytest.mark.slow
def test_a_hang_up_after_continuing_ends_the_process(environment: dict[str, str]) -> None:
    with Terminal(*TRAIN, "--exit-on-hangup", **environment) as terminal:
        terminal.until("training", "steps/s")
        for _ in range(3):
            proceed(terminal)
        assert terminal.hang_up() == 0
