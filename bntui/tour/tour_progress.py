"""What the reader has done of the tour, kept in one file in the user's state folder."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import ValidationError

from bntui.printable_text import excerpt
from bntui.records import UserError
from bntui.spec_values import Line, Strict
from bntui.user_paths import read_text, reason, replace_text

_LARGEST = 256_000
"""Bytes of the largest file."""
_MOST_RUNS = 50
"""Runs of a chapter that are kept."""

Stage = Literal["text", "question", "experiment", "result"]


class ChapterProgress(Strict):
    """What was done of a chapter: where the reader is, the answer as it was shown, and the ids of its runs.

    `right` is whether the last run agreed with the answer, None where there is none. `done` says that its result was
    read.
    """

    stage: Stage = "text"
    answer: Line = ""
    right: bool | None = None
    runs: tuple[Line, ...] = ()
    done: bool = False


class Progress(Strict):
    """What was done of each chapter, by its name, and the chapter that was open last."""

    current: Line = ""
    chapters: Mapping[Line, ChapterProgress] = {}


def default_path() -> Path:
    """Return the path of `tour.json` in the user's state folder for bntui."""
    return Path(platformdirs.user_state_dir("bntui")) / "tour.json"


class ProgressFile:
    """The progress in a file, or only in memory without a path.

    `error` says why a file could not be read; then the tour begins anew, and the first change sets the file aside.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self.progress, self.error = Progress(), ""
        try:
            self._read()
        except (OSError, UserError, ValidationError) as error:
            why = "is damaged" if isinstance(error, ValidationError) else excerpt(reason(error))
            self.error = f"{path}: {why}; the tour begins anew"
        self._damaged = bool(self.error)
        self._saved = not self._damaged
        """Whether the file holds all that was changed here."""

    def _read(self) -> None:
        if self._path is not None and self._path.exists():
            self.progress = Progress.model_validate_json(read_text(self._path, _LARGEST))

    def of(self, chapter: str) -> ChapterProgress:
        """Return what was done of the chapter of that name."""
        return self.progress.chapters.get(chapter, ChapterProgress())

    def change(self, chapter: str, **values: object) -> None:
        """Set values of a chapter, which is the current one then. Raises UserError if they cannot be saved.

        They are in force nevertheless. What another process has saved in the meantime is kept.
        """
        if self._saved:
            with suppress(OSError, UserError, ValidationError):
                self._read()
        changed = ChapterProgress.model_validate({**self.of(chapter).model_dump(), **values})
        self._set(Progress(current=chapter, chapters={**self.progress.chapters, chapter: changed}))

    def add_run(self, chapter: str, run: str) -> None:
        """Add a run of a chapter. Raises UserError as `change` does."""
        runs = tuple(dict.fromkeys([*self.of(chapter).runs, run]))
        self.change(chapter, runs=runs[-_MOST_RUNS:])

    def reset(self) -> None:
        """Forget all progress; the runs are kept. Raises UserError as `change` does."""
        self._set(Progress())

    def _set(self, progress: Progress) -> None:
        if progress == self.progress and not self._damaged:
            return
        self.progress = progress
        if self._path is None:
            return
        try:
            if self._damaged:
                self._path.replace(self._path.with_name(f"{self._path.name}.damaged"))
            replace_text(self._path, progress.model_dump_json(indent=1))
            self._damaged, self._saved = False, True
        except OSError as error:
            self._saved = False
            raise UserError(f"{self._path}: {reason(error)}; the tour's progress is not saved") from None
