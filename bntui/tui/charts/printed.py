"""A figure printed to standard output, without a screen that can be redrawn."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from bntui.tui.charts.canvas import Canvas
from bntui.tui.charts.incremental import PlotLayers
from bntui.tui.charts.palette import styles_for
from bntui.tui.charts.registry import paint
from bntui.tui.terminal.capabilities import Capabilities, Colors
from bntui.views.draw_options import default_options
from bntui.views.figure import Figure

_HEIGHT = 24
_ON_DARK = (18, 18, 18), (224, 224, 224)
_SYSTEMS = {Colors.TRUECOLOR: "truecolor", Colors.EIGHT_BIT: "256", Colors.ANSI: "standard"}


def print_figure(figure: Figure, step: int, width: int, capabilities: Capabilities) -> None:
    """Print a figure of a run that has reached `step`, as the screen first shows it, on the terminal's background."""
    styles = styles_for(*_ON_DARK, True, "", painted=False, capabilities=capabilities)
    canvas = Canvas(width, _HEIGHT, styles.blank)
    paint(canvas, styles, figure, default_options(figure, step), PlotLayers())
    system = _SYSTEMS.get(capabilities.colors)
    console = Console(width=width, color_system=system, no_color=system is None, highlight=False)  # type: ignore[arg-type]
    for y in range(canvas.height):
        cells = ((segment.text, segment.style or "") for segment in canvas.strip(y))
        console.print(Text.assemble(*cells), soft_wrap=True)
