"""A metric of a sweep by two swept keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from textual.binding import Binding, BindingType

from bntui.tui.widgets.metric_view import Axes, MetricView
from bntui.views.figure import Figure
from bntui.views.metric_grid import MetricGrid, metric_grid
from bntui.views.metric_readout import Reading, grid_readings


class MetricMap(MetricView):
    """A map for each variant; the cursor is at a block, counted row by row."""

    KEYS_SHOWN = 2

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "cursor(0, -1)", show=False, tooltip="Read the values at the setting above"),
        Binding("down", "cursor(0, 1)", show=False, tooltip="Read the values at the setting below"),
    ]

    def figure_of(self, metric: str, axes: Axes, held: Mapping[str, Any]) -> Figure:
        across, down = axes
        return metric_grid(self.points, metric, across, down, held, self.hidden)

    def readings_at(self, figure: Figure, cursor: int) -> tuple[str, list[Reading]]:
        assert isinstance(figure, MetricGrid)
        return grid_readings(figure, cursor)

    def move(self, axes: Axes, cursor: int | None, right: int, down: int) -> int:
        if cursor is None:
            return 0
        columns, rows = (len(axis.values) for axis in axes)
        row, column = divmod(cursor, columns)
        return min(max(row + down, 0), rows - 1) * columns + min(max(column + right, 0), columns - 1)
