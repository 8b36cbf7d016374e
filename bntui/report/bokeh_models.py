"""Models that the charts of a page share: the fewer there are, the sooner the page is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

LEFT_BORDER = 66
"""Pixels to the left of every chart, so that axes of steps lie below each other."""
GREY = "#59636e"
"""Of lines and labels that stand back, on a light background."""
_LONG_NAMES = 60
"""Characters of all names of an axis from which they are turned."""


class SharedModels:
    """Ranges, axes' parts, the cursor and tools of all charts; `models` is the module `bokeh.models`."""

    def __init__(self, models: Any) -> None:
        self.models = models
        line = {"line_color": GREY, "line_dash": "dashed", "line_width": 1}
        self.cursor = models.Span(dimension="height", level="overlay", **line)
        self.crosshair = models.CrosshairTool(overlay=self.cursor)
        self.frame_range = models.Range1d(start=0.0, end=1.0)
        self._ranges: dict[tuple[float, float], Any] = {}
        self._step_ticker = models.BasicTicker(desired_num_ticks=6)
        self._step_formatter = models.NumeralTickFormatter(format="0,0")

    @cached_property
    def axes(self) -> dict[str, Any]:
        """The parts of linear and of logarithmic axes, in this order."""
        models = self.models
        return {
            "scales": [models.LinearScale(), models.LogScale()],
            "tickers": [models.BasicTicker(desired_num_ticks=5), models.LogTicker(desired_num_ticks=4)],
            "formatters": [models.BasicTickFormatter(), models.LogTickFormatter(min_exponent=2)],
        }

    def step_range(self, left: float, right: float) -> Any:
        """Return the range of all axes with these steps: zooming one zooms all."""
        if (left, right) not in self._ranges:
            bounds = {"start": left, "end": right, "reset_start": left, "reset_end": right}
            self._ranges[left, right] = self.models.Range1d(bounds="auto", **bounds)
        return self._ranges[left, right]

    def plot(self, **options: Any) -> Any:
        """Return an empty plot with the tools to zoom."""
        models = self.models
        tools = [
            models.BoxZoomTool(dimensions="auto"),
            # With Ctrl, which is also what pinching sends: the wheel alone scrolls the page.
            models.WheelZoomTool(dimensions="width", modifiers="ctrl"),
        ]
        return models.Plot(
            **{"x_scale": models.LinearScale(), "y_scale": models.LinearScale(), **options},
            sizing_mode="stretch_width",
            toolbar=models.Toolbar(tools=tools),
            toolbar_location=None,
            min_border_left=LEFT_BORDER,
            min_border_right=14,
            min_border_top=6,
            outline_line_color=None,
            background_fill_color=None,
            border_fill_color=None,
        )

    def add_axis(self, plot: Any, axis: Any, place: str, *, grid: bool = True) -> None:
        """Add an axis with the lines of its grid."""
        axis.update(
            axis_label_text_font_style="normal",
            axis_label_text_font_size="11px",
            axis_label_standoff=2,
            major_label_text_font_size="11px",
            minor_tick_line_color=None,
            major_tick_in=0,
            major_tick_out=4,
        )
        plot.add_layout(axis, place)
        if grid:
            dimension = 0 if place == "below" else 1
            plot.add_layout(self.models.Grid(axis=axis, dimension=dimension))

    def add_step_axis(self, plot: Any, label: str | None = "step") -> None:
        """Add an axis of steps, and the cursor."""
        axis = self.models.LinearAxis(ticker=self._step_ticker, formatter=self._step_formatter, axis_label=label)
        self.add_axis(plot, axis, "below")
        plot.toolbar.tools.append(self.crosshair)

    def add_image(self, plot: Any, data: Mapping[str, Any], mapper: Any, nonfinite: Any) -> tuple[Any, Any]:
        """Add the colors of a map, and above them those of the values that are not finite, if there are any.

        Return the source of both, and the drawn colors.
        """
        models = self.models
        live = models.ColumnDataSource(data=dict(data))
        box = {"x": "x", "y": "y", "dw": "width", "dh": "height"}
        cells = plot.add_glyph(live, models.Image(image="image", color_mapper=mapper, **box))
        if nonfinite is not None:
            plot.add_glyph(live, models.Image(image="nonfinite", color_mapper=nonfinite, **box))
        return live, cells

    def add_names(self, plot: Any, places: Iterable[float], names: Sequence[str], place: str, label: str = "") -> None:
        """Add an axis with names at these places."""
        at = [float(each) for each in places]
        axis = self.models.LinearAxis(
            ticker=self.models.FixedTicker(ticks=at, minor_ticks=[]),
            # As plain text: otherwise a name in dollar signs would be typeset.
            major_label_overrides={
                each: self.models.PlainText(text=name) for each, name in zip(at, names, strict=True)
            },
            axis_label=self.models.PlainText(text=label) if label else None,
        )
        if place == "below" and sum(map(len, names)) > _LONG_NAMES:
            axis.major_label_orientation = 0.9
        self.add_axis(plot, axis, place, grid=False)
