"""What is on the screen as files: the whole of it as it stands, and the focused pane as a drawing of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.segment import Segment, Segments

from bntui.figures import matplotlib_figure
from bntui.records import UserError
from bntui.run.sources.protocol import RunSource
from bntui.tui.charts.canvas import CanvasWidget
from bntui.tui.widgets.chart_pane import ChartPane, Pane

Files = Mapping[str, str | bytes]
"""What each file is to hold, by its name."""

_SPELT = str.maketrans({"β": "beta", "Δ": "delta"})


def share(pane: Pane, source: RunSource) -> Callable[[], str]:
    """What saves the screen and the pane as they are now; it takes a thread, and returns what to say of it.

    It raises UserError where nothing can be written.
    """
    step = source.status.step
    run = source.run_id or source.spec.name
    screen = pane.app.export_screenshot(title=f"bntui · {run} · step {step:,}")
    files: dict[str, str | bytes] = {f"{run}-screen-{_page(pane)}-{step}.svg": screen}
    name = f"{run}-{_name(pane)}-{step}"
    figure = pane.figure if isinstance(pane, ChartPane) else None
    if figure is None or not figure.measured or not matplotlib_figure.available():
        files[f"{name}.svg"] = svg(pane, title=name)
        return lambda: _saved(files, source) + _advice(figure is not None)
    assert isinstance(pane, ChartPane)
    options, spec = pane.draw_options, source.spec
    caption = f"{run} · {spec.network} on {spec.dataset} · seed {spec.seed} · step {step:,}"

    def draw() -> str:
        drawn = {
            f"{name}.{form}": content for form, content in matplotlib_figure.drawn(figure, options, caption).items()
        }
        return _saved({**files, **drawn}, source)

    return draw


def svg(widget: CanvasWidget, title: str) -> str:
    """The cells of a widget, as Textual draws those of a screen."""
    width, height = widget.size
    console = Console(
        width=width, height=height, file=StringIO(), force_terminal=True, color_system="truecolor", record=True
    )
    for y in range(height):
        console.print(Segments([*widget.render_line(y), Segment.line()]), end="")
    return console.export_svg(title=title)


def written(files: Files, folders: Sequence[Path]) -> Path:
    """The first of these folders in which all files could be written. Raises UserError where there is none."""
    why = ""
    for folder in folders:
        try:
            for name, content in files.items():
                (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        except OSError as error:
            why = f"{folder}: cannot be written: {error.strerror or error}"
        else:
            return folder
    raise UserError(why)


def _saved(files: Files, source: RunSource) -> str:
    home, here = source.folder, Path.cwd()
    folder = written(files, [home, here] if home else [here])
    aside = "" if folder == home or home is None else f", because {home} cannot be written"
    return f"saved in {folder}{aside}: {' '.join(files)}"


def _advice(chart: bool) -> str:
    return (
        " · charts as drawings, also PNG: pip install 'bntui[figures]'"
        if chart and not matplotlib_figure.available()
        else ""
    )


def _page(pane: Pane) -> str:
    return (pane.id or "").partition("-")[0]


def _name(pane: Pane) -> str:
    """What the pane shows, and which steps of it where these were chosen, in letters that any disk takes."""
    if not isinstance(pane, ChartPane):
        return (pane.id or "").partition("-")[0]
    part = f" {pane.draw_options.left} to {pane.draw_options.right}" if pane.draw_options.zoomed else ""
    title = (pane.title + part).translate(_SPELT)
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
