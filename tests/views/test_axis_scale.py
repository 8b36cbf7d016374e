"""Scales of axes and of colors."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bntui.views.axis_scale import fit, fit_colors


def test_wild_values_may_stay_outside_or_be_shown():
    values = np.append(np.ones(300), 1e6)
    assert fit(values, None, False, robust=True).high < 10
    assert fit(values, None, False, robust=False).high >= 1e6
    assert fit(-values, None, False, robust=True).low > -10


@settings(max_examples=40, deadline=None)
@given(hnp.arrays(np.float64, st.integers(0, 50), elements=st.floats(-1e300, 1e300)), st.booleans())
def test_a_color_scale_is_never_empty(values, log):
    scale = fit_colors(values, None, log)
    assert np.isfinite([scale.low, scale.high]).all() and scale.high > scale.low


def test_positive_limits_of_colors_hold_on_both_scales():
    values = np.array([0.5, 1e28, np.inf])
    assert (fit_colors(values, (0.1, 1e4), True).low, fit_colors(values, (0.1, 1e4), True).high) == (-1, 4)
    assert fit_colors(values, (0.0, 1.0), True).high >= 27
    assert fit_colors(values, (0.0, 1.0), False).high == 1
