"""An app that works in threads, and every way to end it: keys, signals, the loss of its terminal."""

from __future__ import annotations

import os
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.drivers.web_driver import WebDriver
from textual.worker import Worker, WorkerState

from bntui.printable_text import excerpt
from bntui.run.sources.protocol import Work
from bntui.run.sources.source_thread import SourceThread
from bntui.run.storage.log import LOGGER
from bntui.signals import Reaction
from bntui.tui.loop_signals import LoopSignals
from bntui.tui.screens.base import BaseScreen
from bntui.tui.source_task import start_thread
from bntui.tui.terminal.driver import TerminalEvents, detach_if_gone, detachable
from bntui.tui.terminal.textual_internals import close_driver
from bntui.tui.terminal.themed_app import ThemedApp
from bntui.tui.terminal.web_driver import detachable_page


class WorkingApp(ThemedApp):
    """Works in threads that may outlive the screen. Subclasses show the work, and what became of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", "stop and quit", show=False, priority=True, tooltip="Stop and quit without asking"),
        Binding("ctrl+c", "copy_or_leave", "copy, or stop and quit", show=False, priority=True, system=True),
        Binding("ctrl+z", "suspend_process", show=False, priority=True, tooltip="Suspend (fg in the shell resumes)"),
    ]

    def __init__(self, exit_on_hangup: bool = False) -> None:
        """`exit_on_hangup` ends training when the terminal disappears; by default it continues."""
        super().__init__()
        self._working: dict[Worker[None], SourceThread] = {}
        self._exit_on_hangup = exit_on_hangup
        self._leaving = False
        self._detached = False
        """Whether training continues without the screen."""
        self.signals = LoopSignals(
            {
                Reaction.STOP: self.action_leave,
                Reaction.HANG_UP: self._give_up_screen,
                Reaction.CHECKPOINT: self._write_checkpoints,
            },
            {Reaction.STOP: self._give_up_threads, Reaction.CHECKPOINT: self._write_checkpoints},
        )

    def on_mount(self) -> None:
        self.signals.use_running_loop()

    def show_error(self, text: str) -> None:
        """Show why an action failed, on the topmost full screen."""
        shown = [screen for screen in self.screen_stack if isinstance(screen, BaseScreen)]
        if shown:
            shown[-1].show_error(text)

    def call_attention(self, text: str) -> None:
        if not self._detached:
            super().call_attention(text)

    # What subclasses show

    def show_stopping(self, work: Work) -> None:
        """Show that this work is to end."""

    def show_end(self, work: Work, error: BaseException | None) -> None:
        """Show that this work has ended, and the error that ended it."""

    def exit_status(self) -> int:
        """Return the exit status of the process, once all work has ended."""
        return 0

    # Work

    @property
    def leaving(self) -> bool:
        """Whether all work is to end, and the app with it."""
        return self._leaving

    def works_on(self, work: Work) -> bool:
        """Return whether this work is under way."""
        return any(thread.source is work for thread in self._working.values())

    def start_work(self, work: Work, name: str) -> None:
        """Begin a piece of work in a thread."""
        thread, end = start_thread(work)
        self._working[self.run_worker(end, exit_on_error=False, name=name)] = thread

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.worker not in self._working or event.state not in (WorkerState.SUCCESS, WorkerState.ERROR):
            return
        self.show_end(self._working.pop(event.worker).source, event.worker.error)
        if self._leaving and not self._working:
            self._finish()

    @property
    def trains(self) -> bool:
        """Whether this process trains anything now."""
        return any(not thread.source.attached for thread in self._working.values())

    def train_on(self, reason: str) -> None:
        """Let training continue without the screen, if there is any."""
        trained = [thread.source for thread in self._working.values() if not thread.source.attached]
        if trained:
            self._detached = True
            LOGGER.warning("%s; training continues in process %d", reason, os.getpid())
        for work in trained:
            work.resume()

    def _write_checkpoints(self) -> None:
        for thread in self._working.values():
            thread.source.checkpoint()

    def _give_up_threads(self) -> None:
        """Stop all work, and forget what has nothing to save."""
        self._working = {worker: thread for worker, thread in self._working.items() if not thread.give_up()}

    def wait_for_training(self) -> None:
        """Wait for training that continues without a screen, after `run`."""
        for thread in self._working.values():
            thread.wait()

    # Quitting

    async def action_quit(self) -> None:
        """Quit without asking: the command palette's action."""
        self.action_leave()

    def action_leave(self) -> None:
        """Stop all work without asking, and exit when what has begun is saved."""
        self._leaving = True
        self._give_up_threads()
        for thread in self._working.values():
            self.show_stopping(thread.source)
        if not self._working:
            self._finish()

    def action_copy_or_leave(self) -> None:
        """Copy the text that is selected; without one, stop all work and exit."""
        if self.screen.get_selected_text():
            self.screen.action_copy_text()
            self.screen.clear_selection()
        else:
            self.action_leave()

    def _finish(self) -> None:
        self.exit(return_code=self.exit_status())

    def on_unmount(self) -> None:
        # However the app ends, the process must not wait for work that has no screen.
        if not self._detached:
            self._give_up_threads()

    def abort(self) -> None:
        """Restore the terminal and stop all work, after `run` has raised what no app survives."""
        close_driver(self)
        self._give_up_threads()

    # The terminal

    def get_driver_class(self) -> type[Driver]:
        """Return a driver that survives the loss of its terminal or page."""
        drawing = (self.hold_drawing, self.resume_drawing, self.detach_screen, self.attach_screen)
        events = TerminalEvents(self._lost_terminal, self.count_bytes, *drawing)
        driver = super().get_driver_class()
        return detachable_page(driver, events) if issubclass(driver, WebDriver) else detachable(driver, events)

    def exits_on_hangup(self) -> bool:
        """Return whether training ends when the terminal disappears."""
        return self._exit_on_hangup

    def _lost_terminal(self) -> None:
        self.signals.call(self._give_up_screen)

    def _give_up_screen(self) -> None:
        """End the app because its terminal disappeared; the process ends with its training."""
        if self._detached:
            return
        detach_if_gone()
        if self.exits_on_hangup():
            LOGGER.warning("the terminal disappeared; training stops")
            # Work whose screen has just been pushed must not begin.
            self._leaving = True
            self._give_up_threads()
        else:
            self.train_on("the terminal disappeared")
        self._detached = True
        self.exit()


def one_line(error: BaseException) -> str:
    """Return an error's kind and text in a line."""
    return excerpt(f"{type(error).__name__}: {error}", 200)
