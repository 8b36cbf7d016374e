"""The app: which screen is shown, the one worker that trains, and every way to the end."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.worker import Worker, WorkerState

from bntui.records import State, UserError
from bntui.run.feed import Feed
from bntui.spec import ExperimentSpec
from bntui.tui.dashboard import DashboardScreen
from bntui.tui.modals import QuitQuestion
from bntui.tui.start import Preset, StartScreen
from bntui.tui.terminal import lasting, let_go

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class DashboardApp(App[None]):
    """Shows a run while it trains; without a spec, first asks which.

    After `run()`: `return_code` is 0, 2 after a mistake of the user's (then `failure` is the line to print) or
    1 where the run failed; `feed` is the run that was shown, or None.
    """

    TITLE = "bntui"
    CSS_PATH = Path("dashboard.tcss")

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", "stop and quit", show=False, priority=True, tooltip="Stop and quit at once"),
        Binding("ctrl+c", "leave", "stop and quit", show=False, priority=True, system=True),
    ]

    def __init__(
        self,
        open_feed: Callable[[ExperimentSpec], Feed],
        spec: ExperimentSpec | None = None,
        presets: Callable[[], Sequence[Preset]] = tuple,
    ) -> None:
        super().__init__()
        # Animations would send bytes that say nothing.
        self.animation_level = "none"
        self.feed: Feed | None = None
        self.failure = ""
        self._open_feed = open_feed
        self._spec = spec
        self._presets = presets
        self._training: Worker[None] | None = None
        self._leaving = False
        self._hung_up = False
        self._event_loop: asyncio.AbstractEventLoop | None = None
        self._crashed = False

    def on_mount(self) -> None:
        """Show the first screen."""
        self._catch_signals()
        if self._spec is None:
            self.push_screen(StartScreen(self._presets()))
        else:
            self._train(self._spec)

    def on_start_screen_chosen(self, message: StartScreen.Chosen) -> None:
        """Train what was chosen on the start page."""
        self._train(message.spec)

    # Training

    def _train(self, spec: ExperimentSpec) -> None:
        try:
            self.feed = self._open_feed(spec)
        except UserError as error:
            self._refused(str(error))
            return
        self.push_screen(DashboardScreen(self.feed))
        # Importing torch holds the interpreter for seconds: the screen has to be there before.
        self.call_after_refresh(self._start_training)

    def _start_training(self) -> None:
        if self.feed is not None and not self._leaving:
            self._training = self.run_worker(self.feed.work, thread=True, exit_on_error=False, name="training")

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Training has ended, one way or another."""
        if event.worker is not self._training or event.state not in (WorkerState.SUCCESS, WorkerState.ERROR):
            return
        self._training = None
        error = event.worker.error
        if self._leaving and not isinstance(error, UserError):
            self._end()
        elif isinstance(error, UserError):
            self._refused(str(error))
        else:
            self._show_end(error)

    def _refused(self, message: str) -> None:
        """A mistake of the user's: the end, or back to the list that it was chosen from."""
        if self._spec is not None or self._leaving:
            self.failure = message
            self.exit(return_code=2)
            return
        while isinstance(self.screen, DashboardScreen) or self.screen.is_modal:
            self.pop_screen()
        self.feed = None
        if isinstance(self.screen, StartScreen):
            self.screen.say(message)

    def _show_end(self, error: BaseException | None) -> None:
        self._crashed = error is not None
        for screen in self.screen_stack:
            if isinstance(screen, QuitQuestion):
                screen.dismiss(None)
            if isinstance(screen, DashboardScreen):
                screen.error = f"{type(error).__name__}: {error}" if error else ""
                screen.redraw()

    # The end

    def action_quit_run(self) -> None:
        """Quit; while training runs, ask first."""
        if self._training is None or (self.feed is not None and self.feed.attached):
            self.action_leave()
        elif not self._leaving:
            self.push_screen(QuitQuestion(), lambda yes: self.action_leave() if yes else None)

    async def action_quit(self) -> None:
        """The command palette's way."""
        self.action_leave()

    def action_leave(self) -> None:
        """Stop without asking; the app ends when the trainer has."""
        self._leaving = True
        if self._training is None:
            self._end()
            return
        assert self.feed is not None
        self.feed.stop()
        for screen in self.screen_stack:
            if isinstance(screen, DashboardScreen):
                screen.stopping = True
                screen.look()

    def _end(self) -> None:
        failed = self.feed is not None and self.feed.status.state is State.FAILED
        self.exit(return_code=1 if failed or self._crashed else 0)

    def get_driver_class(self) -> type[Driver]:
        """The one that outlasts its terminal."""
        return lasting(super().get_driver_class(), self._lost_terminal)

    def _lost_terminal(self) -> None:
        if self._event_loop is not None and not self._hung_up:
            self._event_loop.call_soon_threadsafe(self._give_up_screen)

    def _give_up_screen(self) -> None:
        """The terminal is gone, as when a connection breaks: the app ends, and its process with the trainer."""
        if self._hung_up:
            return
        self._hung_up = True
        let_go()
        if self.feed is not None and self._training is not None:
            self.feed.resume()
        self.exit()

    def on_unmount(self) -> None:
        """However else the app comes to its end, the process must not wait for a trainer that nobody sees."""
        if self._training is not None and self.feed is not None and not self._hung_up:
            self.feed.stop()

    def _catch_signals(self) -> None:
        loop = self._event_loop = asyncio.get_running_loop()
        # Outside the main thread, as in some tests, signals belong to someone else.
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            for number in _SIGNALS:
                loop.add_signal_handler(number, self.action_leave)
            loop.add_signal_handler(signal.SIGHUP, self._give_up_screen)
