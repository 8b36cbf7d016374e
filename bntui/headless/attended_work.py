"""Work in a thread, attended by the main one: it prints how far the work is, and stops it on signals."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import find_spec
from typing import IO, cast

from rich.console import Console

from bntui import process_clock
from bntui.lossy_file import LossyFile, discard
from bntui.run.sources.protocol import Work
from bntui.run.sources.source_thread import SourceThread
from bntui.signals import REACTIONS, Handler, Reaction, handled

REFRESH_SECONDS = 0.25


class AttendedWork:
    """Does a piece of work to its end. Subclasses print its progress in `show`.

    `failure` is the error that ended it, `signal` the number of the signal that stopped it (0: none).
    """

    def __init__(
        self, work: Work, console: Console, *, owns_process: bool = True, exit_on_hangup: bool = False
    ) -> None:
        """SIGINT stops the work after the step under way, or at once if nothing has begun.

        If this is all that the process does (`owns_process`), other signals are handled as in `signals.REACTIONS`; the
        loss of the terminal stops the work only with `exit_on_hangup`. After `signals_heard` signals to stop, the next
        one ends the process. Output that cannot be written is dropped.
        """
        self.thread = SourceThread(work)
        self.console = console
        self.signal = 0
        self._owns_process = owns_process
        self._exit_on_hangup = exit_on_hangup
        self._signals = 0
        file = console.file
        console.file = cast("IO[str]", LossyFile(file, lambda: discard(file)))

    @property
    def signals_heard(self) -> int:
        """How many signals to stop the work still hears."""
        return 1

    @property
    def failure(self) -> BaseException | None:
        """The error that ended the work."""
        return self.thread.error

    @property
    def can_draw_bars(self) -> bool:
        """Whether the console is a terminal, or a notebook with ipywidgets, which rich needs to redraw there."""
        in_notebook = self.console.is_jupyter and find_spec("ipywidgets") is not None
        return not self.console.quiet and (self.console.is_terminal or in_notebook)

    def show(self) -> None:
        """Print the progress until the thread is over."""
        raise NotImplementedError

    def attend(self) -> None:
        """Work to the end, or to a signal."""
        with handled(self._handlers()):
            self.thread.start()
            try:
                self.show()
            finally:
                # If printing failed, the thread must not continue in the background.
                self.thread.give_up()
                self.thread.wait()

    def _handlers(self) -> Mapping[str, Handler]:
        if not self._owns_process:
            return {"SIGINT": self._stop}
        actions: Mapping[Reaction, Handler] = {
            Reaction.STOP: self._stop,
            Reaction.HANG_UP: self._stop if self._exit_on_hangup else _ignore,
            Reaction.CHECKPOINT: lambda _: self.thread.source.checkpoint(),
        }
        stopping = {name: actions[reaction] for name, reaction in REACTIONS.items()}
        return {**stopping, "SIGTSTP": self._suspend, "SIGCONT": self._resume}

    def _suspend(self, _: int) -> None:
        self._show_cursor(True)
        process_clock.stop()
        os.kill(os.getpid(), signal.SIGSTOP)

    def _resume(self, _: int) -> None:
        process_clock.start()
        self._show_cursor(not self.can_draw_bars)

    def _show_cursor(self, show: bool) -> None:
        if self.console.is_terminal:
            # Not by the console: the signal may have interrupted it.
            with suppress(OSError, ValueError):
                os.write(self.console.file.fileno(), b"\x1b[?25h" if show else b"\x1b[?25l")

    def _stop(self, number: int) -> None:
        self._signals += 1
        if self._owns_process and self._signals > self.signals_heard:
            self._show_cursor(True)
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        self.signal = number
        self.thread.give_up()


def _ignore(_: int) -> None:
    """Continue."""
