"""Profiles over many layers, in files and on pages: lines with few marks and labels."""

import numpy as np
import pytest

from bntui.figures import matplotlib_figure
from bntui.report.drawn_places import draw_profile
from bntui.views.draw_options import default_options
from bntui.views.lines import Line
from bntui.views.profile import Profile


def profile_of(count, marked=None):
    line = Line("v0", 0, np.linspace(1.0, 2.0, count))
    return Profile(title="scale", layers=tuple(f"conv{n}" for n in range(count)), lines=(line,), marked=marked)


@pytest.mark.parametrize(("count", "marks"), [(1, 1), (24, 24), (110, 13)])
def test_few_of_many_layers_have_marks_and_labels(count, marks):
    profile = profile_of(count)
    options = default_options(profile, 1)
    drawing = draw_profile(profile, options)
    assert len(drawing.curves[0].line.x) == len(drawing.places) == count
    assert len(drawing.curves[0].marks.x) == len(drawing.ticks) == marks
    (axes,) = matplotlib_figure.draw(profile, options).axes
    assert len(axes.get_xticks()) == marks and axes.lines[0].get_markevery() == profile.spacing


def test_the_focused_layer_keeps_its_label():
    profile = profile_of(110, marked=50)
    (axes,) = matplotlib_figure.draw(profile, default_options(profile, 1)).axes
    assert [label.get_text() for label in axes.get_xticklabels() if label.get_fontweight() == "bold"] == ["conv50"]
