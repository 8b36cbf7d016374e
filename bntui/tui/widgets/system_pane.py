"""A chart of what the run used."""

from __future__ import annotations

from bntui.explanations.system_quantities import SYSTEM
from bntui.run.sources.protocol import RunSource
from bntui.tui.widgets.chart_pane import ChartPane
from bntui.views.paragraphs import Paragraph
from bntui.views.quantity_text import quantity_text


class SystemPane(ChartPane):
    """The pane of one of `SYSTEM_VIEWS`."""

    def information(self, source: RunSource) -> list[Paragraph]:
        return quantity_text(SYSTEM[self.view])
