"""Several runs as one source: their variants side by side, one color per run."""

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

MAX_RUNS = 6
_MAX_NAME = 16
"""Characters of label/variant that fit in the table and in legends."""


class ComparedRuns:
    """A `RunSource` over runs that other processes train or trained; it only reads."""

    attached = True
    run_id = ""
    folder: Path | None = None

    def __init__(self, folders: Sequence[Path]) -> None:
        """Raise UserError unless these are two to six different, readable runs."""
        _check(folders)
        runs = [AttachedRun(folder) for folder in folders]
        self.parts: Mapping[str, RunSource] = dict(zip(_labels(folders), runs, strict=True))
        self._runs = runs
        self._merged: MergedHistory | None = None
        self._folders = tuple(folders)
        self.spec = _spec([run.spec for run in runs])

    @property
    def info(self) -> RunInfo | None:
        """The columns and variants of all runs; None until all runs have been opened."""
        return self.history.info if self.history else None

    @property
    def history(self) -> MergedHistory | None:
        """The curves of all runs; None until all runs have been opened."""
        histories = {label: run.history for label, run in self.parts.items()}
        if self._merged is None and None not in histories.values():
            self._merged = MergedHistory({label: history for label, history in histories.items() if history})
        return self._merged

    @property
    def status(self) -> Status:
        """The joint status: training while any run trains, at the largest step of any run."""
        statuses = [run.status for run in self._runs]
        return Status(
            state=_state([status.state for status in statuses]),
            step=max(status.step for status in statuses),
            rate=max(status.rate for status in statuses),
            probe_share=max(status.probe_share for status in statuses),
            loading="reading the runs",
        )

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The notices of all runs, run by run."""
        return tuple(
            replace(notice, text=f"{label}: {notice.text}", variant=f"{label}/{notice.variant}")
            for label, run in self.parts.items()
            for notice in run.notices
        )

    def work(self) -> None:
        """Read all runs until they end or `stop` is called; blocks. Raises UserError if one cannot be read."""
        with ThreadPoolExecutor(len(self._runs)) as pool:
            reading = [pool.submit(run.work) for run in self._runs]
            done, _ = wait(reading, return_when=FIRST_EXCEPTION)
            self.stop()
        for future in done:
            future.result()

    def pause(self) -> None:
        """Do nothing: other processes train the runs."""

    resume = step = checkpoint = pause

    def stop(self) -> None:
        """End reading; the runs continue."""
        for run in self._runs:
            run.stop()

    def give_up(self) -> bool:
        """End reading; return True: nothing is to be saved."""
        self.stop()
        return True

    def export(self, path: Path | None = None, steps: StepRange | None = None) -> Path:
        """Write one long CSV of all runs, by default to the first run's folder; return its path. Raises UserError."""
        to = path or self._folders[0] / csv_name("compared", steps)
        with ExitStack() as stack:
            export_all([stack.enter_context(RunReader(folder)) for folder in self._folders], to, steps)
        return to


def _check(folders: Sequence[Path]) -> None:
    if not 2 <= len(folders) <= MAX_RUNS:
        raise UserError(f"{len(folders)} run{'s' * (len(folders) != 1)} to compare: give two to {MAX_RUNS}")
    real = [folder.resolve() for folder in folders]
    repeated = next((folder for index, folder in enumerate(real) if folder in real[:index]), None)
    if repeated:
        raise UserError(f"run {repeated.name} is given twice; give different runs")


def _labels(folders: Iterable[Path]) -> list[str]:
    """Return a label per run: its title if that is short and unique, else a letter."""
    titles = [_title(folder) for folder in folders]
    letters = string.ascii_uppercase
    return [
        title if title and titles.count(title) == 1 and title not in letters else letter
        for title, letter in zip(titles, letters, strict=False)
    ]


def _title(folder: Path) -> str:
    """Return the run's title if label/variant stays short with it, else ''."""
    with RunReader(folder) as reader:
        title = str(reader.value("title", ""))
        longest = max(len(variant.name) for variant in reader.spec.variants)
    return title if len(title) + 1 + longest <= _MAX_NAME else ""


def _spec(specs: Sequence[ExperimentSpec]) -> ExperimentSpec:
    """Merge the specs; each probe keeps the options of the first run that has it."""
    probes = {name: options for spec in reversed(specs) for name, options in spec.probes.items()}
    return specs[0].model_copy(update={"name": "compare", "probes": probes, "steps": max(spec.steps for spec in specs)})


def _state(states: Sequence[State]) -> State:
    if State.LOADING in states:
        return State.LOADING
    running = [state for state in states if not state.over]
    unfinished = [state for state in states if state is not State.FINISHED]
    return next(iter([*running, *unfinished]), State.FINISHED)
