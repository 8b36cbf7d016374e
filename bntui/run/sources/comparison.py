"""Several runs as one source: their variants side by side, means over the seeds of runs that differ in nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from pathlib import Path
from threading import BoundedSemaphore

from bntui.records import Notice, RunInfo, State, StepRange, UserError
from bntui.run.exports.formats import export_all, file_name
from bntui.run.exports.stored_run import StoredRun
from bntui.run.series.merged import MergedHistory
from bntui.run.series.readings import Readings, Times, mean_times
from bntui.run.sources.attached import AttachedRun
from bntui.run.sources.grouping import grouped, labels, of_group, open_run, run_label
from bntui.run.sources.protocol import RunSource, Status
from bntui.spec import ExperimentSpec

_READERS = 4
"""Runs that are read for the first time at once; hundreds would need more open files than a process may have."""


class ComparedRuns:
    """A `RunSource` over runs that other processes train or trained; it only reads.

    `parts` are the runs by label, 'group' or 'group seed N'.
    """

    attached = True
    run_id = ""
    folder: Path | None = None

    def __init__(self, folders: Sequence[Path]) -> None:
        """Raise UserError unless these are two or more different, readable runs."""
        _check(folders)
        groups, turn = grouped(map(open_run, folders)), BoundedSemaphore(_READERS)
        self._by_seed = {
            label: {seed: AttachedRun(run.folder, turn) for seed, run in group.items()}
            for label, group in zip(labels(groups), groups, strict=True)
        }
        self._runs = [run for group in self._by_seed.values() for run in group.values()]
        self.groups: Mapping[str, tuple[RunSource, ...]] = {
            label: tuple(group.values()) for label, group in self._by_seed.items()
        }
        self.parts: Mapping[str, RunSource] = {
            run_label(label, seed, len(group)): run
            for label, group in self._by_seed.items()
            for seed, run in group.items()
        }
        self._merged: MergedHistory | None = None
        self.readings = Readings()
        self._folders = tuple(folders)
        self.spec = _spec([run.spec for run in self._runs])

    @property
    def info(self) -> RunInfo | None:
        """The columns and variants of all runs; None until all runs have been opened."""
        return self.history.info if self.history else None

    @property
    def history(self) -> MergedHistory | None:
        """The curves of all runs; None until all runs have been opened."""
        if self._merged is None and all(run.history is not None for run in self._runs):
            self._merged = MergedHistory(
                {
                    label: {seed: run.history for seed, run in group.items() if run.history}
                    for label, group in self._by_seed.items()
                }
            )
        return self._merged

    def times(self, variant: str) -> Times:
        """Return the mean over seeds of the seconds that a variant took, which is named as in the history."""
        group, _, name = variant.rpartition("/") if "" not in self._by_seed else ("", "", variant)
        return mean_times([run.times(name) for run in self._by_seed[group].values()])

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
        """The notices of all runs, run by run; a variant is named as in the history."""
        return tuple(
            of_group(notice, label, seed, len(group))
            for label, group in self._by_seed.items()
            for seed, run in group.items()
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
        to = path or self._folders[0] / file_name("compared", steps)
        export_all([StoredRun(folder) for folder in self._folders], to, steps=steps)
        return to


def _check(folders: Sequence[Path]) -> None:
    if len(folders) < 2:
        raise UserError(f"{len(folders)} run{'s' * (len(folders) != 1)} to compare: give two or more")
    real = [folder.resolve() for folder in folders]
    repeated = next((folder for folder in real if real.count(folder) > 1), None)
    if repeated:
        raise UserError(f"run {repeated.name} is given twice; give different runs")


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
