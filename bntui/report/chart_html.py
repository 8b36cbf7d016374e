"""The HTML around the plots of a chart: title, note, choices and legend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import NamedTuple

from bntui.views.band import Band
from bntui.views.chart import Chart
from bntui.views.draw_options import DrawOptions
from bntui.views.figure import Figure
from bntui.views.heatmap import Heatmap
from bntui.views.metric_curves import MetricCurves
from bntui.views.metric_grid import MetricGrid
from bntui.views.profile import Profile
from bntui.views.seeds_note import seeds_note
from bntui.views.variant_mark import COLORS_ON_LIGHT, DIVERGED, mark


class Shown(NamedTuple):
    """A chart on a page, with the number of its plots."""

    id: str
    figures: Mapping[str, Figure]
    options: DrawOptions
    plots: int


def chart_html(shown: Shown) -> str:
    """Return a `<figure>`: what a layer changes is in its data attributes."""
    first = next(iter(shown.figures.values()))
    return "\n".join(
        [
            f'<figure class="chart" id="{escape(shown.id)}">',
            f'<figcaption><span class="title">{escape(first.title)}</span> ',
            f'<span class="note">{escape(note_of(first, shown.options))}</span>',
            f'<span class="choices">{"".join(_choices(shown))}</span></figcaption>',
            *_legend(first, shown.plots),
            *_plots(first, shown.plots),
            f'<p class="empty"{" hidden" if first.measured else ""}>{escape(first.empty)}</p>',
            "</figure>",
        ]
    )


def note_of(figure: Figure, options: DrawOptions) -> str:
    """Return the note of a figure with what was done to its curves."""
    curves = not isinstance(figure, Heatmap | MetricGrid)
    means = f"mean of {options.window:,} steps" if options.window and curves else ""
    return " · ".join(filter(None, (figure.note, means, seeds_note(figure, options))))


def _choices(shown: Shown) -> Iterator[str]:
    if len(shown.figures) > 1:
        options = "".join(_option(layer, figure, shown.options) for layer, figure in shown.figures.items())
        yield f'<select class="layer" aria-label="layer">{options}</select>'
    if shown.plots and isinstance(next(iter(shown.figures.values())), Chart | Band | Profile | MetricCurves):
        yield '<button class="scale" type="button" aria-pressed="false">log</button>'
    if shown.plots:
        yield '<button class="reset" type="button">reset zoom</button>'


def _option(layer: str, figure: Figure, options: DrawOptions) -> str:
    texts = {"title": figure.title, "note": note_of(figure, options), "empty": "" if figure.measured else figure.empty}
    data = "".join(f' data-{name}="{escape(text)}"' for name, text in texts.items())
    return f'<option value="{escape(layer)}"{data}>{escape(layer)}</option>'


def _legend(figure: Figure, plots: int) -> Iterator[str]:
    if not plots or isinstance(figure, Heatmap | MetricGrid):
        return
    buttons = "".join(
        f'<button type="button" aria-pressed="true" class="{_color(style_index)}" value="{number}">'
        f"{mark(style_index)} {escape(variant)}</button>"
        for number, (variant, style_index, _) in enumerate(_variants(figure))
    )
    yield f'<div class="legend">{buttons}</div>'


def _plots(figure: Figure, plots: int) -> Iterator[str]:
    names = list(_variants(figure)) if plots > 1 or isinstance(figure, Heatmap | MetricGrid) else []
    for number in range(plots):
        if names:
            variant, style_index, ended = names[number]
            at = f" {DIVERGED} at {ended:,}" if ended is not None else ""
            yield f'<p class="panel {_color(style_index)}">{mark(style_index)} {escape(variant)}{at}</p>'
        yield '<div class="plot"></div>'


def _color(style_index: int) -> str:
    return f"color{style_index % len(COLORS_ON_LIGHT)}"


def _variants(figure: Figure) -> Iterable[tuple[str, int, int | None]]:
    """Yield name, style index and the step of divergence of all variants."""
    parts: Iterable[object] = ()
    if isinstance(figure, Chart):
        parts = figure.series
    elif isinstance(figure, Band):
        parts = figure.spans
    elif isinstance(figure, Heatmap):
        parts = figure.rasters
    elif isinstance(figure, Profile | MetricCurves):
        parts = figure.lines
    elif isinstance(figure, MetricGrid):
        parts = figure.maps
    for part in parts:
        yield part.variant, part.style_index, getattr(part, "ended", None)  # type: ignore[attr-defined]
