"""What is known of a run so far, by whoever trains or follows it: one thread writes it, any other reads."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Self

from bntui.records import Notice, RunInfo, StepRange, UserError
from bntui.run.series.history import History
from bntui.run.sources.protocol import Status
from bntui.run.storage.csv_export import csv_name, export
from bntui.run.storage.reader import RunReader
from bntui.spec import ExperimentSpec


class KnownRun:
    """The part of `run.feed.Feed` that only tells."""

    def __init__(self, spec: ExperimentSpec, status: Status, folder: Path | None = None) -> None:
        self._spec = spec
        self._status = status
        self._folder = folder
        self._history: History | None = None
        self._notices: tuple[Notice, ...] = ()

    @property
    def spec(self) -> ExperimentSpec:
        """The experiment; resolved once loading has begun."""
        return self._spec

    @property
    def run_id(self) -> str:
        """The run's id; '' until it has a folder."""
        return self._folder.name if self._folder else ""

    @property
    def folder(self) -> Path | None:
        """The run's folder; None until it has one."""
        return self._folder

    @property
    def info(self) -> RunInfo | None:
        """None until training begins."""
        return self._history.info if self._history else None

    @property
    def history(self) -> History | None:
        """None until training begins."""
        return self._history

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What has happened so far, oldest first."""
        return self._notices

    @property
    def parts(self) -> Mapping[str, Self]:
        """Itself."""
        return {"": self}

    @property
    def status(self) -> Status:
        """Where the run stands now."""
        return self._status

    def export(self, path: Path | None = None, steps: StepRange | None = None) -> Path:
        """Write the long CSV of what is measured so far, or at certain steps. Raises UserError."""
        if self._folder is None:
            raise UserError("nothing is measured yet, so there is nothing to export")
        to = path or self._folder / csv_name(self.run_id, steps)
        with RunReader(self._folder) as reader:
            export(reader, to, steps=steps)
        return to
