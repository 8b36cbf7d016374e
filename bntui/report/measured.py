"""What a report is about: runs, or a sweep, read once each and put together as they are compared and checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from bntui.claims.check_grid import check_grid
from bntui.claims.gathered import Gathered, of_sweep
from bntui.claims.grid_claim import GridResult
from bntui.claims.measured_run import MeasuredRun
from bntui.claims.more_seeds import SEEDS, extension, seeds_text
from bntui.claims.result import Result
from bntui.records import Notice, Progress, RunInfo, State, UserError, divergence_steps
from bntui.run.series.history import Curves, History
from bntui.run.series.merged import MergedHistory
from bntui.run.series.readings import Readings
from bntui.run.sources.grouping import OpenedRun, grouped, labels, of_group, run_label
from bntui.run.storage.provenance import Provenance
from bntui.run.storage.reader import RunReader
from bntui.run.storage.stored_history import read_history, read_readings
from bntui.spec import ExperimentSpec
from bntui.sweep.point import label as setting_label
from bntui.sweep.progress import PointState, SweepProgress
from bntui.sweep.results import MeasuredPoint, results
from bntui.sweep.sweep_folder import Sweep
from bntui.views.focus import Focus, divergences


@dataclass(frozen=True, eq=False)
class ReportedRun:
    """One run as far as it is: what it says of itself, and its curves.

    `older` says that an earlier version of bntui measured it, of which some numbers differ.
    """

    folder: Path
    title: str
    note: str
    spec: ExperimentSpec
    info: RunInfo
    state: State
    progress: Progress
    notices: tuple[Notice, ...]
    provenance: Provenance
    history: History = field(repr=False)
    readings: Readings = field(default_factory=Readings, repr=False)
    older: bool = False

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self.folder.name

    @property
    def opened(self) -> OpenedRun:
        """What grouping needs of the run."""
        used = self.spec.model_copy(update={"dataset": self.info.dataset})
        return OpenedRun(self.folder, used, self.title, self.older)

    @property
    def measured(self) -> MeasuredRun:
        """What claims are checked on."""
        return MeasuredRun(self.spec, self.history, self.notices, self.run_id, self.state, self.readings)


Groups = Mapping[str, tuple[ReportedRun, ...]]
"""Runs that differ only in their seed, by the label of their group; '' for a single one."""


@dataclass(frozen=True, eq=False)
class Section:
    """The runs of one preset, read together as `bntui compare` reads them.

    `history` are the curves of all runs, means over the seeds of each group, and `focus` their state. `results` are the
    claims by group. `more_seeds` is the command that trains more seeds, `to_come` the number of points of a sweep that
    are not trained yet.
    """

    name: str
    groups: Groups
    history: Curves
    focus: Focus
    results: Mapping[str, tuple[Result, ...]]
    more_seeds: str
    to_come: int = 0

    @property
    def runs(self) -> tuple[ReportedRun, ...]:
        """All runs, group after group."""
        return tuple(run for group in self.groups.values() for run in group)

    def label(self, run: ReportedRun) -> str:
        """Return the label of a run within the section: its group's, and its seed; '' for the only run."""
        group = next(label for label, runs in self.groups.items() if run in runs)
        return run_label(group, run.spec.seed, len(self.groups[group])) if len(self.runs) > 1 else ""


@dataclass(frozen=True, eq=False)
class MeasuredSweep:
    """A sweep: the states of its points, what the finished ones came to, and the claims about the whole grid.

    `unreadable` are the reasons why runs could not be read, by the point's label.
    """

    sweep: Sweep
    states: tuple[PointState, ...]
    points: tuple[MeasuredPoint, ...]
    results: tuple[GridResult, ...]
    unreadable: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Report:
    """A section for each preset, and the sweep whose runs they are, if they are one's."""

    title: str
    sections: tuple[Section, ...]
    sweep: MeasuredSweep | None = None

    @cached_property
    def runs(self) -> tuple[ReportedRun, ...]:
        """All runs."""
        return tuple(run for section in self.sections for run in section.runs)


def read(folders: Iterable[Path]) -> Report:
    """Read runs. Raises UserError if one cannot be read, or has measured nothing."""
    runs = [read_run(folder) for folder in dict.fromkeys(folder.resolve() for folder in folders)]
    presets: dict[str, list[ReportedRun]] = {}
    for run in runs:
        presets.setdefault(run.spec.name, []).append(run)
    sections = tuple(_section(name, of_preset) for name, of_preset in presets.items())
    return Report(_title(runs), sections)


