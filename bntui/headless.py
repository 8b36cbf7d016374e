"""Training without a screen: a progress bar on a terminal or in a notebook, plain lines elsewhere."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from importlib.util import find_spec
from typing import IO, cast

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from bntui import process_clock
from bntui.lossy_file import LossyFile, discard
from bntui.printable_text import printable
from bntui.records import Notice, State, UserError
from bntui.run.series.history import Key
from bntui.run.sources.protocol import RunSource
from bntui.run.sources.source_thread import SourceThread
from bntui.signals import REACTIONS, Handler, Reaction, handled

REFRESH_SECONDS = 0.25
LINE_SECONDS = 10.0
"""The interval of lines where no bar is drawn."""


class Headless:
    """Runs a source to its end and prints its progress and notices.

    `failure` is the error that ended it, `signal` the number of the signal that stopped it (0: none).
    """

    def __init__(
        self, source: RunSource, console: Console, *, owns_process: bool = True, exit_on_hangup: bool = False
    ) -> None:
        """SIGINT stops the run after the step under way, or at once if no run has begun.

        If this is all that the process does (`owns_process`), other signals are handled as in `signals.REACTIONS`; the
        loss of the terminal stops the run only with `exit_on_hangup`. A second signal to stop ends the process at once,
        or gives up measurements that cannot be stored, and a third ends it. Output that cannot be written is dropped.
        """
        self._source = source
        self._thread = SourceThread(source)
        self._console = console
        self._owns_process = owns_process
        self._exit_on_hangup = exit_on_hangup
        file = console.file
        console.file = cast("IO[str]", LossyFile(file, lambda: discard(file)))
        self._printed_notices = 0
        self.signal = 0
        self._signals = 0

    @property
    def failure(self) -> BaseException | None:
        """The error that ended the run."""
        return self._thread.error

    def run(self) -> int:
        """Train to the end, or to a signal; return the exit status. Raises UserError for a user's mistake."""
        with handled(self._handlers()):
            self._thread.start()
            try:
                show = self._draw_bars if _can_draw_bars(self._console) else self._print_lines
                show(self._thread)
            finally:
                # If printing failed, the thread must not continue training in the background.
                self._thread.give_up()
                self._thread.wait()
        if isinstance(self.failure, UserError) or (self.failure and not self._source.folder):
            raise self.failure
        if self.failure:
            # A notice gave the reason, and the run's log has the traceback; the measurements are kept.
            return 1
        return 128 + self.signal if self.signal else 0

    def _handlers(self) -> Mapping[str, Handler]:
        if not self._owns_process:
            return {"SIGINT": self._stop}
        actions: Mapping[Reaction, Handler] = {
            Reaction.STOP: self._stop,
            Reaction.HANG_UP: self._stop if self._exit_on_hangup else _ignore,
            Reaction.CHECKPOINT: lambda _: self._source.checkpoint(),
        }
        stopping = {name: actions[reaction] for name, reaction in REACTIONS.items()}
        return {**stopping, "SIGTSTP": self._suspend, "SIGCONT": self._resume}

    def _suspend(self, _: int) -> None:
        self._show_cursor(True)
        process_clock.stop()
        os.kill(os.getpid(), signal.SIGSTOP)

    def _resume(self, _: int) -> None:
        process_clock.start()
        self._show_cursor(not _can_draw_bars(self._console))

    def _show_cursor(self, show: bool) -> None:
        if self._console.is_terminal:
            # Not by the console: the signal may have interrupted it.
            with suppress(OSError, ValueError):
                os.write(self._console.file.fileno(), b"\x1b[?25h" if show else b"\x1b[?25l")

    def _stop(self, number: int) -> None:
        self._signals += 1
        # The second signal gives up measurements that cannot be stored.
        if self._owns_process and self._signals > (2 if self._source.status.unstored else 1):
            self._show_cursor(True)
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        self.signal = number
        self._thread.give_up()

    def _draw_bars(self, thread: SourceThread) -> None:
        with _Bars(self._console, self._accuracies) as bars:
            task = bars.add_task("loading", total=None, rate="")
            alive = True
            while alive:
                thread.join(REFRESH_SECONDS)
                alive = not thread.over
                self._print_notices()
                status = self._source.status
                loading = status.state is State.LOADING
                bars.update(
                    task,
                    description=printable(status.loading) if loading else status.state,
                    total=None if loading else self._source.spec.steps,
                    completed=status.step,
                    rate=f"{status.rate:.1f} steps/s" if status.rate else "",
                )

    def _print_lines(self, thread: SourceThread) -> None:
        printed = ""
        alive = True
        while alive:
            thread.join(LINE_SECONDS if printed.startswith("step") else REFRESH_SECONDS)
            alive = not thread.over
            self._print_notices()
            line = self._line()
            if line and line != printed:
                self._console.print(line, highlight=False, soft_wrap=True, markup=False)
                printed = line

    def _line(self) -> str:
        status = self._source.status
        if status.step:
            rate = f"{status.rate:.1f} steps/s"
            return f"step {status.step} of {self._source.spec.steps}  {rate}  {self._accuracies()}"
        # A download reports a fraction, which would be a line at every refresh.
        return f"{printable(status.loading)} …" if status.loading and status.fraction is None else ""

    def _accuracies(self) -> str:
        history = self._source.history
        if history is None:
            return ""
        known = ((name, history.points(Key(name, "train", "accuracy")).last) for name in history.info.variants)
        return "  ".join(f"{name} {value:.3f}" for name, value in known if value is not None)

    def _print_notices(self) -> None:
        notices: tuple[Notice, ...] = self._source.notices[self._printed_notices :]
        self._printed_notices += len(notices)
        for notice in notices:
            self._console.print(printable(notice.text), style="yellow", highlight=False, soft_wrap=True, markup=False)


def _ignore(_: int) -> None:
    """Continue."""


def _can_draw_bars(console: Console) -> bool:
    """Return whether the console is a terminal, or a notebook with ipywidgets, which rich needs to redraw there."""
    in_notebook = console.is_jupyter and find_spec("ipywidgets") is not None
    return not console.quiet and (console.is_terminal or in_notebook)


class _Bars(Progress):
    """A bar for the steps that all variants take together, and their accuracies on a line below it."""

    def __init__(self, console: Console, below: Callable[[], str]) -> None:
        self._below = below
        super().__init__(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(elapsed_when_finished=True),
            console=console,
            refresh_per_second=1 / REFRESH_SECONDS,
        )

    def get_renderables(self) -> Iterable[RenderableType]:
        yield from super().get_renderables()
        if text := self._below():
            yield Text(text, no_wrap=True, overflow="ellipsis")
