"""The history in memory: curves grow, earlier readings stay valid, and float32 values are exact."""

from __future__ import annotations

import math

import pytest

from bntui.records import Measurement
from bntui.run.series import measured_table
from bntui.run.series.history import History, Key
from tests.run.conftest import INFO, MEASUREMENTS, TINY


def test_curves_hold_what_was_measured() -> None:
    history = History(INFO)
    history.extend(MEASUREMENTS)
    points = history.points(Key("bn", "train", "loss"))
    steps, values = points.steps, points.values
    assert steps.tolist() == [0, 1, 2]
    assert values.tolist() == [2.25, TINY, 0.5]
    assert history.points(Key("standard", "moments", "mean_drift", "conv1")).steps.tolist() == [1]
    assert history.points(Key("standard", "train", "accuracy")).last == 0.0
    assert math.isnan(history.points(Key("standard", "train", "loss")).last or 0)


def test_measurements_come_back_as_they_were_taken() -> None:
    history = History(INFO)
    history.extend(MEASUREMENTS)
    assert repr(tuple(history.measurements())) == repr(MEASUREMENTS)
    assert repr(tuple(history.measurements((1, 1)))) == repr(MEASUREMENTS[3:6])
    assert history.last_step == 2
    assert History(INFO).last_step is None
    assert list(History(INFO).measurements()) == []


def test_many_measurements_with_gaps_come_back_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measured_table, "CHUNK", 7)
    taken = [
        Measurement(step, variant, probe, (0.5, float(step))[: 1 + (step % 3 > 0)])
        for step in range(100)
        for variant in ("bn", "standard")[: 1 + step % 2]
        for probe in ("moments", "train")[step % 5 == 0 :]
    ]
    history = History(INFO)
    history.extend(taken)
    assert list(history.measurements()) == taken


def test_what_does_not_exist_has_no_points() -> None:
    history = History(INFO)
    for key in (Key("bn", "none", "loss"), Key("none", "train", "loss"), Key("bn", "train", "loss", "conv9")):
        assert len(history.points(key).steps) == 0
        assert history.points(key).last is None


def test_points_that_were_read_stay_as_they_were_while_it_grows() -> None:
    history = History(INFO)
    key = Key("bn", "train", "loss")
    history.extend(Measurement(step, "bn", "train", (float(step), 0.0)) for step in range(60))
    before = history.points(key)
    history.extend(Measurement(step, "bn", "train", (float(step), 0.0)) for step in range(60, 1000))
    assert before.values.tolist() == list(range(60))
    assert history.points(key).values.tolist() == list(range(1000))


def test_the_version_says_that_something_is_new() -> None:
    history = History(INFO)
    before = history.version
    history.extend(MEASUREMENTS[:1])
    assert history.version > before


def test_a_column_that_leaves_a_measurement_out_keeps_its_steps() -> None:
    history = History(INFO)
    lengths = [1, 2, 2, 1, 2, 1, 2]
    history.extend(
        Measurement(step, "bn", "moments", (float(step), float(-step))[:length]) for step, length in enumerate(lengths)
    )
    mean, drift = (history.points(Key("bn", "moments", name, "conv1")) for name in ("mean", "mean_drift"))
    assert mean.steps.tolist() == mean.values.tolist() == list(range(7))
    assert drift.steps.tolist() == [1, 2, 4, 6]
    assert drift.values.tolist() == [-1, -2, -4, -6]
