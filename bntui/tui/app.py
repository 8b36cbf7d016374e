"""The app: the stack of screens, and the runs that they show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from textual.screen import Screen

from bntui.records import State, UserError
from bntui.run.sources.attached import AttachedRun
from bntui.run.sources.comparison import ComparedRuns
from bntui.run.sources.protocol import RunSource, Work
from bntui.run.storage.log import LOGGER
from bntui.spec import ExperimentSpec
from bntui.sweep.sweep_driver import SweepDriver
from bntui.sweep.sweep_folder import Sweep
from bntui.tour.tour import Tour
from bntui.tui import announcements
from bntui.tui.announcements import Divergences
from bntui.tui.commands import Commands
from bntui.tui.error_limit import ErrorLimit
from bntui.tui.screens.base import BaseScreen
from bntui.tui.screens.dashboard import DashboardScreen
from bntui.tui.screens.dialogs import ConfirmDialog
from bntui.tui.screens.help import HelpScreen
from bntui.tui.screens.mechanics_screen import MechanicsScreen
from bntui.tui.screens.runs import RunsScreen
from bntui.tui.screens.start import StartScreen
from bntui.tui.screens.sweep_screen import SweepScreen
from bntui.tui.sweeping_app import Sweeps
from bntui.tui.terminal.textual_internals import screen_at_work
from bntui.tui.terminal.themed_app import SettingsCommands
from bntui.tui.terminal.web_driver import TELL_SECONDS, ScreenText, tell_page
from bntui.tui.touring_app import TouringApp
from bntui.tui.widgets.preset_list import Preset
from bntui.tui.widgets.run_list import RunList
from bntui.tui.working_app import one_line

_QUIT_DIALOG = "quit"
_QUIT_SWEEP = ("Stop the sweep and quit?", "Points under way end after their step; the sweep can go on later.", "go on")


SCREEN_ERROR = "error on the screen:"
"""The log's text before the traceback of an error that the app survives."""


