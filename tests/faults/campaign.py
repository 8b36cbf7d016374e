"""The rows of the campaign: each is a name, and a function that yields the outcome of every try."""

from __future__ import annotations

from collections.abc import Iterator

from tests.faults import concurrency, disk, keys, kills, long_runs, no_terminal, random_input, signals, sweeps
from tests.faults.outcome import Outcome, Row

ROWS: dict[str, Row] = {
    "kill -9, headless": kills.killed_headless,
    "kill -9, dashboard": kills.killed_dashboard,
    "kill -9, resumed": kills.resumed,
    "kill -9, driver of a sweep": sweeps.driver,
    "kill -9, worker of a sweep": sweeps.worker,
    "kill -9, worker of Ray": sweeps.ray_worker,
    "full disk": disk.full,
    "folder gone or read-only": disk.folder,
    "database locked or damaged": disk.database,
    "runs damaged afterwards": random_input.damaged,
    "signals, headless": signals.headless,
    "signals, dashboard": signals.dashboard,
    "signals while torch loads": signals.loading,
    "resizes over a slow line": signals.slow_line,
    "no terminal": no_terminal.dashboards,
    "readers that leave": no_terminal.readers,
    "mutated presets": random_input.presets,
    "junk on every option": random_input.command_lines,
    "random keys, live": keys.live,
    "random keys, replayed": keys.replayed,
    "two runs at once": concurrency.together,
    "commands while it trains": concurrency.commands,
    "damaged run opened on top": concurrency.on_top,
    "five viewers": concurrency.viewers,
    "in use, asked twice at once": concurrency.asked,
    "divergence": long_runs.diverged,
    "memory of 200,000 steps": long_runs.memory,
}


def outcomes_of(name: str) -> Iterator[Outcome]:
    """Yield the outcomes of a row; what the campaign itself does wrong is a failure, too."""
    try:
        yield from ROWS[name]()
    except Exception as error:
        yield Outcome("the campaign", f"{type(error).__name__}: {error}")