def read_sweep(sweep: Sweep) -> Report:
    """Read the runs of a sweep, as far as they are. Raises UserError if nothing is measured yet."""
    runs, unreadable = dict[str, ReportedRun](), dict[str, str]()
    states = SweepProgress(sweep).read()
    for state in states:
        if state.run and (state.steps or state.state == State.FINISHED):
            try:
                runs[state.point.id] = read_run(state.run.folder)
            except UserError as error:
                unreadable[state.point.label] = str(error)
    if not runs:
        reason = next(
            iter(unreadable.values()), f"nothing is measured yet; `bntui sweep {sweep.name}` trains its points"
        )
        raise UserError(f"sweep {sweep.name}: {reason}")
    # A point that cannot be read is waited for as little as one that failed.
    states = tuple(replace(state, state=State.FAILED) if state.point.label in unreadable else state for state in states)
    section = _section_of_sweep(sweep, states, runs)
    points = tuple(_point(state, runs[state.point.id]) for state in states if state.state == State.FINISHED)
    over_grid = check_grid(points, section.to_come)
    title = sweep.grid.title or f"Sweep {sweep.name}"
    return Report(title, (section,), MeasuredSweep(sweep, states, points, over_grid, unreadable))


def read_run(folder: Path) -> ReportedRun:
    """Read a run as far as it is. Raises UserError if it cannot be read, or has measured nothing."""
    with RunReader(folder) as reader:
        # Once the state says that the run is over, all measurements are there.
        state = reader.state
        with reader.snapshot():
            history = read_history(reader, reader.info) if reader.info else None
            if history is None or not history.version:
                raise UserError(f"run {reader.run_id}: nothing was measured, so there is nothing to report")
            history.over = state.over
            return ReportedRun(
                folder,
                reader.value("title", ""),
                reader.value("note", ""),
                reader.spec,
                history.info,
                state,
                reader.progress,
                reader.notices(),
                reader.provenance,
                history,
                read_readings(reader),
                reader.older,
            )


def _section(name: str, runs: Sequence[ReportedRun]) -> Section:
    by_folder = {run.folder: run for run in runs}
    groups = grouped(run.opened for run in runs)
    members = {
        label: tuple(by_folder[each.folder] for each in group.values())
        for label, group in zip(labels(groups), groups, strict=True)
    }
    gathered = Gathered(
        {label: [run.measured for run in group] for label, group in members.items()},
        {label: group[0].folder for label, group in members.items()},
    )
    return _joined(name, members, gathered.check(), gathered.command)


def _section_of_sweep(sweep: Sweep, states: Sequence[PointState], runs: Mapping[str, ReportedRun]) -> Section:
    members: dict[str, tuple[ReportedRun, ...]] = {}
    for state in states:
        if state.point.id in runs:
            setting = setting_label(state.point.setting)
            members[setting] = (*members.get(setting, ()), runs[state.point.id])
    measured = {run.folder: run.measured for run in runs.values()}
    finished = any(state.state == State.FINISHED for state in states)
    checked = of_sweep(sweep.name, states, measured.__getitem__).check() if finished else {}
    to_come = sum(state.state not in (State.FINISHED, State.FAILED) for state in states)
    more_seeds = extension(sweep, seeds_text(sweep.grid.seeds, SEEDS))
    return _joined(sweep.grid.preset_name, members, checked, more_seeds, to_come)


def _joined(
    name: str, groups: Groups, checked: Mapping[str, tuple[Result, ...]], more_seeds: str, to_come: int = 0
) -> Section:
    runs = [run for group in groups.values() for run in group]
    history = runs[0].history if len(runs) == 1 else _merged(groups)
    notices = [
        of_group(notice, label, run.spec.seed, len(group))
        for label, group in groups.items()
        for run in group
        for notice in run.notices
    ]
    ended, lost = divergences(notices, history)
    focus = Focus(
        every={probe: every for run in reversed(runs) for probe, every in run.spec.schedules.items()},
        ended=ended,
        lost=lost,
        step=max(run.progress.steps for run in runs),
        over=all(run.state.over for run in runs),
    )
    return Section(name, groups, history, focus, checked, more_seeds, to_come)


def _merged(groups: Groups) -> MergedHistory:
    return MergedHistory({label: {run.spec.seed: run.history for run in group} for label, group in groups.items()})


def _point(state: PointState, run: ReportedRun) -> MeasuredPoint:
    found = results(run.history, run.spec, divergence_steps(run.notices))
    return MeasuredPoint(state.point.setting, state.point.spec, found)


def _title(runs: Sequence[ReportedRun]) -> str:
    titles = [runs[0].title] if len(runs) == 1 and runs[0].title else [run.spec.title or run.spec.name for run in runs]
    return " and ".join(dict.fromkeys(titles))
