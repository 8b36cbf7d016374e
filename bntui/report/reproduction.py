"""The commands that repeat what a report shows, and that export what it is made of."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from itertools import groupby

from bntui.claims.more_seeds import extension, seeds_text
from bntui.report.measured import Report, ReportedRun, Section


def typed_commands(section: Section) -> list[tuple[str, str]]:
    """Return the commands that the user typed for the runs that know them, with the run's id.

    A run that was resumed has several, in their order, each with the steps from which it trained the run.
    """
    return [typed for run in section.runs for typed in _typed(run)]


def presets(section: Section) -> Iterator[tuple[str, str, str]]:
    """Yield for each group the name of a preset file, its text, and the command that trains it with the same seeds."""
    for number, (label, runs) in enumerate(section.groups.items(), 1):
        name = f"{section.name}{f'-{number}' if len(section.groups) > 1 else ''}-resolved.toml"
        yield f"{name}{f' ({label})' if label else ''}", runs[0].spec.toml(), _command(name, runs)


def sweep_command(report: Report) -> str:
    """Return the command that trains the whole sweep with the same seeds; '' for a report on runs."""
    if report.sweep is None:
        return ""
    seeds = report.sweep.sweep.grid.seeds
    return extension(report.sweep.sweep, seeds_text(seeds, len(seeds)))


def export_command(report: Report) -> str:
    """Return the command that exports every measurement."""
    what = ["--sweep", report.sweep.sweep.name] if report.sweep else [run.run_id for run in report.runs]
    return shlex.join(["bntui", "export", *what, "--out", "measurements.csv"])


def _typed(run: ReportedRun) -> Iterator[tuple[str, str]]:
    first, *later = run.provenance.sessions
    if first.command:
        yield run.run_id, first.command
    # A job that is requeued resumes its run again and again by the same command.
    for command, sessions in groupby(later, key=lambda session: session.command):
        steps = [f"{session.step:,}" for session in sessions]
        if command:
            yield f"{run.run_id} from step{'s' * (len(steps) > 1)} {', '.join(steps)}", command


def _command(preset: str, runs: tuple[ReportedRun, ...]) -> str:
    seeds = sorted({run.spec.seed for run in runs})
    if len(seeds) == 1:
        return shlex.join(["bntui", "--preset", f"./{preset}"])
    return shlex.join(["bntui", "sweep", f"./{preset}", "--seeds", seeds_text(seeds, len(seeds))])
