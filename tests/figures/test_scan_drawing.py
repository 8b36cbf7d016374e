"""Scans, their maps, matrices and references as files for papers."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest

from bntui.figures import matplotlib_figure
from bntui.figures.matplotlib_figure import Panels, render_paper
from bntui.figures.venues import venue
from bntui.views.draw_options import Seeds, default_options
from bntui.views.focus import Focus
from bntui.views.matrix import Image, Matrix
from bntui.views.value_axis import ValueAxis
from tests.views.scanned_history import VIEWS, made, merged


@pytest.mark.parametrize("view", VIEWS)
def test_every_kind_can_be_drawn_with_and_without_seeds(view):
    figures = [VIEWS[view](history, Focus()) for history in (made(), merged())]
    files = {matplotlib_figure.render_as("svg", figure, default_options(figure, 20), "caption") for figure in figures}
    assert len(files) == len({ElementTree.fromstring(file) for file in files}) == 2


def axes_of(view, history, **fields):
    figure = VIEWS[view](history, Focus())
    return matplotlib_figure.draw(figure, default_options(figure, 20)).axes


def test_a_scan_has_a_logarithmic_axis_dotted_laws_and_a_cross_where_a_line_ends():
    (axes,) = axes_of("scan", made())
    assert axes.get_xscale() == axes.get_yscale() == "log" and axes.get_xlabel() == "step length α"
    assert sum(line.get_linestyle() == ":" for line in axes.lines) == 2
    crosses = [line.get_xdata() for line in axes.lines if line.get_marker() == "X"]
    assert [len(x) for x in crosses] == [1, 0] and crosses[0][0] == pytest.approx(0.1)


def test_a_reference_is_dotted():
    (axes,) = axes_of("reference", made())
    assert [line.get_ydata().tolist() for line in axes.lines if line.get_linestyle() == ":"] == [[0.5] * 4] * 2


def test_a_matrix_has_contours_where_they_are_asked_for_and_names_its_axes():
    first, second, _ = axes_of("matrix", made())
    assert first.get_ylabel() == "second direction" and second.get_xlabel() == "first direction"
    assert len(first.collections) > len(axes_of("signed matrix", made())[0].collections)


@pytest.mark.parametrize("value", [0.0, float("nan"), float("inf"), -1.0])
@pytest.mark.parametrize("shape", [(0, 0), (1, 1), (1, 4), (3, 3)])
def test_any_matrix_can_be_drawn(value, shape):
    up, across = (ValueAxis(name, np.arange(float(count)) ** 2) for name, count in zip("yx", shape, strict=True))
    image = Image("v", 0, np.full(shape, value))
    for log in (False, True):
        figure = Matrix(title="m", images=(image,), across=across, up=up, log=log, contours=True)
        matplotlib_figure.draw(figure, default_options(figure, 1)).draw_without_rendering()


@pytest.mark.parametrize("view", VIEWS)
def test_every_kind_fits_a_paper(view):
    figure = VIEWS[view](merged(), Focus())
    panels = Panels({"": figure}, figure.title, default_options(figure, 20))
    assert render_paper(panels, venue("icml2024"), ("svg",))


def test_seeds_of_a_scan_are_drawn_in_every_way():
    figure = VIEWS["scan"](merged(), Focus())
    options = default_options(figure, 20)
    drawn = {matplotlib_figure.render_as("svg", figure, type(options)(right=20, log=True, seeds=how)) for how in Seeds}
    assert len(drawn) == 3
