"""The key w writes the report of what is shown, says where, and never ends the screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from bntui.records import State, UserError
from bntui.report import bokeh_page, save
from bntui.run.sources.attached import AttachedRun
from bntui.run.sources.comparison import ComparedRuns
from bntui.sweep.axis import Axis
from bntui.sweep.grid import Grid
from bntui.sweep.sweep_folder import Sweep
from bntui.sweep.sweep_folder import save as save_sweep
from bntui.tui.app import DashboardApp
from tests.claims.made import accuracy, made
from tests.claims.test_gathered import stored
from tests.tui.conftest import checked, settle, text_of
from tests.tui.fake_source import FakeSource

SIZE = (160, 36)


async def said(pilot) -> str:
    """What the screen says after `w`, without its line breaks."""
    await settle(pilot)
    await pilot.press("w")
    await checked(pilot)
    return " ".join(text_of(pilot.app).split())


def app_of(source) -> DashboardApp:
    return DashboardApp(lambda _: source, source.spec)


async def test_the_report_of_a_run_is_written_to_its_folder(tmp_path: Path) -> None:
    folder = stored(tmp_path, 0)
    async with app_of(AttachedRun(folder)).run_test(size=SIZE) as pilot:
        assert f"report written to {folder / folder.name}.html" in await said(pilot)
    page = (folder / f"{folder.name}.html").read_text()
    assert page.startswith("<!DOCTYPE html>") and page.rstrip().endswith("</html>")


async def test_the_report_of_a_comparison_is_about_all_of_its_runs(tmp_path: Path) -> None:
    folders = [stored(tmp_path, seed) for seed in range(3)]
    async with app_of(ComparedRuns(folders)).run_test(size=SIZE) as pilot:
        assert f"report written to {folders[0] / 'compared.html'}" in await said(pilot)
    page = (folders[0] / "compared.html").read_text()
    assert all(folder.name in page for folder in folders)


async def test_a_folder_that_cannot_be_written_is_replaced_by_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, write = stored(tmp_path, 0), save.save_report

    def full_disk(report, path):
        if path.parent == folder:
            raise UserError("No space left on device")
        return write(report, path)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(save, "save_report", full_disk)
    async with app_of(AttachedRun(folder)).run_test(size=SIZE) as pilot:
        assert f"report written to {tmp_path / folder.name}.html" in await said(pilot)
        (tmp_path / f"{folder.name}.html").unlink()
        monkeypatch.setattr(save, "save_report", lambda report, path: (_ for _ in ()).throw(UserError("no ink")))
        assert "report not written: no ink" in await said(pilot)


async def test_without_bokeh_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bokeh_page, "available", lambda: False)
    async with app_of(AttachedRun(stored(tmp_path, 0))).run_test(size=SIZE) as pilot:
        assert "report not written: reports need Bokeh; install it with: pip install" in await said(pilot)


async def test_before_there_is_a_run_there_is_nothing_to_report(app_of) -> None:
    source = FakeSource(State.LOADING)
    source.folder = None
    async with app_of(source).run_test(size=SIZE) as pilot:
        assert "report not written: nothing is measured yet" in await said(pilot)


async def test_the_report_of_a_sweep_is_written_to_its_folder(tmp_path: Path) -> None:
    run = made({"standard": accuracy(0.5, 40, 0), "bn": accuracy(0.9, 40, 9)}, seed=0, steps=40)
    grid = Grid(preset="made", base=run.spec.toml(), axes=(Axis("optimizer.lr", (0.1, 0.3)),), seeds=range(2))
    sweep = Sweep("rates", tmp_path, grid)
    save_sweep(sweep)
    async with DashboardApp(lambda _: FakeSource(), sweep=sweep, runs_dir=tmp_path).run_test(size=SIZE) as pilot:
        assert "nothing is measured yet; `bntui sweep rates`" in await said(pilot)
        for seed in range(2):
            stored(tmp_path, seed)
        assert f"report written to {sweep.folder / 'rates.html'}" in await said(pilot)
    assert "rates" in (sweep.folder / "rates.html").read_text()
