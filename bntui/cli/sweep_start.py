"""Begins sweeps with the options of a command, for the command itself and for its screen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bntui.cli.sweep_engines import EngineOptions, check_trainable
from bntui.records import State

if TYPE_CHECKING:
    from bntui.sweep.grid import Grid
    from bntui.sweep.sweep_driver import SweepDriver
    from bntui.sweep.sweep_folder import Sweep


@dataclass(frozen=True)
class SweepStart:
    """Begins sweeps with these options."""

    runs_dir: Path
    options: EngineOptions
    retry_failed: bool = False
    fail_fast: bool = False
    on_end: str | None = None

    def create(self, grid: Grid, name: str) -> Sweep:
        """Store a new sweep, or more points of one. Raises UserError."""
        from bntui.sweep.plan import plan_of
        from bntui.train import resolve

        plan = plan_of(grid, name, self.runs_dir, resolve).checked(resolve)
        plan.save()
        return plan.sweep

    def drive(self, sweep: Sweep) -> SweepDriver:
        """Return the driver of a sweep, not yet begun. Raises UserError for points that cannot be trained."""
        from bntui.sweep.progress import SweepProgress
        from bntui.sweep.sweep_driver import SweepDriver

        if self.options.address is None:
            # A cluster has data and devices of its own.
            states = SweepProgress(sweep).read()
            check_trainable([state.point for state in states if state.state != State.FINISHED], self.options.data_dir)
        engine = self.options.open(sweep)
        return SweepDriver(sweep, engine, retry_failed=self.retry_failed, fail_fast=self.fail_fast, on_end=self.on_end)
