"""The claims page: what it says first, how it tells groups apart, and the sweep that it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from bntui.records import State, UserError
from bntui.run.series.merged import MergedHistory
from bntui.sweep.grid import Grid
from bntui.sweep.sweep_driver import SweepDriver
from bntui.sweep.sweep_folder import Sweep, save
from bntui.tui.app import DashboardApp
from bntui.tui.widgets.claims_pane import ClaimsPane
from tests.tui.conftest import KEY_OF, checked, settle, text_of
from tests.tui.fake_source import TRAIN_COLUMNS, FakeSource


class SeveralRuns(FakeSource):
    """Fake runs by the label of their group; those of a group differ in their seed."""

    def __init__(self, seeds: Mapping[str, int], state: State = State.FINISHED) -> None:
        super().__init__(state, done=60, steps=60, columns=TRAIN_COLUMNS)
        self._runs = {label: tuple(self._run(seed, state) for seed in range(count)) for label, count in seeds.items()}
        self.history = MergedHistory(
            {label: {run.spec.seed: run.history for run in runs} for label, runs in self._runs.items()}
        )

    def _run(self, seed: int, state: State) -> FakeSource:
        run = FakeSource(state, done=60, steps=60, columns=TRAIN_COLUMNS)
        run.spec = run.spec.model_copy(update={"seed": seed})
        return run

    @property
    def groups(self) -> Mapping[str, tuple[FakeSource, ...]]:
        return self._runs

    @property
    def parts(self) -> Mapping[str, FakeSource]:
        return {f"{label} seed {run.spec.seed}": run for label, runs in self._runs.items() for run in runs}


async def _claims(pilot) -> str:
    await pilot.press(KEY_OF["claims"])
    await settle(pilot)
    await checked(pilot)
    return text_of(pilot.app)


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 50)])
async def test_one_seed_leads_with_the_sweep_that_decides(app_of, size) -> None:
    async with app_of(FakeSource(State.FINISHED, done=60, steps=60)).run_test(size=size) as pilot:
        shown = " ".join((await _claims(pilot)).replace("│", " ").split())
        assert "one seed: effects only; `bntui sweep " in shown
        assert "--seeds 0:5` decides · n starts it" in shown
        assert "verdict claim" not in shown
        await pilot.press("n")
        await settle(pilot)
        assert pilot.app.clipboard.startswith("bntui sweep ") and pilot.app.clipboard.endswith("--seeds 0:5")


class Refusing:
    """Begins no sweep, and keeps what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[Grid, str]] = []

    def create(self, grid: Grid, name: str) -> Sweep:
        self.asked.append((grid, name))
        raise UserError("no room for a sweep")

    def drive(self, sweep: Sweep) -> SweepDriver:
        raise NotImplementedError


async def test_n_begins_the_sweep_under_a_free_name(tmp_path: Path) -> None:
    source, sweeps = FakeSource(State.FINISHED, done=60, steps=60), Refusing()
    save(Sweep("noisy", tmp_path, Grid(preset="other", base=source.spec.toml(), seeds=range(3))))
    app = DashboardApp(lambda _: source, source.spec, runs_dir=tmp_path, sweeps=sweeps)
    async with app.run_test(size=(120, 36)) as pilot:
        await _claims(pilot)
        await pilot.press("n")
        await app.workers.wait_for_complete([each for each in app.workers if each.name == "beginning"])
        await settle(pilot)
        ((grid, name),) = sweeps.asked
        assert (name, grid.seeds, app.clipboard) == ("noisy-2", range(5), "")
        assert "no room for a sweep" in text_of(app)


async def test_a_run_that_trains_is_shown_so_far(app_of) -> None:
    async with app_of(FakeSource(State.PAUSED, done=60)).run_test(size=(80, 24)) as pilot:
        assert "claims · so far · in this run (seed 0)" in await _claims(pilot)


async def test_three_seeds_have_verdicts_and_nothing_to_start(app_of) -> None:
    async with app_of(SeveralRuns({"": 3})).run_test(size=(80, 24)) as pilot:
        shown = await _claims(pilot)
        assert "effects only" not in shown and "95 % interval" in shown
        await pilot.press("n")
        await settle(pilot)
        assert pilot.app.clipboard == ""


async def test_every_group_has_a_line_for_each_claim_and_its_own_lead(app_of) -> None:
    async with app_of(SeveralRuns({"lr=0.1": 3, "lr=0.3": 1})).run_test(size=(80, 24)) as pilot:
        shown = await _claims(pilot)
        lines = [line.strip("│▸ ").split() for line in shown.splitlines()]
        places = [index for index, words in enumerate(lines) if "bn-faster" in words]
        assert len(places) == 2 and places[1] == places[0] + 1
        assert "lr=0.1" in lines[places[0]] and "lr=0.3" in lines[places[1]]
        assert "effects only" not in shown
        await pilot.press("down")
        await settle(pilot)
        assert "one seed: effects only" in text_of(pilot.app)


async def test_details_scroll(app_of) -> None:
    async with app_of(FakeSource(State.FINISHED, done=60, steps=60)).run_test(size=(80, 24)) as pilot:
        assert "BatchNorm trains faster than the plain network." in await _claims(pilot)
        pane = pilot.app.screen.query_one(ClaimsPane)
        for _ in range(9):
            pane.action_details(1)
        shown = text_of(pilot.app)
        assert "BatchNorm trains faster than the plain network." not in shown
        assert "Supported if the effect lies above 0" in shown
        await pilot.press("down")
        await settle(pilot)
        assert "Noisy BatchNorm trains as fast as BatchNorm." in text_of(pilot.app)
