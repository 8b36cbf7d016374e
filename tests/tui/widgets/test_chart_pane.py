"""What a pane makes of the reader's choices."""

from bntui.tui.widgets.chart_pane import ChartPane
from bntui.views.focus import Focus
from tests.views.scanned_history import VIEWS, made


def test_values_of_both_signs_have_no_logarithmic_scale():
    pane = ChartPane("drift_map")
    pane.log_scale = True
    for view, logarithmic in (("matrix", True), ("signed matrix", False)):
        pane._figure = VIEWS[view](made(), Focus())
        assert pane.log_shown == pane.draw_options.log == logarithmic
