"""The page of the system: panes of GPUs, the header, which agrees with them, and what is explained."""

from __future__ import annotations

from dataclasses import replace

from textual.pilot import Pilot

from bntui.records import GpuReading, Progress, Reading, SystemReading
from bntui.run.series.readings import Readings
from bntui.tui.widgets.gpu_status import gpu_text
from tests.tui.conftest import settle, text_of
from tests.tui.fake_source import TRAIN_COLUMNS, FakeSource

GIB = 2.0**30
SIZE = (140, 50)


def _with_gpu(last: SystemReading | None) -> FakeSource:
    source, gpu = FakeSource(columns=TRAIN_COLUMNS), GpuReading(10 * GIB, 140 * GIB, 55.0, 300.0, 50.0)
    assert source.info and source.history
    source.info = replace(source.info, device="cuda:0", device_name="a GPU", device_uuids=("GPU-1",))
    source.readings = Readings()
    for steps, system in ((100, SystemReading(100.0, GIB, (gpu,))), (400, last)):
        source.readings.append(Reading(Progress(steps, steps / 40, 0.0), system))
    return source


async def _opened(pilot: Pilot) -> str:
    await settle(pilot)
    names = [name for _, name in pilot.app.screen.page_names]
    pilot.app.screen.action_page(names.index("system"))
    await settle(pilot)
    return text_of(pilot.app)


async def test_the_header_and_the_panes_have_the_same_reading(app_of) -> None:
    gpu = GpuReading(20 * GIB, 140 * GIB, 87.0, 600.0, 61.0)
    async with app_of(_with_gpu(SystemReading(120.0, GIB, (gpu,)))).run_test(size=SIZE) as pilot:
        shown = await _opened(pilot)
        assert "20.0/140 GiB 87%" in shown
        for title in ("GPU load · % of the time", "GPU memory · GiB of 140.0", "GPU power · W", "GPU temperature · °C"):
            assert title in shown
        await pilot.press("end", "left", "right")
        await settle(pilot)
        assert "GPU load: ■ GPU 87" in text_of(pilot.app).replace("\u00a0", " ").replace("▲", "■").replace("◆", "■")


async def test_the_panes_are_explained(app_of) -> None:
    async with app_of(_with_gpu(None)).run_test(size=SIZE) as pilot:
        await _opened(pilot)
        await pilot.press("i")
        await settle(pilot)
        assert "NVML, the library that nvidia-smi asks" in text_of(pilot.app)


def test_the_header_shows_what_was_read_last() -> None:
    assert gpu_text(_with_gpu(None).readings) == "10.0/140 GiB 55%"
    assert gpu_text(Readings()) == ""
