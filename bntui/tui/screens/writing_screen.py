"""The base of screens that write files: in a thread, and for a reader in a browser also to their machine."""

from __future__ import annotations

from collections.abc import Callable

from textual.binding import Binding

from bntui.figures.save import Saved
from bntui.tui.screens.base import BaseScreen
from bntui.tui.terminal.web_driver import deliver

REPORT = Binding("w", "report", show=False, tooltip="Write a report: one HTML page")


class WritingScreen(BaseScreen):
    """Shows a message while it writes, and where the files are after it."""

    def show_message(self, kind: str, text: str) -> None:
        """Show a line, of a kind of `MessageLine`, until the next one."""
        raise NotImplementedError

    def write_files(self, name: str, write: Callable[[], Saved]) -> None:
        """Call `write` in a thread, as it may take seconds, and show the message that it returns."""
        self.show_message("muted", f"writing {name} …")
        self.run_worker(lambda: self._write(name, write), thread=True, group="files", exclusive=True)

    def _write(self, name: str, write: Callable[[], Saved]) -> None:
        # Runs in a thread. No error here may end training.
        try:
            saved = write()
        except Exception as error:
            self.call_later(self.show_message, "error", f"{name} not written: {error}")
        else:
            self.call_later(self._show_saved, saved)

    def _show_saved(self, saved: Saved) -> None:
        self.show_message("good", saved.message)
        # In a browser, the files are on another machine than their reader.
        deliver(self.app, saved.paths)
