"""Draw a figure for a paper or a talk; the only module that imports matplotlib, which is optional."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, Any

from bntui.figures.heatmap_drawing import draw_heatmap
from bntui.figures.matrix_drawing import draw_matrix
from bntui.figures.metric_drawing import draw_metric_curves, draw_metric_grid
from bntui.figures.run_drawing import draw_band, draw_chart, draw_profile
from bntui.figures.scan_drawing import draw_scan
from bntui.figures.variant_axes import add_legend, plain, rows_and_columns
from bntui.figures.venues import Venue
from bntui.views.axis_scale import Scale
from bntui.views.band import Band
from bntui.views.chart import Chart
from bntui.views.color_ramp import ramp
from bntui.views.draw_options import DrawOptions
from bntui.views.figure import Figure
from bntui.views.heatmap import Heatmap
from bntui.views.matrix import Matrix
from bntui.views.metric_curves import MetricCurves
from bntui.views.metric_grid import MetricGrid
from bntui.views.profile import Profile
from bntui.views.scan import Scan
from bntui.views.seeds_note import seeds_note, shown_seeds

if TYPE_CHECKING:
    from matplotlib.figure import Figure as MatplotlibFigure

FORMATS = ("svg", "png")
PAPER_FORMATS = ("pdf", "svg")

_LEGEND_LINE = 0.2
"""The height of a legend of one line, in inches."""
_GREY = "#666666"
_SHARED: Any = {
    "axes.grid": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "grid.alpha": 0.25,
    # The same figure gives the same file.
    "svg.hashsalt": "bntui",
}
_SCREEN: Any = {**_SHARED, "axes.titlesize": 9, "font.size": 9, "lines.linewidth": 1.4, "lines.markersize": 4.5}
_PAPER: Any = {
    **_SHARED,
    "axes.linewidth": 0.6,
    "lines.linewidth": 1.0,
    "lines.markersize": 3.0,
    # Fonts of type 3, the default, are refused by many venues.
    "pdf.fonttype": 42,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
}
_UNDATED: Any = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
# matplotlib's rc parameters are global.
_lock = Lock()


@dataclass(frozen=True)
class Panels:
    """Figures of one kind that stand abreast in a paper, by the title of each; `label` is that of their y axis."""

    figures: Mapping[str, Figure]
    label: str
    options: DrawOptions


def available() -> bool:
    """Return whether matplotlib is installed."""
    return find_spec("matplotlib") is not None


def draw(figure: Figure, options: DrawOptions, caption: str = "") -> MatplotlibFigure:
    """Return the figure as a matplotlib figure of 6.4 × 4 inches, without using pyplot.

    It has the range, scale and smoothing of `options`. Takes up to seconds; may be called from any thread.
    """
    import matplotlib

    with _lock, matplotlib.rc_context(_SCREEN):
        drawing = _drawn(figure, options, caption)
    # Notebooks draw only figures that pyplot manages; others need this method.
    drawing._repr_png_ = partial(_encoded, drawing, "png")  # type: ignore[attr-defined]
    return drawing


def render(figure: Figure, options: DrawOptions, caption: str = "") -> dict[str, bytes]:
    """Return the figure as the content of a file in each of `FORMATS`; see `draw`."""
    import matplotlib

    with _lock, matplotlib.rc_context(_SCREEN):
        sheet = _drawn(figure, options, caption)
        return {form: _encoded(sheet, form) for form in FORMATS}


def render_as(form: str, figure: Figure, options: DrawOptions, caption: str = "") -> bytes:
    """Return the figure as the content of a file of a format that matplotlib knows; see `draw`."""
    import matplotlib

    with _lock, matplotlib.rc_context({**_SCREEN, "pdf.fonttype": 42}):
        return _encoded(_drawn(figure, options, caption), form)


def render_paper(panels: Panels, venue: Venue, forms: tuple[str, ...] = PAPER_FORMATS) -> dict[str, bytes]:
    """Return panels as the content of a file in each format, in the width and with the font sizes of a venue.

    What the caption of a paper says is left out: title and notes.
    """
    import matplotlib

    with _lock, matplotlib.rc_context({**_PAPER, **venue.rc_params}):
        sheet, files = _paper_sheet(panels, venue), {}
        for form in forms:
            files[form] = _encoded(sheet, form)
            # The places are the same in every format, and take long to find.
            sheet.set_layout_engine("none")
        return files


def _paper_sheet(panels: Panels, venue: Venue) -> MatplotlibFigure:
    from matplotlib.figure import Figure as MatplotlibFigure

    figures = list(panels.figures.values())
    sheet = MatplotlibFigure(figsize=(venue.width, _wanted_height(figures[0], venue)), layout="constrained")
    if type(figures[0]) in _ON_SHEETS:
        scale = panels.label if isinstance(figures[0], MetricGrid | Matrix) else figures[0].note.partition(",")[0]
        _draw_on_sheet(sheet, replace(figures[0], note=scale), panels.options)
        return sheet
    abreast = sheet.subplots(1, len(figures), squeeze=False).ravel()
    for axes, (title, figure) in zip(abreast, panels.figures.items(), strict=True):
        _draw_on_axes(axes, figure, panels.options)
        axes.set_title(plain(title))
    limits = [axes.get_ylim() for axes in abreast]
    for axes in abreast:
        axes.set_ylim(min(low for low, _ in limits), max(high for _, high in limits))
        axes.tick_params(which="both", labelleft=axes is abreast[0])
    abreast[0].set_ylabel(plain(panels.label))
    legend = add_legend(sheet, abreast[0], "outside upper center")
    # A legend of several lines takes no room from the curves.
    sheet.set_figheight(min(venue.height + max(legend - _LEGEND_LINE, 0), max(venue.tallest, venue.height)))
    return sheet


def fits(panels: Panels, venue: Venue) -> bool:
    """Return whether the maps of panels fit a page of the venue; what has no maps always does."""
    return _wanted_height(next(iter(panels.figures.values())), venue) <= venue.tallest


def _wanted_height(figure: Figure, venue: Venue) -> float:
    parts = next((getattr(figure, name) for name in ("rasters", "images", "maps") if hasattr(figure, name)), None)
    if parts is None:
        return venue.height
    rows, across = rows_and_columns(len(parts), venue.width)
    return max(venue.height, rows * venue.height * (0.5 if across == 1 else 0.7))


def _drawn(figure: Figure, options: DrawOptions, caption: str) -> MatplotlibFigure:
    from matplotlib.figure import Figure as MatplotlibFigure

    sheet = MatplotlibFigure(figsize=(6.4, 4.0), layout="constrained")
    if type(figure) in _ON_SHEETS:
        _draw_on_sheet(sheet, figure, options)
    else:
        axes = sheet.subplots()
        _draw_on_axes(axes, figure, options)
    title = _titles(sheet, figure, options, caption)
    if type(figure) not in _ON_SHEETS:
        add_legend(sheet, sheet.axes[0], beside=title)
    return sheet


def _draw_on_axes(axes: Any, figure: Figure, options: DrawOptions) -> None:
    _ON_AXES[type(figure)](axes, figure, replace(options, seeds=shown_seeds(figure, options)))


def _draw_on_sheet(sheet: MatplotlibFigure, figure: Figure, options: DrawOptions) -> None:
    _ON_SHEETS[type(figure)](sheet, figure, replace(options, seeds=shown_seeds(figure, options)), _colors)


def _encoded(sheet: MatplotlibFigure, form: str) -> bytes:
    buffer = BytesIO()
    sheet.savefig(buffer, format=form, dpi=200, metadata=_UNDATED.get(form))
    return buffer.getvalue()


def _titles(sheet: MatplotlibFigure, figure: Figure, options: DrawOptions, caption: str) -> float:
    """Write title, note and caption; return the width of the title in pixels."""
    title = sheet.suptitle(plain(figure.title), x=0.01, ha="left", fontweight="bold")
    sheet.supxlabel(plain(caption), x=0.99, ha="right", fontsize=7, color=_GREY)
    if not figure.colored:
        means = f"mean of {options.window:,} steps" if options.window else ""
        note = plain(" · ".join(filter(None, (figure.note, means, seeds_note(figure, options)))))
        sheet.axes[0].annotate(note, (0, 1), (0, 6), "axes fraction", "offset points", color=_GREY, fontsize=8)
    return float(title.get_window_extent().width)


def _colors(scale: Scale) -> dict[str, Any]:
    """Return the color ramp over a scale, as keywords of `imshow`."""
    from matplotlib.colors import ListedColormap, LogNorm, Normalize

    norm = LogNorm(10.0**scale.low, 10.0**scale.high, clip=True) if scale.log else Normalize(scale.low, scale.high)
    colors = ramp(False, scale.diverging)
    return {"norm": norm, "cmap": ListedColormap([f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in colors])}


_ON_AXES: Mapping[type, Callable[[Any, Any, DrawOptions], None]] = {
    Chart: draw_chart,
    Band: draw_band,
    Profile: draw_profile,
    Scan: draw_scan,
    MetricCurves: draw_metric_curves,
}
_ON_SHEETS: Mapping[type, Callable[[Any, Any, DrawOptions, Callable[[Scale], Mapping[str, Any]]], None]] = {
    Heatmap: draw_heatmap,
    Matrix: draw_matrix,
    MetricGrid: draw_metric_grid,
}
