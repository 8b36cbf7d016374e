"""The command of the tour."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from bntui.cli.options import (
    ColorsOption,
    LowBandwidthOption,
    MarkersOption,
    RunsDirOption,
    display_overrides,
    runs_folder,
)
from bntui.cli.output import show
from bntui.cli.view_commands import run_app
from bntui.lossy_file import say
from bntui.records import UserError
from bntui.text_table import aligned

if TYPE_CHECKING:
    from bntui.cli.training_commands import Training
    from bntui.tour.tour import Tour


def tour(
    context: typer.Context,
    chapter: Annotated[int | None, typer.Option(metavar="N", help="Begin with this chapter.")] = None,
    list_chapters: Annotated[bool, typer.Option("--list", help="List the chapters, and what is done.")] = False,
    reset: Annotated[bool, typer.Option("--reset", help="Forget all progress; runs are kept.")] = False,
    colors: ColorsOption = None,
    markers: MarkersOption = None,
    low_bandwidth: LowBandwidthOption = None,
    runs_dir: RunsDirOption = None,
) -> int:
    """Take the tour: why BatchNorm works, in chapters that train here; goes on where you stopped."""
    from bntui.cli.training_commands import Training

    folder = runs_folder(context, runs_dir)
    training = Training(folder)
    taken = open_tour(training)
    if reset:
        taken.progress.reset()
    if chapter is not None:
        _go_to(taken, chapter)
    if list_chapters:
        show(_listed(taken))
    if list_chapters or reset:
        return 0

    from bntui.run.storage import folders
    from bntui.tui.app import DashboardApp

    folders.check_writable(folder)
    display = display_overrides(context)
    app = DashboardApp(training.open, runs_dir=folder, resume_source=training.resume, tour=taken, tour_first=True)
    status = run_app(app, display, "`bntui tour --list` lists the chapters")
    say(f"tour: {taken.done}; `bntui tour` goes on")
    return status


def open_tour(training: Training) -> Tour:
    """Return the shipped tour with the reader's progress; its runs are opened and stored as those of `training`."""
    from bntui.tour.chapter import chapters
    from bntui.tour.tour import Tour
    from bntui.tour.tour_progress import ProgressFile, default_path

    # Overrides and the command at the end are about the run that was asked for.
    experiments = replace(training, overrides=(), fall_back=True, on_end=None)
    return Tour(chapters(), ProgressFile(default_path()), training.runs_dir, experiments.open)


def _go_to(taken: Tour, number: int) -> None:
    count = len(taken.chapters)
    if not 1 <= number <= count:
        raise UserError(f"--chapter {number}: choose from 1 to {count}; `bntui tour --list` lists them")
    taken.progress.change(taken.chapters[number - 1].name, stage="text")


def _listed(taken: Tour) -> str:
    rows = [("", "chapter", "experiment", "done")]
    for number, chapter in enumerate(taken.chapters, 1):
        trains = "by hand" if chapter.by_hand else f"{chapter.experiment.preset}, {chapter.experiment.seconds} s"
        progress = taken.progress.of(chapter.name)
        rows.append((str(number), chapter.title, trains, "yes" if progress.done else "–"))
    return aligned(rows)
