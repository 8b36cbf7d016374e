"""The runs that claims are checked on: those that the user names, or those of a sweep, grouped by all but the seed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bntui.claims.check import check_groups
from bntui.claims.measured_run import MeasuredRun, load
from bntui.claims.more_seeds import repetition
from bntui.claims.result import Result, Verdict
from bntui.records import State, UserError
from bntui.run.sources.grouping import grouped, labels, open_run
from bntui.sweep.point import label
from bntui.sweep.progress import PointState


@dataclass(frozen=True)
class Gathered:
    """Runs by the label of their group, '' for a single group, and how many seeds of each group are still to come."""

    groups: Mapping[str, Sequence[MeasuredRun]]
    folders: Mapping[str, Path] = field(default_factory=dict)
    """The folder of each group's first run."""
    to_come: Mapping[str, int] = field(default_factory=dict)

    @property
    def command(self) -> str:
        """The command that trains more seeds of the group that has the fewest."""
        label = min(self.groups, key=lambda label: len(self.groups[label]))
        run = min(self.groups[label], key=lambda run: run.spec.seed)
        return repetition(run.spec, run.history.info, self.folders.get(label)).command

    def check(self) -> dict[str, tuple[Result, ...]]:
        """Check the claims on every group; without verdicts where seeds are still to come. Raises UserError.

        A verdict from some of the seeds would be one of many looks, of which any may be false.
        """
        results = check_groups(self.groups)
        return {
            label: tuple(_without_verdict(result, self.to_come[label]) for result in of_group)
            if self.to_come.get(label)
            else of_group
            for label, of_group in results.items()
        }


def of_runs(folders: Iterable[Path]) -> Gathered:
    """Read runs, and put those together that differ only in their seed. Raises UserError."""
    groups = grouped(open_run(folder) for folder in dict.fromkeys(folder.resolve() for folder in folders))
    names = labels(groups)
    return Gathered(
        {name: [load(run.folder) for run in group.values()] for name, group in zip(names, groups, strict=True)},
        {name: next(iter(group.values())).folder for name, group in zip(names, groups, strict=True)},
    )


def of_sweep(name: str, states: Sequence[PointState], read: Callable[[Path], MeasuredRun] = load) -> Gathered:
    """Read the finished runs of a sweep, by setting. Raises UserError if there is none."""
    groups: dict[str, list[MeasuredRun]] = {}
    to_come: dict[str, int] = {}
    for state in states:
        setting = label(state.point.setting)
        if state.state == State.FINISHED and state.run is not None:
            groups.setdefault(setting, []).append(read(state.run.folder))
        elif state.state != State.FAILED:
            to_come[setting] = to_come.get(setting, 0) + 1
    if not groups:
        raise UserError(
            f"sweep {name}: no point is finished, so there is nothing to check; `bntui sweep {name}` goes on"
        )
    return Gathered(groups, to_come=to_come)


def _without_verdict(result: Result, to_come: int) -> Result:
    if result.missing:
        return result
    note = "; ".join(filter(None, [f"{to_come} more seed{'s' * (to_come > 1)} to come", result.note]))
    return replace(result, verdict=Verdict.NONE, p=None, p_adjusted=None, note=note)
