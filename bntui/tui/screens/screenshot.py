"""Save the screen as it is, and the focused pane as a figure for a paper."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

from rich.console import Console
from rich.segment import Segment, Segments

from bntui.figures import matplotlib_figure
from bntui.figures.save import Saved, file_stem, save
from bntui.run.sources.protocol import RunSource
from bntui.tui.charts.canvas import CanvasWidget
from bntui.tui.screens.pages import Page
from bntui.tui.widgets.chart_pane import ChartPane, Pane

_NO_MATPLOTLIB = " · charts as drawings, also PNG: pip install 'bntui[figures]'"


def prepare_screenshot(pane: Pane, source: RunSource) -> Callable[[], Saved]:
    """Return a function that saves the screen and the pane as they are now.

    The function takes up to seconds and may run in another thread; it raises UserError where no folder can be written.
    """
    step = source.status.step
    run = source.run_id or source.spec.name
    screen = pane.app.export_screenshot(title=f"bntui · {run} · step {step:,}")
    files: dict[str, str | bytes] = {f"{run}-screen-{_page(pane)}-{step}.svg": screen}
    name = f"{run}-{_pane_name(pane)}-{step}"
    figure = pane.figure if isinstance(pane, ChartPane) else None
    if figure is None or not figure.measured or not matplotlib_figure.available():
        files[f"{name}.svg"] = widget_svg(pane, title=name)
        advice = _NO_MATPLOTLIB if figure is not None and not matplotlib_figure.available() else ""
        return lambda: _with_advice(save(files, source.folder), advice)
    assert isinstance(pane, ChartPane)
    options, spec = pane.draw_options, source.spec
    caption = f"{run} · {spec.network} on {spec.dataset} · seed {spec.seed} · step {step:,}"

    def draw_and_save() -> Saved:
        drawings = matplotlib_figure.render(figure, options, caption)
        return save({**files, **{f"{name}.{form}": drawing for form, drawing in drawings.items()}}, source.folder)

    return draw_and_save


def _with_advice(saved: Saved, advice: str) -> Saved:
    return saved._replace(message=saved.message + advice)


def widget_svg(widget: CanvasWidget, title: str) -> str:
    """Return the cells of a widget as SVG, drawn like Textual's screenshots."""
    width, height = widget.size
    console = Console(
        width=width, height=height, file=StringIO(), force_terminal=True, color_system="truecolor", record=True
    )
    for y in range(height):
        console.print(Segments([*widget.render_line(y), Segment.line()]), end="")
    return console.export_svg(title=title)


def _page(pane: Pane) -> str:
    """Return the page's name as a part of a file's name."""
    return next(file_stem(parent.spec.id) for parent in pane.ancestors if isinstance(parent, Page))


def _pane_name(pane: Pane) -> str:
    """Return the title of a chart with the chosen range of steps, or the name of a page without charts."""
    if not isinstance(pane, ChartPane):
        return _page(pane)
    options = pane.draw_options
    return file_stem(pane.title + (f" {options.left} to {options.right}" if options.zoomed else ""))
