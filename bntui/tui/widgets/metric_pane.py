"""A metric of a sweep against a swept key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from textual import events

from bntui.tui.charts.metric_chart import units_of
from bntui.tui.widgets.metric_view import Axes, MetricView
from bntui.views.figure import Figure
from bntui.views.metric_curves import MetricCurves, metric_curves
from bntui.views.metric_readout import Reading, curve_readings
from bntui.views.variant_mark import mark


class MetricPane(MetricView):
    """A curve for each variant; the cursor is at a value of the key."""

    KEYS_SHOWN = 1

    def figure_of(self, metric: str, axes: Axes, held: Mapping[str, Any]) -> Figure:
        return metric_curves(self.points, metric, axes[0], held, self.hidden)

    def readings_at(self, figure: Figure, cursor: int) -> tuple[str, list[Reading]]:
        assert isinstance(figure, MetricCurves)
        return curve_readings(figure, cursor)

    def legend(self, figure: Figure) -> list[Reading]:
        assert isinstance(figure, MetricCurves)
        return [(line.style_index, f"{mark(line.style_index)} {line.variant}") for line in figure.lines]

    def move(self, axes: Axes, cursor: int | None, right: int, down: int) -> int:
        last = len(axes[0].values) - 1
        if cursor is None:
            return 0 if right > 0 else last
        return min(max(cursor + right, 0), last)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Put the cursor at the value nearest to the mouse."""
        axes = self.axes
        if axes is not None and self.plots:
            plot = self.plots[0]
            at = plot.grid.step_of(event.x - plot.left)
            self.put_cursor(int(np.abs(units_of(axes[0].places) - at).argmin()))
