"""Curves over seconds of training, each at the seconds of its variant."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bntui.records import Measurement, Progress, Reading
from bntui.run.series.history import Key
from bntui.run.series.readings import Readings
from bntui.views.focus import Focus
from bntui.views.seconds_axis import SecondsAxis
from bntui.views.selection import Differences
from bntui.views.smooth import trailing_mean
from bntui.views.step_unit import SECONDS
from tests.tui.fake_source import TRAIN_COLUMNS, FakeSource

LOSS = Key("bn", "train", "loss")


@pytest.fixture
def source() -> FakeSource:
    """A run of 101 steps, of which standard takes 10 ms each, bn 15 ms and noisy 20 ms."""
    return FakeSource(done=101, columns=TRAIN_COLUMNS)


def test_each_curve_stands_at_the_seconds_of_its_variant(source: FakeSource) -> None:
    assert source.history
    axis = SecondsAxis(source)  # type: ignore[arg-type]
    placed = axis.curves(source.history)
    points = placed.points(LOSS)
    assert points.steps.tolist() == [15 * step for step in range(101)]
    assert points.measured_at.tolist() == [*range(101)]
    assert placed.points(replace(LOSS, variant="noisy")).steps[-1] == 2000
    assert axis.newest == (20 * 101)
    np.testing.assert_array_equal(points.values, source.history.points(LOSS).values)


def test_points_after_the_last_reading_are_left_out(source: FakeSource) -> None:
    assert source.history
    source.readings = Readings()
    source.readings.append(Reading(Progress(10, 1.0, 0.0, dict.fromkeys(("standard", "bn", "noisy"), 0.5))))
    axis = SecondsAxis(source)  # type: ignore[arg-type]
    placed = axis.curves(source.history)
    assert placed.points(LOSS).steps.tolist() == [50 * step for step in range(11)]
    source.history.extend([Measurement(101, "bn", "train", (0.5, 0.5))])
    source.readings.append(Reading(Progress(102, 2.0, 0.0, {"bn": 0.592})))
    assert placed.points(LOSS).steps[-1] == 591


def test_differences_stand_at_the_seconds_of_their_first_variant(source: FakeSource) -> None:
    assert source.history
    differences = Differences(source.history, [("noisy", "bn")])
    axis = SecondsAxis(source)  # type: ignore[arg-type]
    placed = axis.differences(differences)
    (name,) = placed.pairs
    assert placed.points(replace(LOSS, variant=name)).steps[:3].tolist() == [0, 20, 40]
    focus = axis.focus(Focus(ended={"bn": 50, name: 50}, lost={"standard": (10,)}), placed.pairs)
    assert focus.ended == {"bn": 750, name: 1000}
    assert focus.lost == {"standard": (100,)}


def test_smoothing_is_over_steps_on_any_axis(source: FakeSource) -> None:
    assert source.history
    placed = SecondsAxis(source).curves(source.history)  # type: ignore[arg-type]
    ends = np.array([3, 40, 100])
    np.testing.assert_array_equal(
        trailing_mean(placed.points(LOSS), ends), trailing_mean(source.history.points(LOSS), ends)
    )


def test_places_are_steps_of_each_variant(source: FakeSource) -> None:
    axis = SecondsAxis(source)  # type: ignore[arg-type]
    assert (axis.steps("standard", 1000), axis.steps("noisy", 1000)) == (100, 50)
    assert axis.steps_between(400, 1000) == (20, 100)
    assert axis.place_of("bn", 10) == 150
    assert SECONDS.phrase(1234) == "1.234 s"


def test_seconds_are_known_only_of_all_variants(source: FakeSource) -> None:
    assert SecondsAxis(source).known  # type: ignore[arg-type]
    source.readings = Readings()
    source.readings.append(Reading(Progress(10, 1.0, 0.0, {"bn": 0.5})))
    assert not SecondsAxis(source).known  # type: ignore[arg-type]
