"""What the pages of a sweep's metrics share: the finished points, the choice of metric and keys, cursor and readout."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import permutations, product
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.worker import Worker, WorkerState

from bntui.figures import matplotlib_figure
from bntui.figures.save import Saved, file_stem, save
from bntui.records import State
from bntui.sweep.metrics import METRICS, Metric
from bntui.sweep.progress import PointState
from bntui.sweep.results import MeasuredPoint, SweepResults, offered, shown_first
from bntui.tui.charts.canvas import Canvas, CanvasWidget
from bntui.tui.charts.frame import draw_border
from bntui.tui.charts.incremental import PlotLayers
from bntui.tui.charts.palette import Styles
from bntui.tui.charts.registry import paint
from bntui.tui.charts.step_axis import Plot
from bntui.tui.terminal.ascii_filters import spell_out
from bntui.tui.terminal.web_driver import deliver
from bntui.views.draw_options import DrawOptions
from bntui.views.figure import Figure
from bntui.views.metric_readout import Reading, caption_of
from bntui.views.metric_spot import variants_of
from bntui.views.swept_key import SweptKey, swept_keys

Axes = tuple[SweptKey, ...]
"""The keys that a figure shows; the others are held at a value."""


class MetricView(CanvasWidget, can_focus=True):
    """A metric of the finished points of a sweep. Runs are read in a thread, each once."""

    KEYS_SHOWN: ClassVar[int]
    """The number of keys that the figure shows at once."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "metric(1)", "metric", tooltip="Next metric"),
        Binding("M", "metric(-1)", show=False, tooltip="Previous metric"),
        Binding("k", "keys(1)", "key", tooltip="Next swept key on the axis"),
        Binding("left_square_bracket", "hold(-1)", show=False),
        Binding("right_square_bracket", "hold(1)", "other keys", key_display="[ ]", tooltip="Value of the other keys"),
        Binding("l", "log", "log", tooltip="Toggle the logarithmic scale of the metric"),
        Binding("o", "outliers", show=False, tooltip="Clip or show outliers"),
        Binding("p", "save", "picture", tooltip="Save the figure as SVG and PNG"),
        Binding("left", "cursor(-1, 0)", show=False, tooltip="Read the values at the setting to the left"),
        Binding("right", "cursor(1, 0)", show=False, tooltip="Read the values at the setting to the right"),
        Binding("end", "clear_cursor", show=False, tooltip="Clear the cursor"),
        *(
            Binding(
                str(number),
                f"hide({number - 1})",
                show=False,
                key_display="1 … 9",
                tooltip="Hide or show a variant" if number == 1 else "",
            )
            for number in range(1, 10)
        ),
    ]

    def __init__(self, sweep: str, metric: str = "", *, id: str | None = None) -> None:
        """`metric` is the one shown first, a key of METRICS; without one, it is the first that was measured."""
        super().__init__(id=id)
        self._sweep = sweep
        self._chosen = metric in METRICS
        self._metric = metric if self._chosen else shown_first([])
        self._points: tuple[MeasuredPoint, ...] = ()
        self._turn = self._held = 0
        self._hidden: frozenset[str] = frozenset()
        self._log: bool | None = None
        self._robust = True
        self._cursor: int | None = None
        self._results = SweepResults()
        self._reading: Worker[tuple[MeasuredPoint, ...]] | None = None
        self._read: object = None
        self._message = ""
        self._plot_layers = PlotLayers()
        self.plots: list[Plot] = []

    # For subclasses

    def figure_of(self, metric: str, axes: Axes, held: Mapping[str, Any]) -> Figure:
        """Return the figure of a metric over `axes`, the other keys `held`."""
        raise NotImplementedError

    def readings_at(self, figure: Figure, cursor: int) -> tuple[str, list[Reading]]:
        """Return the setting under the cursor as text, and the values of all variants there."""
        raise NotImplementedError

    def legend(self, figure: Figure) -> list[Reading]:
        """Return mark and name of each variant; nothing where the figure itself names them."""
        return []

    def move(self, axes: Axes, cursor: int | None, right: int, down: int) -> int:
        """Return the cursor after a move."""
        raise NotImplementedError

    # Reading

    def follow(self, states: tuple[PointState, ...], shown: bool) -> None:
        """Read the runs that have finished since the last call, where the page is `shown`."""
        finished = {state.run.folder for state in states if state.state == State.FINISHED and state.run}
        if not shown or self._reading is not None or finished == self._read:
            return
        self._read = finished
        self._reading = self.run_worker(
            lambda: self._results.read(states), thread=True, group="metrics", exit_on_error=False
        )

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.state in (WorkerState.PENDING, WorkerState.RUNNING):
            return
        worker = event.worker
        if worker is self._reading:
            self._reading = None
            self._show_points(worker.result, [str(worker.error)] if worker.error else [*self._results.errors.values()])
        elif worker.error:
            self.notify(f"not saved: {worker.error}", severity="error", markup=False)
        elif isinstance(worker.result, Saved):
            self.notify(worker.result.message, markup=False)
            deliver(self.app, worker.result.paths)

    def _show_points(self, points: tuple[MeasuredPoint, ...] | None, errors: Sequence[str]) -> None:
        self._points = self._points if points is None else points
        if not self._chosen:
            self._metric = shown_first(self._points)
        self._message = f"{len(errors)} runs cannot be read: {errors[0]}" if errors else ""
        self.repaint()

    # Drawing

    @property
    def axes(self) -> Axes | None:
        """The keys that are shown; None where the sweep has too few."""
        choices = list(permutations(swept_keys(self._points), self.KEYS_SHOWN))
        return choices[self._turn % len(choices)] if choices else None

    def _settings(self, axes: Axes) -> list[dict[str, Any]]:
        """Return all values at which the keys that are not shown can be held together."""
        others = [key for key in swept_keys(self._points) if key.key not in {axis.key for axis in axes}]
        return [
            dict(zip([key.key for key in others], values, strict=True))
            for values in product(*(key.values for key in others))
        ]

    @property
    def figure(self) -> Figure | None:
        """The figure as shown; None where the sweep has too few keys."""
        axes = self.axes
        if axes is None:
            return None
        settings = self._settings(axes)
        figure = self.figure_of(self._metric, axes, settings[self._held % len(settings)])
        if self.cell_styles().unicode:
            return figure
        return replace(
            figure, title=spell_out(figure.title), note=spell_out(figure.note), empty=spell_out(figure.empty)
        )

    @property
    def metric(self) -> Metric:
        """The metric that is shown."""
        return METRICS[self._metric]

    @property
    def hidden(self) -> frozenset[str]:
        """The variants that are not shown."""
        return self._hidden

    @property
    def points(self) -> Sequence[MeasuredPoint]:
        """The finished points."""
        return self._points

    def _options(self, figure: Figure) -> DrawOptions:
        log = figure.log if self._log is None else self._log
        return DrawOptions(1, log, focused=self.has_focus, robust=self._robust, cursor=self._cursor)

    def paint(self, canvas: Canvas, styles: Styles) -> None:
        chart = Canvas(canvas.width, canvas.height - bool(self._message), styles.blank)
        figure = self.figure
        if figure is None:
            self._paint_lack(chart, styles)
        else:
            self._paint_figure(chart, styles, figure)
        canvas.rows[: chart.height] = chart.rows
        canvas.put(1, chart.height, self._message, styles.warning)

    def _paint_figure(self, canvas: Canvas, styles: Styles, figure: Figure) -> None:
        lines = self._readout(figure)[: canvas.height // 2]
        legend = [] if lines else self.legend(figure)
        chart = Canvas(canvas.width, canvas.height - (len(lines) or bool(legend)), styles.blank)
        self.plots = paint(chart, styles, figure, self._options(figure), self._plot_layers)
        canvas.rows[: chart.height] = chart.rows
        for y, (style_index, at, text) in enumerate(lines, chart.height):
            canvas.put(1, y, at, styles.bold)
            canvas.put(1 + len(at), y, text, styles.variant(style_index))
        canvas.put_spans(1, chart.height, [(f"{text}  ", styles.variant(style_index)) for style_index, text in legend])

    def _readout(self, figure: Figure) -> list[tuple[int, str, str]]:
        """Return, for each variant, its style index, the setting (on the first line only) and its values."""
        if self._cursor is None or not figure.measured:
            return []
        at, readings = self.readings_at(figure, self._cursor)
        return [
            (style_index, f"{at}  " if number == 0 else " " * (len(at) + 2), text)
            for number, (style_index, text) in enumerate(readings)
        ]

    def _paint_lack(self, canvas: Canvas, styles: Styles) -> None:
        draw_border(canvas, styles.focus if self.has_focus else styles.border)
        names = " and ".join(key.name for key in swept_keys(self._points))
        text = f"this needs {self.KEYS_SHOWN} swept keys, and the sweep has {names or 'only seeds'}"
        text = text if self._points else "no point of the sweep is finished yet"
        canvas.put(max((canvas.width - len(text)) // 2, 1), canvas.height // 2, text, styles.muted)

    def on_focus(self, event: events.Focus) -> None:
        self.repaint()

    def on_blur(self, event: events.Blur) -> None:
        self.repaint()

    # Keys

    def action_metric(self, by: int) -> None:
        """Show the next metric."""
        metrics = offered(self._points)
        place = metrics.index(self._metric) if self._metric in metrics else -1
        self._metric, self._chosen = metrics[(place + by) % len(metrics)], True
        self._log = None
        self.repaint()

    def action_keys(self, by: int) -> None:
        """Show the next key, or pair of keys."""
        self._turn, self._held, self._cursor = self._turn + by, 0, None
        self.repaint()

    def action_hold(self, by: int) -> None:
        """Hold the other keys at their next values."""
        self._held += by
        self.repaint()

    def action_log(self) -> None:
        figure = self.figure
        if figure is not None:
            self._log = not self._options(figure).log
            self.repaint()

    def action_outliers(self) -> None:
        self._robust = not self._robust
        self.repaint()

    def action_hide(self, index: int) -> None:
        variants = variants_of(self._points)
        if index < len(variants):
            self._hidden = self._hidden ^ {variants[index]}
            self.repaint()

    def action_cursor(self, right: int, down: int) -> None:
        """Move the cursor, or put it at the first setting."""
        axes = self.axes
        if axes is not None:
            self.put_cursor(self.move(axes, self._cursor, right, down))

    def action_clear_cursor(self) -> None:
        self.put_cursor(None)

    def put_cursor(self, cursor: int | None) -> None:
        """Read the values at a setting, or none."""
        self._cursor = cursor
        self.repaint()

    # Pictures

    def action_save(self) -> None:
        """Save the figure in the working directory, in a thread, and tell where."""
        figure = self.figure
        if figure is None or not figure.measured:
            self.notify("there is nothing to save yet", markup=False)
        elif not matplotlib_figure.available():
            self.notify("pictures need matplotlib: pip install 'bntui[figures]'", severity="error", markup=False)
        else:
            self.run_worker(self._saving(figure), thread=True, group="files", exit_on_error=False)

    def _saving(self, figure: Figure) -> Callable[[], Saved]:
        """Return a function that saves the figure as it is now, which may take seconds."""
        options, name = replace(self._options(figure), cursor=None), file_stem(f"{self._sweep} {figure.title}")
        caption = caption_of(self._sweep, self._points)

        def draw_and_save() -> Saved:
            drawings = matplotlib_figure.render(figure, options, caption)
            return save({f"{name}.{form}": drawing for form, drawing in drawings.items()}, None)

        return draw_and_save
