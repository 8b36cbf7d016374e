"""The HTML around the plots of a chart: title, note, choices and legend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import NamedTuple

from bntui.report.chart_csv import ChartData
from bntui.views.band import Band
from bntui.views.chart import Chart
from bntui.views.draw_options import DrawOptions
from bntui.views.figure import Figure
from bntui.views.heatmap import Heatmap
from bntui.views.lines import LineFigure
from bntui.views.matrix import Matrix
from bntui.views.metric_curves import MetricCurves
from bntui.views.metric_grid import MetricGrid
from bntui.views.seeds_note import seeds_note
from bntui.views.variant_mark import COLORS_ON_LIGHT, DIVERGED, mark


class Shown(NamedTuple):
    """A chart on a page, with the layer that is shown first and the heights of its plots, in pixels."""

    id: str
    figures: Mapping[str, Figure]
    layer: str
    options: DrawOptions
    plots: tuple[int, ...]


def colored_mark(style_index: int) -> str:
    """Return the mark of a variant in its color, a property of the page's style."""
    return f'<span style="color: var(--color{style_index % len(COLORS_ON_LIGHT)})">{mark(style_index)}</span>'


def chart_html(shown: Shown, below: str = "") -> str:
    """Return a `<figure>` with some HTML below it; what a layer changes is in the data attributes of its option."""
    first = shown.figures[shown.layer]
    kinds = " maps" * (len(shown.plots) > 1) + " unmeasured" * (not first.measured)
    return "\n".join(
        [
            f'<figure class="chart{kinds}" id="{escape(shown.id)}">',
            f'<figcaption><span class="title">{escape(first.title)}</span> ',
            f'<span class="note">{escape(note_of(first, shown.options))}</span></figcaption>',
            f'<div class="bar">{_legend(first, shown.plots)}',
            f'<span class="choices">{"".join(_choices(shown))}</span></div>',
            *_plots(first, shown.plots),
            f'<p class="empty">{escape(_empty(first))}</p>',
            below,
            "</figure>",
        ]
    )


def note_of(figure: Figure, options: DrawOptions) -> str:
    """Return the note of a figure with what was done to its curves."""
    means = f"mean of {options.window:,} steps" if options.window and not figure.colored else ""
    return " · ".join(filter(None, (figure.note, means, seeds_note(figure, options))))


def data_html(data: ChartData, export: str) -> str:
    """Return the button that saves the data of a chart, and which of them it saves."""
    rows = f"{data.rows:,} rows" if data.complete else f"{data.rows:,} of {data.all_rows:,} rows"
    button = f'<button class="csv" type="button">data as CSV, {rows}</button>'
    rest = "" if data.complete or not export else f" all with <code>{escape(export)}</code>"
    return f'<p class="data">{button}{rest}</p>'


def _choices(shown: Shown) -> Iterator[str]:
    if len(shown.figures) > 1:
        options = "".join(_option(layer, shown) for layer in shown.figures)
        yield f'<select class="layer" aria-label="layer">{options}</select>'
    if shown.plots and not shown.figures[shown.layer].colored:
        yield '<button class="scale" type="button" aria-pressed="false">log</button>'
    if shown.plots:
        yield '<button class="reset" type="button">reset zoom</button>'


def _option(layer: str, shown: Shown) -> str:
    figure, selected = shown.figures[layer], " selected" if layer == shown.layer else ""
    texts = {"title": figure.title, "note": note_of(figure, shown.options), "empty": _empty(figure)}
    data = "".join(f' data-{name}="{escape(text)}"' for name, text in texts.items())
    return f'<option value="{escape(layer)}"{selected}{data}>{escape(layer)}</option>'


def _empty(figure: Figure) -> str:
    return "" if figure.measured else figure.empty or "no values"


def layers_choice(layers: Iterable[str], chosen: str) -> str:
    """Return a `<select>` that switches the layer of all charts in the same `<section>`."""
    options = "".join(
        f'<option value="{escape(layer)}"{" selected" if layer == chosen else ""}>{escape(layer)}</option>'
        for layer in layers
    )
    return f'<select class="layers" aria-label="layer of all charts">{options}</select>'


def _legend(figure: Figure, plots: Sequence[int]) -> str:
    if not plots or figure.colored:
        return ""
    return "".join(
        f'<button class="variant" type="button" aria-pressed="true" value="{number}">'
        f"{colored_mark(style_index)} {escape(variant)}</button>"
        for number, (variant, style_index, _) in enumerate(_variants(figure))
    )


def _plots(figure: Figure, plots: Sequence[int]) -> Iterator[str]:
    """Yield the places of the plots, as high as these will be: the page does not move while it is drawn."""
    names = list(_variants(figure)) if figure.colored else []
    for number, height in enumerate(plots):
        if names:
            variant, style_index, ended = names[number]
            at = f" {DIVERGED} at {ended:,}" if ended is not None else ""
            yield f'<p class="panel">{colored_mark(style_index)} {escape(variant)}{at}</p>'
        yield f'<div class="plot" style="height: {height}px"></div>'


def _variants(figure: Figure) -> Iterable[tuple[str, int, int | None]]:
    """Yield name, style index and the step of divergence of all variants."""
    parts: Iterable[object] = ()
    if isinstance(figure, Chart):
        parts = figure.series
    elif isinstance(figure, Band):
        parts = figure.spans
    elif isinstance(figure, Heatmap):
        parts = figure.rasters
    elif isinstance(figure, LineFigure | MetricCurves):
        parts = figure.lines
    elif isinstance(figure, Matrix):
        parts = figure.images
    elif isinstance(figure, MetricGrid):
        parts = figure.maps
    for part in parts:
        yield part.variant, part.style_index, getattr(part, "ended", None)  # type: ignore[attr-defined]
