"""Numbers as text: digits, signs and room."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bntui.number_format import compact, exact, fixed, percent, plus_minus, rate, significant


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0.0, "0"),
        (0.5, "0.500"),
        (0.4567, "0.457"),
        (-0.0123, "−0.0123"),
        (0.000456, "0.00046"),
        (1234.5, "1234"),
        (1e-9, "1.0e−9"),
        (12345.0, "1.2e4"),
        (math.nan, "NaN"),
    ],
)
def test_columns_have_three_significant_digits(value, text):
    assert significant(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0123456, "0.0123"),
        (1e38, "1.0e38"),
        (1000.0, "1,000"),
        (-12345.0, "−12,300"),
        (99_950.0, "1.0e5"),
        (9.97e-5, "1.0e−4"),
        (math.nan, "NaN"),
        (-math.inf, "−∞"),
        (-2.5, "−2.5"),
    ],
)
def test_labels_are_compact(value, text):
    assert compact(value) == text


@given(st.floats(width=32))
@example(-0.00021544500486925244)
def test_labels_fit_eight_characters(value):
    assert len(compact(value)) <= 8


def test_other_formats():
    assert (exact(0.1), exact(-1e-7)) == ("0.1", "−1e−07")
    assert (fixed(-0.004), fixed(-0.006), fixed(1.005)) == ("0.00", "−0.01", "1.00")
    assert (percent(None), percent(0.1234), percent(math.inf)) == ("–", "12.3%", "∞")
    assert (rate(38.24), rate(1234.5)) == ("38.2", "1,234")


@pytest.mark.parametrize(
    ("half_width", "factor", "shown"),
    [(0.0041, 1, "±0.0041"), (0.0123, 100, "±1.2"), (1.13, 100, "±113"), (12345.0, 1, "±1.2e+04"), (math.nan, 1, "")],
)
def test_a_half_width_has_no_power_of_ten_where_digits_are_shorter(half_width, factor, shown):
    assert plus_minus(half_width, factor) == shown
