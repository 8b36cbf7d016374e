"""Ticks are round and few."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bntui.views.ticks import linear_ticks, log_ticks, x_limit


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (0.0, 1.0, ["0.0", "0.5", "1.0"]),
        (0.0, 30.0, ["0", "20"]),
        (-2.0, 2.0, ["−2", "0", "2"]),
        (5.0, 5.0, ["5"]),
    ],
)
def test_linear_ticks_are_round(low, high, labels):
    assert [tick.label for tick in linear_ticks(low, high, 2)] == labels


def test_log_ticks_are_powers():
    assert [tick.label for tick in log_ticks(-3.2, 0.1, 5)] == ["10⁻³", "10⁻²", "10⁻¹", "10⁰"]
    assert [tick.label for tick in log_ticks(0.1, 0.9, 3)] == ["2·10⁰", "5·10⁰"]


@given(st.floats(-1e38, 1e38), st.floats(0, 1e38), st.integers(1, 12))
@settings(max_examples=100, deadline=None)
def test_ticks_of_anything(low, span, most):
    assert len(linear_ticks(low, low + span, most)) <= 2 * most + 3


@pytest.mark.parametrize(("step", "edge"), [(0, 20), (57, 100), (130, 200), (430, 500), (999, 1000), (1000, 1000)])
def test_the_right_edge_grows_in_round_jumps(step, edge):
    assert x_limit(step, 1000) == edge
