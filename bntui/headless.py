"""Training without a screen: progress bars on a terminal, plain lines elsewhere, and signals that end it."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from types import FrameType

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from bntui.records import Notice, State, UserError
from bntui.run.series.history import Key
from bntui.run.sources.protocol import RunSource

REFRESH_SECONDS = 0.25
LINE_SECONDS = 10.0
"""Where nobody looks at a bar, a line this often."""


class Headless:
    """Drives a feed to its end, telling the console how it goes."""

    def __init__(self, source: RunSource, console: Console) -> None:
        self._source = source
        self._console = console
        self._failure: BaseException | None = None
        self._told = 0
        self._signal = 0

    def run(self) -> int:
        """Train to the end, or to SIGINT or SIGTERM; the exit status. Raises a mistake of the user's."""
        worker = threading.Thread(target=self._work, name="trainer", daemon=True)
        with self._stopping_on_signals():
            worker.start()
            if self._console.is_terminal:
                self._bars(worker)
            else:
                self._lines(worker)
        if isinstance(self._failure, UserError) or (self._failure and not self._source.folder):
            raise self._failure
        if self._failure:
            # The notice has said why, and the run's log has the traceback; what was measured is kept.
            return 1
        return 128 + self._signal if self._signal else 0

    def _work(self) -> None:
        try:
            self._source.work()
        except BaseException as error:
            self._failure = error

    @contextlib.contextmanager
    def _stopping_on_signals(self) -> Iterator[None]:
        def stop(number: int, _: FrameType | None) -> None:
            self._signal = number
            self._source.stop()

        before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _bars(self, worker: threading.Thread) -> None:
        with _Bars(self._console, self._accuracies) as bars:
            task = bars.add_task("loading", total=None, rate="")
            alive = True
            while alive:
                worker.join(REFRESH_SECONDS)
                alive = worker.is_alive()
                self._tell_notices()
                status = self._source.status
                loading = status.state is State.LOADING
                bars.update(
                    task,
                    description=status.loading if loading else status.state,
                    total=None if loading else self._source.spec.steps,
                    completed=status.step,
                    rate=f"{status.rate:.1f} steps/s" if status.rate else "",
                )

    def _lines(self, worker: threading.Thread) -> None:
        said = ""
        alive = True
        while alive:
            worker.join(LINE_SECONDS if said.startswith("step") else REFRESH_SECONDS)
            alive = worker.is_alive()
            self._tell_notices()
            line = self._line()
            if line and line != said:
                self._console.print(line, highlight=False, soft_wrap=True, markup=False)
                said = line

    def _line(self) -> str:
        status = self._source.status
        if status.step:
            rate = f"{status.rate:.1f} steps/s"
            return f"step {status.step} of {self._source.spec.steps}  {rate}  {self._accuracies()}"
        # A download would otherwise be a line each time it is looked at.
        return f"{status.loading} …" if status.loading and status.fraction is None else ""

    def _accuracies(self) -> str:
        history = self._source.history
        if history is None:
            return ""
        known = ((name, history.points(Key(name, "train", "accuracy")).last) for name in history.info.variants)
        return "  ".join(f"{name} {value:.3f}" for name, value in known if value is not None)

    def _tell_notices(self) -> None:
        notices: tuple[Notice, ...] = self._source.notices[self._told :]
        self._told += len(notices)
        for notice in notices:
            self._console.print(notice.text, style="yellow", highlight=False, soft_wrap=True, markup=False)


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
        """The bar, and the line once there is something to say."""
        yield from super().get_renderables()
        if text := self._below():
            yield Text(text, no_wrap=True, overflow="ellipsis")
