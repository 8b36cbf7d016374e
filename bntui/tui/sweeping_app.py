"""An app that shows sweeps, and works on one at a time."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

from bntui.records import UserError
from bntui.sweep import sweep_folder
from bntui.sweep.grid import Grid
from bntui.sweep.point import Point
from bntui.sweep.sweep_driver import SweepDriver
from bntui.sweep.sweep_folder import Sweep
from bntui.tui.screens.sweep_screen import SweepScreen
from bntui.tui.screens.sweeps import SweepsScreen
from bntui.tui.widgets.claims_pane import ClaimsPane
from bntui.tui.widgets.sweep_list import SweepList
from bntui.tui.working_app import WorkingApp, one_line


class Sweeps(Protocol):
    """Begins sweeps, as the command line was told to. Both methods are called in a thread, as they may take seconds."""

    def create(self, grid: Grid, name: str) -> Sweep:
        """Store a new sweep. Raises UserError."""

    def drive(self, sweep: Sweep) -> SweepDriver:
        """Return what works on a sweep, not yet begun. Raises UserError."""


class SweepingApp(WorkingApp):
    """Shows lists and screens of sweeps; `first_sweep` is the screen of the one that it was started for."""

    def __init__(
        self,
        exit_on_hangup: bool = False,
        runs_dir: Path | None = None,
        sweeps: Sweeps | None = None,
        sweep: Sweep | None = None,
        driver: SweepDriver | None = None,
    ) -> None:
        super().__init__(exit_on_hangup)
        self.runs_dir = runs_dir
        self.sweep_driver = driver
        """What works, or worked last, on a sweep in this process."""
        self.first_sweep = SweepScreen(sweep, driver) if sweep else None
        self._sweeps = sweeps
        self._beginning = False

    def on_mount(self) -> None:
        if self.first_sweep:
            self._show_sweep(self.first_sweep)

    def on_sweep_list_opened(self, message: SweepList.Opened) -> None:
        self.open_sweep(message.name)

    def on_sweep_screen_resumed(self, message: SweepScreen.Resumed) -> None:
        self._resume_sweep(message.screen, message.retry)

    @property
    def driving(self) -> SweepDriver | None:
        """What works on a sweep in this process now."""
        return self.sweep_driver if self.sweep_driver and self.works_on(self.sweep_driver) else None

    def is_busy(self) -> bool:
        """Return whether a run or a sweep trains here, and if so, say so."""
        if self.trains or self._beginning:
            what = "a sweep is" if self.driving or self._beginning else "another run is"
            self.show_error(f"{what} training here; stop it or wait for its end")
        return self.trains or self._beginning

    def action_sweeps(self) -> None:
        """Show the list of sweeps."""
        if self.runs_dir is None:
            self.show_error("the list of sweeps is not available here")
        elif not isinstance(self.screen, SweepsScreen):
            self.push_screen(SweepsScreen(self.runs_dir))

    def open_sweep(self, name: str) -> None:
        """Show a stored sweep; where this process works on it, return to its screen."""
        if self.driving and self.driving.sweep.name == name:
            while not (isinstance(self.screen, SweepScreen) and self.screen.driver is self.driving):
                self.pop_screen()
            return
        try:
            if self.runs_dir is not None:
                self.push_screen(SweepScreen(sweep_folder.load(name, self.runs_dir)))
        except UserError as error:
            self.show_error(str(error))

    def start_sweep(self, grid: Grid, name: str) -> None:
        """Begin a new sweep, unless something trains here already."""
        if self._sweeps is None:
            self.show_error("sweeps cannot be started here; use: bntui sweep")
        elif not self.is_busy():
            create, drive = self._sweeps.create, self._sweeps.drive
            self._begin(lambda: drive(create(grid, name)), lambda driver: SweepScreen(driver.sweep, driver))

    def on_claims_pane_sweep_wanted(self, message: ClaimsPane.SweepWanted) -> None:
        """Begin the sweep that would decide the claims on the page; where none can begin here, copy its command."""
        if self._sweeps is None or self.runs_dir is None:
            self.copy_to_clipboard(message.command)
            self.show_error(f"no sweep can be started here; copied: {message.command}")
        else:
            self.start_sweep(message.grid, _free_name(message.grid, message.name, self.runs_dir))

    def _resume_sweep(self, screen: SweepScreen, retry: Point | None) -> None:
        """Go on with the sweep of a screen."""
        if self._sweeps is None:
            self.show_error(f"sweeps cannot go on here; use: bntui sweep {screen.sweep.name}")
        elif not self.is_busy():

            def driven(driver: SweepDriver) -> SweepScreen:
                screen.driver = driver
                if retry:
                    driver.retry(retry)
                return screen

            self._begin(partial(self._sweeps.drive, screen.sweep), driven)

    def _begin(self, open_driver: Callable[[], SweepDriver], shown_by: Callable[[SweepDriver], SweepScreen]) -> None:
        """Open a driver in a thread, and start its work once a screen shows it."""
        self._beginning = True
        self.run_worker(self._opened(open_driver, shown_by), name="beginning", exit_on_error=False)

    async def _opened(
        self, open_driver: Callable[[], SweepDriver], shown_by: Callable[[SweepDriver], SweepScreen]
    ) -> None:
        try:
            driver = await asyncio.to_thread(open_driver)
        except Exception as error:
            self.show_error(str(error) if isinstance(error, UserError) else one_line(error))
            return
        finally:
            self._beginning = False
        self.sweep_driver = driver
        self._show_sweep(shown_by(driver))

    def _show_sweep(self, screen: SweepScreen) -> None:
        if screen not in self.screen_stack:
            self.push_screen(screen)
        self.call_after_refresh(self._start_driver, screen)

    def _start_driver(self, screen: SweepScreen) -> None:
        if screen.driver and not self.leaving and screen in self.screen_stack:
            self.start_work(screen.driver, screen.sweep.name)


def _free_name(grid: Grid, name: str, runs_dir: Path) -> str:
    """Return the name, or with a number the first that no sweep of another experiment has."""
    names = (name if number == 1 else f"{name}-{number}" for number in itertools.count(1))
    return next(each for each in names if not _is_of_another(grid, each, runs_dir))


def _is_of_another(grid: Grid, name: str, runs_dir: Path) -> bool:
    if not sweep_folder.exists(name, runs_dir):
        return False
    try:
        stored = sweep_folder.load(name, runs_dir).grid
    except UserError:
        return True
    return (stored.preset, stored.settings, stored.axes) != (grid.preset, grid.settings, grid.axes)
