"""The units of an axis of steps, and its labels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bntui.views.step_unit import STEPS, StepUnit, step_ticks, step_units


def test_units_are_those_that_all_runs_share():
    assert [unit.name for unit in step_units([(24, 64), (24, 64)])] == ["steps", "epochs", "samples"]
    assert [unit.name for unit in step_units([(24, 64), (48, 32)])] == ["steps"]
    assert [unit.name for unit in step_units([(24, 64), (30, 64)])] == ["steps", "samples"]
    assert step_units([]) == (STEPS,)


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        (STEPS, [(0, "0"), (50, "50"), (100, "100")]),
        (StepUnit("epochs", 1 / 25), [(0, "0"), (50, "2"), (100, "4")]),
        (StepUnit("epochs", 1 / 200), [(0, "0.0"), (40, "0.2"), (80, "0.4")]),
        (StepUnit("samples", 64.0), [(0, "0"), (78.125, "5,000")]),
    ],
)
def test_labels_are_round_in_the_unit(unit, expected):
    assert [(pytest.approx(tick.value), tick.label) for tick in step_ticks(0, 100, 3, unit)] == expected


@given(left=st.integers(0, 10**7), span=st.integers(0, 10**7), most=st.integers(1, 40), per_step=st.floats(1e-6, 1e6))
def test_labels_are_inside_and_not_many(left, span, most, per_step):
    ticks = step_ticks(left, left + span, most, StepUnit("units", per_step))
    assert len(ticks) <= most + 2
    assert all(left - 1e-3 * (span + 1) <= tick.value <= left + span + 1e-3 * (span + 1) for tick in ticks)
    assert len({tick.label for tick in ticks}) == len(ticks)
