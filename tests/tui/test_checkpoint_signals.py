"""USR1 and USR2 write a checkpoint, with a screen and without one; training goes on."""

from __future__ import annotations

import os
import signal

import pytest
from rich.console import Console

from bntui.headless.training_lines import Headless
from tests.tui.conftest import settle
from tests.tui.fake_source import FakeSource


class Signalled(FakeSource):
    """A source that gets a signal while it works."""

    def __init__(self, number: signal.Signals) -> None:
        super().__init__()
        self._number = number

    def work(self) -> None:
        # Python handles it in the main thread, between two looks at the run.
        os.kill(os.getpid(), self._number)
        super().work()

    def checkpoint(self) -> None:
        super().checkpoint()
        self.release()


@pytest.mark.parametrize("number", [signal.SIGUSR1, signal.SIGUSR2])
def test_without_a_screen(number: signal.Signals) -> None:
    source = Signalled(number)
    assert Headless(source, Console(quiet=True)).run() == 0
    assert "checkpoint" in source.calls


async def test_with_a_screen(app_of) -> None:
    source = FakeSource()
    app = app_of(source)
    with app.signals.handled():
        async with app.run_test() as pilot:
            await settle(pilot)
            signal.raise_signal(signal.SIGUSR1)
            await settle(pilot)
            assert source.calls.count("checkpoint") == 1
            assert app.is_running
