"""Several runs as one: their variants beside each other, each run in a colour of its own."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from bntui.records import Notice, RunInfo, State, StepRange, UserError
from bntui.run.series.merged import MergedHistory
from bntui.run.sources.attached import AttachedRun
from bntui.run.sources.protocol import RunSource, Status
from bntui.run.storage.csv_export import csv_name, export_all
from bntui.run.storage.reader import RunReader
from bntui.spec import ExperimentSpec

MOST = 6
_ROOM = 16
"""A label, a stroke and a variant's name are not to be longer, so that they can be read everywhere."""


class ComparedRuns:
    """Implements `run.feed.Feed` over runs that others train, or trained; it only looks."""

    attached = True
    run_id = ""
    folder: Path | None = None

    def __init__(self, folders: Sequence[Path]) -> None:
        """Raises UserError where these are not two to six different runs that can be read."""
        _check(folders)
        followed = [AttachedRun(folder) for folder in folders]
        self.parts: Mapping[str, RunSource] = dict(zip(_labels(folders), followed, strict=True))
        self._runs = followed
        self._merged: MergedHistory | None = None
        self._folders = tuple(folders)
        self.spec = _spec([run.spec for run in followed])

    @property
    def info(self) -> RunInfo | None:
        """None until all runs have been opened."""
        return self.history.info if self.history else None

    @property
    def history(self) -> MergedHistory | None:
        """None until all runs have been opened."""
        histories = {label: run.history for label, run in self.parts.items()}
        if self._merged is None and None not in histories.values():
            self._merged = MergedHistory({label: history for label, history in histories.items() if history})
        return self._merged

    @property
    def status(self) -> Status:
        """Of all together: it trains while any does, and has come as far as the one that came farthest."""
        each = [run.status for run in self._runs]
        return Status(
            state=_state([status.state for status in each]),
            step=max(status.step for status in each),
            rate=max(status.rate for status in each),
            probe_share=max(status.probe_share for status in each),
            loading="reading the runs",
        )

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What has happened in each run, run by run."""
        return tuple(
            replace(notice, text=f"{label}: {notice.text}", variant=f"{label}/{notice.variant}")
            for label, run in self.parts.items()
            for notice in run.notices
        )

    def work(self) -> None:
        """Follow all runs to their ends, or until `stop`; blocks. Raises UserError where one cannot be read."""
        with ThreadPoolExecutor(len(self._runs)) as pool:
            following = [pool.submit(run.work) for run in self._runs]
            done, _ = wait(following, return_when=FIRST_EXCEPTION)
            self.stop()
        for each in done:
            each.result()

    def pause(self) -> None:
        """Only the processes that train can."""

    def resume(self) -> None:
        """Only the processes that train can."""

    def step(self) -> None:
        """Only the processes that train can."""

    def stop(self) -> None:
        """Look no further; the runs go on."""
        for run in self._runs:
            run.stop()

    def export(self, path: Path | None = None, steps: StepRange | None = None) -> Path:
        """Write one long CSV of all runs, by default into the first one's folder. Raises UserError."""
        to = path or self._folders[0] / csv_name("compared", steps)
        with ExitStack() as stack:
            export_all([stack.enter_context(RunReader(folder)) for folder in self._folders], to, steps)
        return to


def _check(folders: Sequence[Path]) -> None:
    if not 2 <= len(folders) <= MOST:
        raise UserError(f"{len(folders)} run{'s' * (len(folders) != 1)} to compare: give two to {MOST}")
    real = [folder.resolve() for folder in folders]
    twice = next((folder for index, folder in enumerate(real) if folder in real[:index]), None)
    if twice:
        raise UserError(f"run {twice.name} is there twice; a run is compared with others")


def _labels(folders: Iterable[Path]) -> list[str]:
    """A short name for each run: its title where that is short and its own, else a letter."""
    titles = [_title(folder) for folder in folders]
    letters = string.ascii_uppercase
    return [
        title if title and titles.count(title) == 1 and title not in letters else letter
        for title, letter in zip(titles, letters, strict=False)
    ]


def _title(folder: Path) -> str:
    """A run's title, if it leaves room for the names of its variants."""
    with RunReader(folder) as reader:
        title = str(reader.value("title", ""))
        longest = max(len(variant.name) for variant in reader.spec.variants)
    return title if len(title) + 1 + longest <= _ROOM else ""


def _spec(specs: Sequence[ExperimentSpec]) -> ExperimentSpec:
    """What is to be said of all of them; the probes as the first that has them takes them."""
    probes = {name: options for spec in reversed(specs) for name, options in spec.probes.items()}
    return specs[0].model_copy(update={"name": "compare", "probes": probes, "steps": max(spec.steps for spec in specs)})


def _state(states: Sequence[State]) -> State:
    if State.LOADING in states:
        return State.LOADING
    going = [state for state in states if not state.over]
    ended = [state for state in states if state is not State.FINISHED]
    return next(iter([*going, *ended]), State.FINISHED)
