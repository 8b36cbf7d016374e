"""The tour as a reader finds it: the chapters, what is done of them, and how their experiments begin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bntui.run.sources.protocol import RunSource
from bntui.spec import ExperimentSpec
from bntui.tour.chapter import Chapter
from bntui.tour.tour_progress import ProgressFile

NAME = "why BatchNorm works, a guided hour"


@dataclass(frozen=True)
class Tour:
    """The chapters, the progress, the folder of runs, and `open_run`: a run of a spec with a title, not yet begun."""

    chapters: tuple[Chapter, ...]
    progress: ProgressFile
    runs_dir: Path
    open_run: Callable[[ExperimentSpec, str], RunSource]

    @property
    def done(self) -> str:
        """How many chapters are done: '2 of 7 chapters done'."""
        done = sum(self.progress.of(chapter.name).done for chapter in self.chapters)
        return f"{done} of {len(self.chapters)} chapters done"

    @property
    def current(self) -> int | None:
        """The place of the chapter that was open last; None where the reader has not begun."""
        names = [chapter.name for chapter in self.chapters]
        current = self.progress.progress.current
        return names.index(current) if current in names else None


def run_title(chapter: Chapter) -> str:
    """Return the title that runs of a chapter have in the list of runs."""
    return f"tour: {chapter.title}"
