"""The app: which screens are shown, the workers behind them, and every way to the end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.worker import Worker, WorkerState

from bntui.records import State, UserError
from bntui.run.sources.attached import AttachedRun
from bntui.run.sources.comparison import ComparedRuns
from bntui.run.sources.protocol import RunSource
from bntui.run.storage.log import LOGGER
from bntui.spec import ExperimentSpec
from bntui.tui.commands import Commands
from bntui.tui.screens.base import BaseScreen
from bntui.tui.screens.dashboard import DashboardScreen
from bntui.tui.screens.help import Help, QuitQuestion
from bntui.tui.screens.runs import RunsScreen
from bntui.tui.screens.start import StartScreen
from bntui.tui.terminal.driver import detach, detachable
from bntui.tui.terminal.themed_app import SettingsCommands, ThemedApp
from bntui.tui.widgets.mechanics_pane import MechanicsScreen
from bntui.tui.widgets.preset_list import Preset
from bntui.tui.widgets.run_list import RunList

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class DashboardApp(ThemedApp):
    """Shows a run while it trains, and others on top of it; without a spec, first asks which to train.

    After `run()`: `return_code` is 0, 2 after a mistake of the user's (then `failure` is the line to print) or
    1 where the run failed; `feed` is the run that was asked for last, or None.
    """

    TITLE = "bntui"
    CSS_PATH = Path("dashboard.tcss")
    COMMANDS = {Commands, SettingsCommands}  # noqa: RUF012  (as Textual has it)

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", "stop and quit", show=False, priority=True, tooltip="Stop and quit at once"),
        Binding("ctrl+c", "leave", "stop and quit", show=False, priority=True, system=True),
        Binding("ctrl+z", "suspend_process", show=False, priority=True, tooltip="Suspend; fg in the shell comes back"),
    ]

    def __init__(
        self,
        open_source: Callable[[ExperimentSpec], RunSource],
        spec: ExperimentSpec | None = None,
        presets: Callable[[], Sequence[Preset]] = tuple,
        runs_dir: Path | None = None,
        datasets: Callable[[], Mapping[str, bool]] = dict,
        exit_on_hangup: bool = False,
    ) -> None:
        """`runs_dir` is where other runs to look at are (None: nowhere), `datasets` tells which are on this machine."""
        super().__init__()
        # Animations would send bytes that say nothing.
        self.animation_level = "none"
        self.source: RunSource | None = None
        self.failure = ""
        self.runs_dir = runs_dir
        self._open_source = open_source
        self._spec = spec
        self.presets = presets
        self._datasets = datasets
        self._working: dict[Worker[None], DashboardScreen] = {}
        self._exit_on_hangup = exit_on_hangup
        self._leaving = False
        self._hung_up = False
        self._event_loop: asyncio.AbstractEventLoop | None = None
        self._crashed = False

    def on_mount(self) -> None:
        """Show the first screen."""
        self._catch_signals()
        if self._spec is None:
            self.push_screen(StartScreen(self.presets(), self.runs_dir, self._datasets))
        else:
            self.train(self._spec)

    def on_start_screen_chosen(self, message: StartScreen.Chosen) -> None:
        """Train what was chosen on the start page."""
        self.train(message.spec)

    def on_run_list_opened(self, message: RunList.Opened) -> None:
        """Show the run that was chosen from a list."""
        self.open_run(message.run.folder)

    def on_runs_screen_compared(self, message: RunsScreen.Compared) -> None:
        """Show the marked runs together."""
        self.open_source_screen(lambda: ComparedRuns(message.folders))

    # What is shown

    @property
    def training(self) -> RunSource | None:
        """The run that this process trains now."""
        return next((screen.source for screen in self._working.values() if not screen.source.attached), None)

    def train(self, spec: ExperimentSpec) -> None:
        """Open a run of a spec; one at a time."""
        if self.training:
            self._say("a run trains here; quit it, or wait for its end, before another begins")
            return
        try:
            self.source = self._open_source(spec)
        except UserError as error:
            self._refused(None, str(error))
            return
        self._show(self.source)

    def open_source_screen(self, open_source: Callable[[], RunSource]) -> None:
        """Show another run, or several, on top of what is shown now."""
        try:
            self._show(open_source())
        except UserError as error:
            self._say(str(error))

    def open_run(self, folder: Path) -> None:
        """Show a run that is kept: by its own dashboard where this process trains it."""
        if self.training and self.training.folder == folder:
            while not (isinstance(self.screen, DashboardScreen) and self.screen.source is self.training):
                self.pop_screen()
        else:
            self.open_source_screen(lambda: AttachedRun(folder))

    def _show(self, source: RunSource) -> None:
        screen = DashboardScreen(source)
        self.push_screen(screen)
        # Importing torch holds the interpreter for seconds: the screen has to be there before.
        self.call_after_refresh(self._start_work, screen)

    def _start_work(self, screen: DashboardScreen) -> None:
        if not self._leaving and screen in self.screen_stack:
            worker = self.run_worker(screen.source.work, thread=True, exit_on_error=False, name=screen.source.run_id)
            self._working[worker] = screen

    def action_runs(self) -> None:
        """The runs that are kept."""
        if self.runs_dir is None:
            self._say("runs are not shown here")
        elif not isinstance(self.screen, RunsScreen):
            self.push_screen(RunsScreen(self.runs_dir))

    def action_mechanics(self) -> None:
        """BatchNorm by hand, without a run."""
        if not isinstance(self.screen, MechanicsScreen):
            self.push_screen(MechanicsScreen())

    def action_help(self) -> None:
        """Every key of the screen, from the bindings themselves."""
        active = [binding for _, binding, *_ in self.screen.active_bindings.values() if binding.tooltip]
        keys = [(self.get_key_display(each), each.tooltip) for each in active]
        # Two keys may do the same under one name.
        self.push_screen(Help(list(dict.fromkeys(keys))))

    async def action_back(self) -> None:
        """Where one was before; what this process trains is not left."""
        screen = self.screen
        below = [each for each in self.screen_stack[:-1] if isinstance(each, BaseScreen)]
        if below and not (isinstance(screen, DashboardScreen) and screen.source is self.training):
            self.pop_screen()

    def _say(self, error: str) -> None:
        if isinstance(self.screen, BaseScreen):
            self.screen.say(error)

    # The end of a run

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A run has ended, one way or another."""
        if event.worker not in self._working or event.state not in (WorkerState.SUCCESS, WorkerState.ERROR):
            return
        screen = self._working.pop(event.worker)
        error = event.worker.error
        if isinstance(error, UserError):
            self._refused(screen, str(error))
        elif not self._leaving:
            self._show_end(screen, error)
        if self._leaving and not self._working:
            self._end()

    def _refused(self, screen: DashboardScreen | None, message: str) -> None:
        """A mistake of the user's: the end, or back to the screen that it was chosen on."""
        asked_for = screen is None or screen.source is self.source
        stack = self.screen_stack
        below = stack[: stack.index(screen)] if screen in stack else stack
        if asked_for and (self._leaving or not any(isinstance(each, BaseScreen) for each in below)):
            self.failure = message
            self.exit(return_code=2)
            return
        while screen in self.screen_stack:
            self.pop_screen()
        if asked_for:
            self.source = None
        self._say(message)

    def _show_end(self, screen: DashboardScreen, error: BaseException | None) -> None:
        self._crashed = self._crashed or (error is not None and screen.source is self.source)
        if isinstance(self.screen, QuitQuestion) and self.training is None:
            self.screen.dismiss(None)
        if screen in self.screen_stack:
            screen.error = f"{type(error).__name__}: {error}" if error else ""
            screen.redraw()

    # The end

    def action_quit_run(self) -> None:
        """Quit; while training runs here, ask first."""
        if self.training is None:
            self.action_leave()
        elif not self._leaving:
            self.push_screen(QuitQuestion(), lambda yes: self.action_leave() if yes else None)

    async def action_quit(self) -> None:
        """The command palette's way."""
        self.action_leave()

    def action_leave(self) -> None:
        """Stop without asking; the app ends when the trainer has."""
        self._leaving = True
        if not self._working:
            self._end()
        for screen in self._working.values():
            screen.source.stop()
            screen.stopping = True
            screen.refresh_data()

    def _end(self) -> None:
        failed = self.source is not None and self.source.status.state is State.FAILED
        self.exit(return_code=1 if failed or self._crashed else 0)

    def get_driver_class(self) -> type[Driver]:
        """The one that outlasts its terminal."""
        return detachable(super().get_driver_class(), self._lost_terminal, self.count_bytes)

    def _lost_terminal(self) -> None:
        if self._event_loop is not None and not self._hung_up:
            self._event_loop.call_soon_threadsafe(self._give_up_screen)

    def _give_up_screen(self) -> None:
        """The terminal is gone, as when a connection breaks: the app ends, and its process with the trainer."""
        if self._hung_up:
            return
        self._hung_up = True
        detach()
        # Standard error leads nowhere now.
        logging.captureWarnings(True)
        if self.training:
            goes_on = "ends" if self._exit_on_hangup else f"goes on, process {os.getpid()}"
            LOGGER.warning("the terminal is gone; training %s", goes_on)
            (self.training.stop if self._exit_on_hangup else self.training.resume)()
        self.exit()

    def on_unmount(self) -> None:
        """However else the app comes to its end, the process must not wait for a worker that nobody sees."""
        for screen in self._working.values():
            if screen.source.attached or not self._hung_up:
                screen.source.stop()

    def _catch_signals(self) -> None:
        loop = self._event_loop = asyncio.get_running_loop()
        # Outside the main thread, as in some tests, signals belong to someone else.
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            for number in _SIGNALS:
                loop.add_signal_handler(number, self.action_leave)
            loop.add_signal_handler(signal.SIGHUP, self._give_up_screen)
