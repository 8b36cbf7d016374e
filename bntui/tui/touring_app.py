"""An app that takes its reader on the tour: its screens, and their experiments one after the other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bntui.run.sources.protocol import RunSource
from bntui.sweep.sweep_driver import SweepDriver
from bntui.sweep.sweep_folder import Sweep
from bntui.tour.tour import Tour
from bntui.tui.screens.base import BaseScreen
from bntui.tui.screens.dashboard import DashboardScreen
from bntui.tui.screens.tour_chapter import ChapterScreen
from bntui.tui.screens.tour_experiment import ByHandScreen, ExperimentScreen
from bntui.tui.screens.tour_screen import TourBase, TourScreen
from bntui.tui.sweeping_app import SweepingApp, Sweeps

_SCREENS = (TourBase, ByHandScreen, ExperimentScreen)


class TouringApp(SweepingApp):
    """Shows the tour; subclasses train its runs."""

    def __init__(
        self,
        exit_on_hangup: bool = False,
        runs_dir: Path | None = None,
        sweeps: Sweeps | None = None,
        sweep: Sweep | None = None,
        driver: SweepDriver | None = None,
        tour: Tour | None = None,
    ) -> None:
        super().__init__(exit_on_hangup, runs_dir, sweeps, sweep, driver)
        self.tour = tour
        self._when_idle: Callable[[], None] | None = None

    @property
    def training(self) -> RunSource | None:
        """The run that this process trains now."""
        raise NotImplementedError

    def start_training(
        self, open_source: Callable[[], RunSource], show: Callable[[RunSource], DashboardScreen] | None = None
    ) -> None:
        """Start a run, and show it on a screen, by default on the dashboard."""
        raise NotImplementedError

    def on_start_screen_tour_chosen(self) -> None:
        self.open_tour()

    def open_tour(self) -> None:
        """Show the chapters, and on top the one that was open last."""
        if self.tour is None:
            self.show_error("the tour is not available here; use: bntui tour")
            return
        self.push_screen(TourScreen(self.tour))
        if self.tour.current is not None:
            self.open_chapter(self.tour.current)

    def open_chapter(self, place: int) -> None:
        """Show a chapter on top of the list, in place of another one."""
        assert self.tour is not None
        show = self.switch_screen if isinstance(self.screen, ChapterScreen) else self.push_screen
        show(ChapterScreen(self.tour, place))

    def leave_tour(self) -> None:
        """Close the tour's screens, and the app if there are no others."""
        if all(isinstance(screen, _SCREENS) for screen in self.screen_stack if isinstance(screen, BaseScreen)):
            self.action_leave()
            return
        while isinstance(self.screen, _SCREENS):
            self.pop_screen()

    def when_idle(self, then: Callable[[], None]) -> None:
        """Call this once the run that trains here has ended, in place of what was to be called before."""
        if self.training:
            self._when_idle = then
        else:
            then()

    def end_waiting(self) -> None:
        """Call what waits for the end of a run, if none trains here any more."""
        if self._when_idle and not self.leaving and not self.training:
            then, self._when_idle = self._when_idle, None
            then()

    def exits_on_hangup(self) -> bool:
        """Return whether training ends with the terminal: an experiment of the tour is of no use without its screen."""
        experiments = [screen.source for screen in self.screen_stack if isinstance(screen, ExperimentScreen)]
        return super().exits_on_hangup() or (self.training is not None and self.training in experiments)
