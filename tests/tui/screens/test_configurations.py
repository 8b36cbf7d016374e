"""A comparison shows first how the configurations of its runs differ."""

from __future__ import annotations

from pathlib import Path

from bntui.records import Progress, State
from bntui.run.sources.comparison import ComparedRuns
from bntui.run.storage.writer import RunWriter
from bntui.spec import parse
from bntui.tui.app import DashboardApp
from tests.run.conftest import INFO, MEASUREMENTS
from tests.tui.conftest import settle, text_of
from tests.tui.fake_source import FakeSource

TEXT = 'network = "vgg-mini"\ndataset = "digits"\nvariants = ["standard", "bn"]\nsteps = 3'


def _run(runs_dir: Path, *overrides: str) -> Path:
    writer = RunWriter(runs_dir, parse(TEXT, "small", overrides=overrides))
    writer.begin(INFO)
    writer.write(MEASUREMENTS, Progress(2, 1.5, 0.25))
    writer.close(State.FINISHED)
    return writer.folder


async def _shown(pilot) -> None:
    await settle(pilot)
    await pilot.app.workers.wait_for_complete([each for each in pilot.app.workers if each.group == "default"])
    await settle(pilot)


async def test_the_header_names_the_keys_and_c_shows_all(tmp_path: Path) -> None:
    runs = [_run(tmp_path, f"optimizer.lr={lr}", f"seed={seed}") for lr in (0.1, 0.3) for seed in range(3)]
    source = ComparedRuns(runs)
    app = DashboardApp(lambda _: source, source.spec)
    async with app.run_test(size=(80, 24)) as pilot:
        await _shown(pilot)
        assert "2 configurations differ in optimizer.lr: 0.1, 0.3; seeds 0–2 · c shows all" in text_of(app)
        await pilot.press("c")
        await pilot.pause()
        shown = [" ".join(line.strip("│ ▁▂▃▄▅▆▇█").split()) for line in text_of(app).splitlines()]
        for line in ("key lr=0.1 lr=0.3", "seed 0–2 0–2", "optimizer.lr 0.1 0.3"):
            assert any(line in each for each in shown), line
        assert f"lr=0.3: {runs[3].name}" in text_of(app)
        await pilot.press("c")
        await pilot.pause()
        assert "optimizer.lr 0.1" not in " ".join(text_of(app).split())


async def test_seeds_alone_are_named_and_a_long_list_is_cut(tmp_path: Path) -> None:
    source = ComparedRuns([_run(tmp_path, f"seed={seed}") for seed in range(1, 60, 2)])
    app = DashboardApp(lambda _: source, source.spec)
    async with app.run_test(size=(60, 16)) as pilot:
        await _shown(pilot)
        assert "30 runs differ only in the seed: 1, 3, 5, 7… · c shows all" in text_of(app)
        assert "✔ 30 runs finished after 2 steps" in text_of(app)


async def test_a_single_run_has_nothing_to_compare(app_of) -> None:
    async with app_of(FakeSource(State.PAUSED)).run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await pilot.press("c")
        await settle(pilot)
        assert "configurations of several runs" in text_of(pilot.app)
