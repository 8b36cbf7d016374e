"""A painter for every kind of figure."""

from bntui.tui.charts.registry import PAINTERS
from bntui.views.focus import Focus
from bntui.views.matrix import Matrix
from bntui.views.metric_curves import MetricCurves
from bntui.views.metric_grid import MetricGrid
from bntui.views.scan import Scan
from bntui.views.view_catalogue import VIEWS
from tests.tui.fake_source import FakeSource


def test_every_kind_of_figure_has_a_painter():
    source = FakeSource()
    of_runs = {type(view(source.history, Focus("conv1"))) for view in VIEWS.values()}
    assert of_runs | {Scan, Matrix, MetricCurves, MetricGrid} == set(PAINTERS)
