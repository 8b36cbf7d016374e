"""Profiles of any values at any size, and their labels."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bntui.views.lines import Line
from bntui.views.profile import Profile
from tests.tui.charts.drawing import drawn, text_of

WILD = [0.0, 1.0, float("nan"), float("inf"), float("-inf"), 3.4e38, -3.4e38, 1e-45]


NUMBERS = st.floats(width=32) | st.sampled_from(WILD)


TABLES = hnp.arrays(np.float32, st.tuples(st.integers(1, 30), st.integers(0, 120)), elements=NUMBERS)


SIZES = {"width": st.integers(1, 130), "height": st.integers(1, 40), "log": st.booleans()}


def profile_of(layers, lines, marked=None):
    return Profile(title="scale", layers=layers, lines=lines, marked=marked, empty="at step 25")


@settings(max_examples=40, deadline=None)
@given(table=TABLES, **SIZES, marked=st.none() | st.just(0))
def test_any_profile(table, width, height, log, marked):
    layers = tuple(f"layer{index}" for index in range(table.shape[1]))
    lines = tuple(Line(f"v{index}", index, row.astype(np.float64)) for index, row in enumerate(table))
    drawn(profile_of(layers, lines, marked if layers else None), width, height, log)


def test_a_profile_shows_every_layer_and_variant():
    lines = tuple(Line(f"v{index}", index, np.array([1.0, 2.0, 3.0 + index])) for index in range(2))
    text = "\n".join(text_of(drawn(profile_of(("conv1", "conv2", "fc1"), lines, 1), log=True)))
    assert text.count("●") == 3 and text.count("▲") == 3
    assert all(layer in text for layer in ("conv1", "conv2", "fc1")) and "┊" in text


def test_nothing_above_zero_is_said_on_a_logarithmic_scale():
    lines = (Line("v0", 0, np.zeros(3)),)
    assert "nothing above 0" in "\n".join(text_of(drawn(profile_of(("a", "b", "c"), lines), log=True)))


def test_of_many_layers_few_have_marks_so_that_the_lines_are_seen():
    layers = tuple(f"conv{index}" for index in range(110))
    rising = Line("v0", 0, np.linspace(1.0, 2.0, 110))
    for width, fewest, most in ((60, 2, 4), (130, 4, 8)):
        text = "\n".join(text_of(drawn(profile_of(layers, (rising,)), width, 20)))
        assert fewest <= text.count("●") <= most
        assert sum("\u2800" < char <= "\u28ff" for char in text) > width / 2
    text = "\n".join(text_of(drawn(profile_of(layers, (rising,)), 460, 20)))
    assert text.count("●") == 110
