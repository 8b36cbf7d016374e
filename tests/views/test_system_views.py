"""What a run used, as charts over its steps or over its seconds of training."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from bntui.explanations.system_quantities import SYSTEM
from bntui.records import GpuReading, Progress, Reading, State, SystemReading
from bntui.run.sources.protocol import Status
from bntui.views.seconds_axis import SecondsAxis
from bntui.views.step_unit import SECONDS, STEPS, StepUnit
from bntui.views.system_views import SYSTEM_VIEWS, system_chart
from tests.tui.fake_source import TRAIN_COLUMNS, FakeSource

GIB = 2.0**30


class UsingSource(FakeSource):
    """A fake run of the variants a and b with given readings: (steps, seconds, seconds of probes, system)."""

    def __init__(self, *readings: tuple[int, float, float, SystemReading | None], gpus: int = 0) -> None:
        super().__init__(State.TRAINING, done=0, variants=("a", "b"), columns=TRAIN_COLUMNS)
        self.readings = type(self.readings)()
        for steps, seconds, probe_seconds, system in readings:
            of_variants = {"a": 0.5 * seconds, "b": 0.25 * seconds}
            self.readings.append(Reading(Progress(steps, seconds, probe_seconds, of_variants), system))
        assert self.info
        self.info = replace(self.info, device_uuids=tuple(f"GPU-{number}" for number in range(gpus)))


def _shown(name: str, source: FakeSource, unit: StepUnit = STEPS) -> list[tuple[str, list[int], list[float]]]:
    chart = system_chart(name, source, SecondsAxis(source), unit)
    return [(each.variant, each.steps.tolist(), each.values.tolist()) for each in chart.series]


def test_every_view_is_explained_and_says_why_it_is_empty() -> None:
    assert SYSTEM_VIEWS.keys() == SYSTEM.keys()
    for name in SYSTEM_VIEWS:
        chart = system_chart(name, UsingSource(gpus=1), SecondsAxis(UsingSource()), STEPS)
        assert not chart.measured and chart.title == SYSTEM[name].title
        assert "one reading a second" in chart.empty


@pytest.mark.parametrize(
    ("name", "gpus", "readings", "reason"),
    [
        ("gpu_load", 0, 1, "no GPU trains this run"),
        ("gpu_load", 1, 1, "not told by the GPU's driver (NVML)"),
        ("cpu", 0, 0, "earlier versions of bntui kept none"),
        ("cpu", 0, 1, "the run was too short"),
    ],
)
def test_a_chart_that_stays_empty_says_why(name: str, gpus: int, readings: int, reason: str) -> None:
    source = UsingSource(*[(5, 1.0, 0.0, None)] * readings, gpus=gpus)
    source.status = Status(State.FINISHED, 5)
    assert reason in system_chart(name, source, SecondsAxis(source), STEPS).empty


def test_rates_are_taken_over_a_second_at_least() -> None:
    source = UsingSource((2, 0.5, 0.1, None), (4, 1.0, 0.2, None), (10, 1.5, 0.3, None), (13, 3.0, 1.05, None))
    ((label, steps, speeds),) = _shown("speed", source)
    assert (label, steps) == ("process", [2, 4, 10, 13])
    assert speeds == pytest.approx([4.0, 4.0, 8.0, 2.0])
    ((_, _, shares),) = _shown("probe_share", source)
    assert shares == pytest.approx([20.0, 20.0, 20.0, 50.0])


def test_the_process_is_shown_where_it_was_looked_at() -> None:
    looked = SystemReading(cpu=180.0, memory=3 * GIB)
    source = UsingSource((2, 0.5, 0.0, None), (4, 1.0, 0.0, looked), (4, 1.1, 0.0, replace(looked, cpu=90.0)))
    assert _shown("cpu", source) == [("process", [4], [90.0])]
    assert _shown("process_memory", source) == [("process", [4], [3.0])]
    assert system_chart("process_memory", source, SecondsAxis(source), STEPS).limits == pytest.approx((0.0, 3.15))
    assert system_chart("gpu_load", source, SecondsAxis(source), STEPS).limits == (0.0, 100.0)


def test_each_gpu_has_a_curve_and_what_it_does_not_tell_none() -> None:
    gpus = GpuReading(10 * GIB, 140 * GIB, 90.0, 600.0, 61.0), GpuReading(5 * GIB, 140 * GIB, 80.0, math.nan, 55.0)
    source = UsingSource((4, 1.0, 0.0, SystemReading(100.0, GIB, gpus)), gpus=2)
    assert _shown("gpu_memory", source) == [("GPU 0", [4], [10.0]), ("GPU 1", [4], [5.0])]
    assert _shown("gpu_load", source) == [("GPU 0", [4], [90.0]), ("GPU 1", [4], [80.0])]
    assert _shown("gpu_temperature", source) == [("GPU 0", [4], [61.0]), ("GPU 1", [4], [55.0])]
    assert _shown("gpu_power", source) == [("GPU 0", [4], [600.0]), ("GPU 1", [], [])]
    chart = system_chart("gpu_memory", source, SecondsAxis(source), STEPS)
    assert chart.note == "GiB of 140.0, ■ GPU 0, ◆ GPU 1"
    assert {each.style_index for each in chart.series} == {2, 3}


def test_on_seconds_a_reading_stands_where_the_slowest_variant_was() -> None:
    source = UsingSource((2, 1.0, 0.0, None), (6, 3.0, 0.0, None))
    assert [steps for _, steps, _ in _shown("speed", source, SECONDS)] == [[500, 1500]]
    chart = system_chart("speed", source, SecondsAxis(source), SECONDS)
    assert chart.series[0].points.measured_at.tolist() == [2, 6]


def test_compared_runs_have_curves_of_their_own() -> None:
    slow, fast = UsingSource((2, 1.0, 0.0, None)), UsingSource((8, 1.0, 0.0, None))

    class Both(UsingSource):
        parts = {"lr=1": slow, "lr=2": fast}  # noqa: RUF012

    chart = system_chart("speed", Both(), SecondsAxis(Both()), STEPS)
    assert [(each.variant, each.values.tolist()) for each in chart.series] == [("lr=1", [2.0]), ("lr=2", [8.0])]
    assert chart.note == "steps per second, ■ lr=1, ◆ lr=2"
    assert np.isfinite(chart.series[0].values).all()