class DashboardApp(TouringApp):
    """Shows a run while it trains, and other runs on top of it; without a spec, starts with the list of presets.

    After `run()`, `return_code` is 0; 2 after a UserError, with its text in `failure`; or 1 if the run failed, or the
    dashboard itself with the error `crash`. `source` is the run that was started last, or None.
    """

    TITLE = "bntui"
    CSS_PATH = Path("dashboard.tcss")
    COMMANDS = {Commands, SettingsCommands}  # noqa: RUF012  (as Textual has it)

    def __init__(
        self,
        open_source: Callable[[ExperimentSpec], RunSource],
        spec: ExperimentSpec | None = None,
        presets: Callable[[], Sequence[Preset]] = tuple,
        runs_dir: Path | None = None,
        datasets: Callable[[], Mapping[str, bool]] = dict,
        exit_on_hangup: bool = False,
        resume_source: Callable[[Path], RunSource] | None = None,
        sweeps: Sweeps | None = None,
        sweep: Sweep | None = None,
        driver: SweepDriver | None = None,
        tour: Tour | None = None,
        tour_first: bool = False,
    ) -> None:
        """Without `runs_dir`, other runs are not offered. `datasets` returns whether each data set is present.

        `exit_on_hangup` ends training when the terminal disappears; by default it continues. `resume_source` returns
        the source that goes on with a stored run; without it, none can. `sweeps` begins sweeps; without it, none can be
        begun here. With a `sweep`, its screen is the first, and `driver` works on it. `tour` is offered on the start
        page; `tour_first` begins with it.
        """
        super().__init__(exit_on_hangup, runs_dir, sweeps, sweep, driver, tour)
        # Animations cost bytes and show nothing.
        self.animation_level = "none"
        self.source: RunSource | None = None
        self.failure = ""
        self.crash: Exception | None = None
        self.presets = presets
        self._open_source = open_source
        self._resume_source = resume_source
        self._spec = spec
        self._datasets = datasets
        self._tour_first = tour_first
        self._broken: set[Screen[Any]] = set()
        self._screen_errors = ErrorLimit(count=3, seconds=60)
        self._failed = False
        self._divergences = Divergences(self.call_attention)
        self._told = ScreenText()

    def on_mount(self) -> None:
        if self.calls_for_attention:
            self.set_interval(announcements.SECONDS, lambda: self._divergences.look(self.training))
        if self.is_web:
            self.set_interval(TELL_SECONDS, self._tell_page)
        if self.first_sweep:
            return
        if self._tour_first:
            self.open_tour()
        elif self._spec is None:
            self.push_screen(StartScreen(self.presets(), self.runs_dir, self._datasets, self.tour))
        else:
            self.train(self._spec)

    def on_start_screen_chosen(self, message: StartScreen.Chosen) -> None:
        self.train(message.spec)

    def on_run_list_opened(self, message: RunList.Opened) -> None:
        self.open_run(message.run.folder)

    def on_run_list_resumed(self, message: RunList.Resumed) -> None:
        self.resume_run(message.run.folder)

    def on_run_list_compared(self, message: RunList.Compared) -> None:
        self.open_source_screen(lambda: ComparedRuns(message.folders))

    # Screens

    @property
    def training(self) -> RunSource | None:
        """The run that this process trains now."""
        source = self.source
        return source if source and not source.attached and self.works_on(source) else None

    def train(self, spec: ExperimentSpec) -> None:
        """Start a run of a spec, unless this process already trains one."""
        self.start_training(partial(self._open_source, spec))

    def resume_run(self, folder: Path) -> None:
        """Resume a stored run, unless this process already trains one."""
        if self._resume_source is None:
            self.show_error(f"runs cannot be resumed here; use: bntui resume {folder.name}")
        else:
            self.start_training(partial(self._resume_source, folder))

    def start_training(
        self, open_source: Callable[[], RunSource], show: Callable[[RunSource], DashboardScreen] | None = None
    ) -> None:
        """Start a run, unless this process already trains one, and show it on a screen, by default on the dashboard."""
        if self.is_busy():
            return
        try:
            self.source = open_source()
        except UserError as error:
            self._handle_user_error(None, str(error))
            return
        self._show(self.source, show)

    def open_source_screen(self, open_source: Callable[[], RunSource]) -> None:
        """Show another source on top of the current screen."""
        try:
            self._show(open_source())
        except UserError as error:
            self.show_error(str(error))

    def open_run(self, folder: Path) -> None:
        """Show a stored run; where this process trains it, return to its dashboard."""
        if self.training and self.training.folder == folder:
            while not (isinstance(self.screen, DashboardScreen) and self.screen.source is self.training):
                self.pop_screen()
        else:
            self.open_source_screen(lambda: AttachedRun(folder))

    def _show(self, source: RunSource, show: Callable[[RunSource], DashboardScreen] | None = None) -> None:
        screen = show(source) if show else DashboardScreen(source, self.own_pages)
        self.push_screen(screen)
        # Importing torch holds the interpreter for seconds: draw the screen first.
        self.call_after_refresh(self._start_work, screen)

    def _start_work(self, screen: DashboardScreen) -> None:
        if not self.leaving and screen in self.screen_stack:
            self.start_work(screen.source, screen.source.run_id)

    def action_runs(self) -> None:
        """Show the list of runs."""
        if self.runs_dir is None:
            self.show_error("the list of runs is not available here")
        elif not isinstance(self.screen, RunsScreen):
            self.push_screen(RunsScreen(self.runs_dir))

    def action_mechanics(self) -> None:
        """Show BatchNorm by hand, without a run."""
        if not isinstance(self.screen, MechanicsScreen):
            self.push_screen(MechanicsScreen())

    def action_help(self) -> None:
        """Show every key of the screen, from its bindings."""
        active = [binding for _, binding, *_ in self.screen.active_bindings.values() if binding.tooltip]
        keys = [(self.get_key_display(binding), binding.tooltip) for binding in active]
        if isinstance(self.screen, DashboardScreen):
            keys += [(key, f"Page: {name}") for key, name in self.screen.page_names]
        # Keys that share a display and an action are listed once.
        self.push_screen(HelpScreen(list(dict.fromkeys(keys))))

    def _tell_page(self) -> None:
        """Tell the page in a browser what the topmost full screen shows, if that has changed."""
        shown = [screen for screen in self.screen_stack if isinstance(screen, BaseScreen)]
        if shown and (text := shown[-1].text) != self._told:
            self._told = text
            tell_page(self, text)

    async def action_back(self) -> None:
        """Go back to the screen below; the screen of what this process trains stays."""
        below = [screen for screen in self.screen_stack[:-1] if isinstance(screen, BaseScreen)]
        if below and self.screen not in (self._screen_of(self.training), self._screen_of(self.driving)):
            self.pop_screen()

    # Errors of the screens

    def survive(self, error: Exception) -> bool:
        """Show an error as a line, and the screen that it broke anew; end the dashboard where errors do not cease.

        Training continues in any case.
        """
        LOGGER.error(SCREEN_ERROR, exc_info=error)
        if self.crash or not self.is_running:
            return self.crash is not None
        broken = screen_at_work()
        if broken is None:
            self.show_error(one_line(error))
        elif broken not in self._broken:
            self._broken.add(broken)
            self._screen_errors.add()
            endless = self._screen_errors.reached
            self.call_later(self._end_dashboard if endless else partial(self._replace, broken), error)
        return True

    def _replace(self, broken: Screen[Any], error: Exception) -> None:
        """Remove a screen that an error broke, and all above it; show its run anew if it is trained here."""
        while broken in self.screen_stack[1:]:
            self.pop_screen()
        source = broken.source if isinstance(broken, DashboardScreen) and not broken.source.attached else self.training
        if source and self._screen_of(source) is None:
            self.push_screen(DashboardScreen(source, self.own_pages))
        if self.driving and self._screen_of(self.driving) is None:
            self.push_screen(SweepScreen(self.driving.sweep, self.driving))
        if any(isinstance(screen, BaseScreen) for screen in self.screen_stack):
            self.show_error(one_line(error))
        else:
            self._end_dashboard(error)

    def _end_dashboard(self, error: Exception) -> None:
        self.crash = error
        self.train_on("the dashboard failed")
        self.exit(return_code=1)

    # The end of a run

    def show_end(self, work: Work, error: BaseException | None) -> None:
        if not self.leaving:
            self._announce_end(work, error)
        if isinstance(error, UserError):
            self._handle_user_error(work, str(error))
        elif not self.leaving:
            self._show_end(work, error)
        self.end_waiting()

    def _announce_end(self, work: Work, error: BaseException | None) -> None:
        """Call attention to the end of what this process trained, or of a run of another one that it shows."""
        reason = str(error) if isinstance(error, UserError) else one_line(error) if error else ""
        if work is self.source and not work.attached:
            self._divergences.look(self.source)
            self.call_attention(announcements.run_end(self.source, reason))
        elif isinstance(work, AttachedRun) and work.ended_meanwhile:
            self.call_attention(announcements.run_end(work, reason))
        elif work is self.sweep_driver:
            driver = self.sweep_driver
            self.call_attention(announcements.sweep_end(driver.sweep.name, len(driver.failures), reason))

    def show_stopping(self, work: Work) -> None:
        screen = self._screen_of(work)
        if isinstance(screen, DashboardScreen):
            screen.stopping = True
        if screen:
            screen.redraw()

    def _screen_of(self, work: Work | None) -> DashboardScreen | SweepScreen | None:
        """Return the screen that shows this work."""
        screens = [screen for screen in self.screen_stack if isinstance(screen, DashboardScreen | SweepScreen)]
        return next((screen for screen in screens if work is not None and screen.shown is work), None)

    def _handle_user_error(self, source: Work | None, message: str) -> None:
        """Close the screen of a run that cannot start and show why; without a screen to return to, exit.

        `source` is None where the run has none yet.
        """
        is_own_run = source is None or source in (self.source, self.sweep_driver)
        screen, stack = self._screen_of(source), self.screen_stack
        below = stack[: stack.index(screen)] if screen else stack
        if is_own_run and (self.leaving or not any(isinstance(lower, BaseScreen) for lower in below)):
            self.failure = message
            self.exit(return_code=2)
            return
        while screen in self.screen_stack:
            self.pop_screen()
        if source is self.source:
            self.source = None
        self.show_error(message)

    def _show_end(self, source: Work, error: BaseException | None) -> None:
        self._failed = self._failed or (error is not None and source in (self.source, self.sweep_driver))
        dialog = self.screen
        if isinstance(dialog, ConfirmDialog) and dialog.id == _QUIT_DIALOG and not (self.training or self.driving):
            dialog.dismiss(False)
        screen = self._screen_of(source)
        if isinstance(screen, SweepScreen):
            screen.end(one_line(error) if error else "")
        elif screen:
            screen.error = one_line(error) if error else ""
            screen.redraw()

    # Quitting

    def action_quit_run(self) -> None:
        """Quit; ask first while a run or a sweep trains here."""
        if not (self.training or self.driving):
            self.action_leave()
        elif not self.leaving:
            question, consequence, keep = _quit_run(self.training) if self.training else _QUIT_SWEEP
            dialog = ConfirmDialog(question, consequence, "stop and quit", keep, default=True, id=_QUIT_DIALOG)
            self.push_screen(dialog, lambda yes: self.action_leave() if yes else None)

    def exit_status(self) -> int:
        """Return 1 if the run that was started failed, else 0."""
        failed = self.source is not None and self.source.status.state is State.FAILED
        return 1 if failed or self._failed else 0


def _quit_run(run: RunSource) -> tuple[str, str, str]:
    """Return the question before quitting, what becomes of the run that this process trains, and the other answer."""
    if run.folder is None:
        return "Stop loading and quit?", "Nothing is measured yet: no run is kept.", "keep loading"
    goes_on = "continues it where it stopped" if run.spec.checkpoint.seconds else "begins it again at step 0"
    return f"Stop {run.run_id} and quit?", f"The run is kept; bntui resume {goes_on}.", "keep training"
