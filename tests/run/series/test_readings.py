"""What a run spent, as curves that grow, and means over seeds."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bntui.records import GpuReading, Progress, Reading, SystemReading
from bntui.run.series.readings import CPU, SECONDS, Readings, Times, Usage, mean_times


def _readings(*readings: Reading) -> Readings:
    series = Readings()
    for reading in readings:
        series.append(reading)
    return series


def test_a_curve_is_nan_where_nothing_is_known() -> None:
    gpu = GpuReading(load=50.0)
    series = _readings(
        Reading(Progress(1, 1.0, 0.0)),
        Reading(Progress(2, 2.0, 0.0), SystemReading(120.0, 1e9, (gpu,))),
        Reading(Progress(4, 3.0, 0.0)),
    )
    assert series.steps.tolist() == [1, 2, 4]
    assert series.curve(SECONDS).tolist() == [1, 2, 3]
    np.testing.assert_equal(series.curve(CPU), [math.nan, 120, math.nan])
    np.testing.assert_equal(series.curve(Usage("load", 0)), [math.nan, 50, math.nan])
    np.testing.assert_equal(series.curve(Usage("power", 1)), [math.nan] * 3)
    assert series.gpus == 1


def test_the_times_of_a_variant_begin_at_zero_and_end_where_it_diverged() -> None:
    series = _readings(
        Reading(Progress(2, 1.0, 0.0, {"bn": 0.5, "standard": 0.25})), Reading(Progress(4, 2.0, 0.0, {"bn": 1.5}))
    )
    assert [each.tolist() for each in series.times("bn")] == [[0, 2, 4], [0, 0.5, 1.5]]
    assert [each.tolist() for each in series.times("standard")] == [[0, 2], [0, 0.25]]
    assert not series.times("noisy").known


def test_the_mean_over_seeds_is_of_those_that_still_train() -> None:
    fast, slow = Times(np.array([0.0, 10, 40]), np.array([0.0, 1, 4])), Times(np.array([0.0, 20]), np.array([0.0, 6]))
    mean = mean_times([fast, slow])
    assert mean.steps.tolist() == [0, 10, 20, 40]
    assert mean.seconds.tolist() == pytest.approx([0, 2, 4, 6])
    assert not mean_times([fast, Times(np.zeros(1), np.zeros(1))]).known
