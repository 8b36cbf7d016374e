"""The training of a run without a screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from bntui.headless.attended_work import REFRESH_SECONDS, AttendedWork
from bntui.printable_text import printable
from bntui.records import Notice, State, UserError
from bntui.run.series.history import Curves, Key
from bntui.run.sources.protocol import RunSource
from bntui.run.storage.summary import training_text

LINE_SECONDS = 10.0
"""The interval of lines where no bar is drawn."""


class Headless(AttendedWork):
    """Runs a source to its end and prints its progress and notices.

    After a second signal to stop, measurements that cannot be stored are given up.
    """

    def __init__(
        self, source: RunSource, console: Console, *, owns_process: bool = True, exit_on_hangup: bool = False
    ) -> None:
        super().__init__(source, console, owns_process=owns_process, exit_on_hangup=exit_on_hangup)
        self._source = source
        self._printed_notices = 0

    @property
    def signals_heard(self) -> int:
        """One; two while measurements cannot be stored, as the second gives them up."""
        return 2 if self._source.status.unstored else 1

    def run(self) -> int:
        """Train to the end, or to a signal; return the exit status. Raises UserError for a user's mistake."""
        self.attend()
        if isinstance(self.failure, UserError) or (self.failure and not self._source.folder):
            raise self.failure
        if self.failure:
            # A notice gave the reason, and the run's log has the traceback; the measurements are kept.
            return 1
        return 128 + self.signal if self.signal else 0

    def show(self) -> None:
        """Draw bars where they can be redrawn, else print lines."""
        if self.can_draw_bars:
            self._draw_bars()
        else:
            self._print_lines()

    def _draw_bars(self) -> None:
        with _Bars(self.console, self._newest) as bars:
            task = bars.add_task("loading", total=None, rate="")
            alive = True
            while alive:
                self.thread.join(REFRESH_SECONDS)
                alive = not self.thread.over
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

    def _print_lines(self) -> None:
        printed = ""
        alive = True
        while alive:
            self.thread.join(LINE_SECONDS if printed.startswith("step") else REFRESH_SECONDS)
            alive = not self.thread.over
            self._print_notices()
            line = self._line()
            if line and line != printed:
                self.console.print(line, highlight=False, soft_wrap=True, markup=False)
                printed = line

    def _line(self) -> str:
        status = self._source.status
        if status.step:
            rate = f"{status.rate:.1f} steps/s"
            return f"step {status.step} of {self._source.spec.steps}  {rate}  {self._newest()}"
        # A download reports a fraction, which would be a line at every refresh.
        return f"{printable(status.loading)} …" if status.loading and status.fraction is None else ""

    def _newest(self) -> str:
        history = self._source.history
        if history is None:
            return ""
        accuracies, losses = (_newest(history, name) for name in ("accuracy", "loss"))
        return training_text(accuracies, losses)

    def _print_notices(self) -> None:
        notices: tuple[Notice, ...] = self._source.notices[self._printed_notices :]
        self._printed_notices += len(notices)
        for notice in notices:
            self.console.print(printable(notice.text), style="yellow", highlight=False, soft_wrap=True, markup=False)


def _newest(history: Curves, name: str) -> dict[str, float]:
    found = ((variant, history.points(Key(variant, "train", name)).last) for variant in history.info.variants)
    return {variant: value for variant, value in found if value is not None}


class _Bars(Progress):
    """A bar for the steps that all variants take together, and their newest accuracies, or losses, below it."""

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
