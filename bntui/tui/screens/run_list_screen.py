"""The base of screens that show the list of runs."""

from __future__ import annotations

from pathlib import Path

from bntui.run.storage.listing import Listing
from bntui.run.storage.summary import Summary
from bntui.tui.screens.reading_screen import ReadingScreen


class RunListScreen(ReadingScreen[list[Summary]]):
    """Reads the runs whenever the screen is shown. Subclasses show them in `show_runs`."""

    def __init__(self, runs_dir: Path | None) -> None:
        """`runs_dir` is the folder of all runs; None for no runs."""
        super().__init__()
        self._dir = runs_dir
        self._listing: Listing | None = None
        self._runs: list[Summary] = []
        """All runs, newest first."""
        self._shown = False

    def show_runs(self) -> None:
        """Show the runs that have just been read."""
        raise NotImplementedError

    def start_reading(self) -> None:
        """Begin to read the runs, if there is a folder of them."""
        if self._dir is not None:
            super().start_reading()

    def read(self) -> list[Summary]:
        """Return all runs, newest first."""
        assert self._dir is not None
        if self._listing is None:
            self._listing = Listing(self._dir)
        return self._listing.read()[::-1]

    def show_result(self, result: list[Summary]) -> None:
        if result != self._runs or not self._shown:
            self._runs, self._shown = result, True
            self.show_runs()

    def show_reading_error(self, error: BaseException) -> None:
        self.show_error(f"{self._dir}: cannot be read: {error}")
