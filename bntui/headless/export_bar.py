"""A bar on standard error for an export that takes longer than a second."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator

from bntui.headless.attended_work import REFRESH_SECONDS

_PATIENCE = 1.0
"""Seconds before the bar appears."""


@contextlib.contextmanager
def export_bar(steps: int, doing: str = "exporting") -> Iterator[Callable[[int], None]]:
    """Return what to call with each number of steps gone through; without a terminal, nothing is drawn."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = TextColumn(doing), BarColumn(), TaskProgressColumn(), TimeRemainingColumn()
    bar = Progress(*columns, console=Console(stderr=True), refresh_per_second=1 / REFRESH_SECONDS, transient=True)
    task, begun = bar.add_task("", total=steps), time.monotonic()

    def report(number: int) -> None:
        bar.update(task, advance=number)
        if not bar.live.is_started and time.monotonic() - begun > _PATIENCE:
            bar.start()

    try:
        yield report
    finally:
        if bar.live.is_started:
            bar.stop()
