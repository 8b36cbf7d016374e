"""The figures of the sources, drawn again from what was measured, each with its caption."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bntui.explanations import explanation_of
from bntui.figures.matplotlib_figure import Panels, fits
from bntui.figures.save import file_stem
from bntui.figures.venues import Venue
from bntui.number_format import compact
from bntui.report.latex_text import latex
from bntui.report.measured import MeasuredSweep, Report, Section
from bntui.run.spec_difference import ranges
from bntui.spec import ExperimentSpec
from bntui.sweep.metrics import METRICS
from bntui.views.band import Band
from bntui.views.chart import Chart, chart
from bntui.views.draw_options import MOST_BANDS, DrawOptions, Seeds, default_options
from bntui.views.figure import Figure
from bntui.views.lines import LineFigure
from bntui.views.matrix import Matrix
from bntui.views.metric_curves import metric_curves
from bntui.views.metric_grid import metric_grid
from bntui.views.scan import Scan, scan
from bntui.views.seeds_note import shown_seeds
from bntui.views.swept_key import swept_keys
from bntui.views.view import View
from bntui.views.view_catalogue import VIEWS

FROM_SOURCES = (
    "accuracy",
    "test_accuracy",
    "loss",
    "distribution",
    "unit",
    "drift",
    "var_drift",
    "shift",
    "shift_cosine",
    "landscape",
    "predictiveness",
    "cosine",
    "beta",
    "landscape_random",
    "activation_beta",
    "step_jump",
    "saturation",
    "scale",
    "step_scan",
    "step_means",
    "step_variances",
    "class_gradients",
    "cancellation",
    "gradient_tails",
    "channel_means",
    "channel_deviations",
    "weight_products",
    "sharpness",
    "objective",
    "line_loss",
    "surface",
)
"""Views of which a source has a figure: Santurkar et al. 2018 in its order, then the others."""
_ABREAST = 1.6
"""The least width of one of several panels, in inches."""


@dataclass(frozen=True)
class PaperFigure:
    """A figure of a paper: the stem of its files, what it shows, and its caption in LaTeX.

    `left_out` says why there is no drawing, '' otherwise.
    """

    stem: str
    panels: Panels
    caption: str
    left_out: str = ""


def paper_figures(report: Report, venue: Venue) -> Iterator[PaperFigure]:
    """Yield the figures of a report: of a sweep its metrics, of runs the views that were measured."""
    if report.sweep:
        yield from _of_sweep(report.sweep, report.sections[0], venue)
        return
    for section, prefix in zip(report.sections, stems(report.sections), strict=True):
        for name in FROM_SOURCES:
            figure = _of_view(section, name, f"{prefix}{name.replace('_', '-')}", venue)
            if figure:
                yield figure


def stems(sections: Sequence[Section]) -> list[str]:
    """Return what the names of each section's files begin with; '' for a single section."""
    if len(sections) == 1:
        return [""]
    names = [file_stem(section.name) for section in sections]
    return [
        f"{name}-" if name and names.count(name) == 1 else f"{name or 'preset'}-{number}-"
        for number, name in enumerate(names, 1)
    ]


def settings_text(section: Section) -> str:
    """Return what was trained, on what and how, in a phrase."""
    specs = [run.spec for run in section.runs]
    datasets = dict.fromkeys(run.info.dataset for run in section.runs)
    return ", ".join(
        (
            f"{_listed(str(spec.network) for spec in specs)} on {_listed(datasets)}",
            f"batch size {_listed(f'{spec.batch_size:,}' for spec in specs)}",
            _optimizer(specs),
            f"{_listed(f'{spec.steps:,}' for spec in specs)} steps",
            seeds_text(section),
        )
    )


def seeds_text(section: Section) -> str:
    """Return the number of seeds of each setting, and which they are."""
    counts = sorted({len(group) for group in section.groups.values()})
    seeds = ", ".join(ranges(sorted({run.spec.seed for run in section.runs})))
    count = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    return f"seed {seeds}" if counts == [1] and seeds.isdigit() else f"{count} seed{'s' * (count != '1')} ({seeds})"


def _optimizer(specs: Sequence[ExperimentSpec]) -> str:
    """Return the optimizers with their rates, momenta and schedules; of each all that were used."""
    names = {"sgd": "gradient descent", "adam": "Adam", "adamw": "AdamW"}
    used = [spec.optimizer_of(variant.name) for spec in specs for variant in spec.variants]
    rates = sorted({optimizer.lr for optimizer in used})
    momenta = sorted({optimizer.momentum or 0.0 for optimizer in used})
    schedules = [optimizer.schedule.kind for optimizer in used if not optimizer.schedule.constant]
    parts = [
        f"{_listed(names.get(optimizer.kind, optimizer.kind) for optimizer in used)} with learning"
        f" rate{'s' * (len(rates) > 1)} {_listed(map(compact, rates))}",
        f"momentum {_listed(map(compact, momenta))}" if any(momenta) else "",
        f"rate by schedule {_listed(schedules)}" if schedules else "",
    ]
    return ", ".join(filter(None, parts))


def _listed(words: Iterable[str]) -> str:
    *first, last = dict.fromkeys(words)
    return f"{', '.join(first)} and {last}" if first else last


def _of_view(section: Section, name: str, stem: str, venue: Venue) -> PaperFigure | None:
    """Return the figure of a view; None where nothing is measured."""
    view = VIEWS[name]
    figures = {layer: view(section.history, replace(section.focus, layer=layer)) for layer in _layers(view, section)}
    figures = {layer: figure for layer, figure in figures.items() if figure.measured}
    if not figures:
        return None
    first = next(iter(figures.values()))
    crowded = len(section.history.info.variants) > MOST_BANDS
    if first.colored or crowded or len(figures) * _ABREAST > venue.width:
        middle = list(figures)[len(figures) // 2]
        figures = {middle: figures[middle]}
    options = default_options(first, section.focus.step)
    shown = view if view.measured_in(section.history) or not view.fallback else view.fallback
    panels = Panels(figures, shown.title, options)
    caption = " ".join(filter(None, (_shown_text(shown, figures), *_drawn_text(first, options, section, shown))))
    return PaperFigure(stem, panels, caption, _left_out(panels, venue))


def _left_out(panels: Panels, venue: Venue) -> str:
    return "" if fits(panels, venue) else "its maps do not fit a page"


def _layers(view: View, section: Section) -> list[str]:
    """Return the layers to show: the first that is not trivial, the middle and the last."""
    layers = [layer for layer in view.layers(section.history) if layer] if view.per_layer else []
    if not layers:
        return [""]
    layers = layers[1:] if view.first_layer_note and len(layers) > 1 else layers
    return list(dict.fromkeys((layers[0], layers[len(layers) // 2], layers[-1])))


def _shown_text(view: View, figures: Mapping[str, Figure]) -> str:
    """Say what is measured, in LaTeX: the quantity, its formula, where, and the source."""
    # Where the second column is a reference or a law, the first one is what the figure shows.
    name = view.names[0 if view.draw in (chart, scan) else -1]
    explained = explanation_of(view.probe, name)
    layers = _listed(filter(None, figures)) if any(figures) else ""
    title = latex((explained.title if explained else view.title).capitalize())
    head = f"\\textbf{{{title}{latex(f' in {layers}') if view.per_layer and layers else ''}.}}"
    if explained is None:
        return head
    return " ".join((head, _prose(explained.what), f"${explained.latex}$.", f"After {latex(explained.source)}."))


def _prose(text: str) -> str:
    """Return a text of which code stands between grave accents, in LaTeX."""
    return "".join(rf"\texttt{{{latex(part)}}}" if odd % 2 else latex(part) for odd, part in enumerate(text.split("`")))


def _drawn_text(figure: Figure, options: DrawOptions, section: Section, view: View) -> Iterator[str]:
    """Say how it was measured and drawn, in LaTeX, a sentence each."""
    yield latex(f"{settings_text(section)}.")
    every = {**section.history.info.default_every, **section.focus.every}.get(view.probe)
    if every:
        end = " and at the end" if view.at_end else ""
        yield "Measured at every step." if every == 1 else f"Measured every {every:,} steps{end}."
    if options.window:
        faint = "" if figure.seed_counts else "; faint: the single values"
        yield f"Trailing means of {options.window} steps{faint}."
    if isinstance(figure, LineFigure | Matrix):
        yield "Values of the last measurement."
    dotted = view.note.partition("dotted: ")[2]
    if dotted:
        yield f"Dotted: {latex(dotted)}."
    if isinstance(figure, Band):
        yield (
            "Filled: from the smallest to the largest value."
            if figure.measured_ends
            else r"Filled: mean $\pm$ deviation."
        )
    if figure.seed_counts:
        band = shown_seeds(figure, options) is Seeds.BAND
        lines = "Colors are" if figure.colored else "Lines are"
        interval = r", bands their 95\,\% $t$ intervals" if band and isinstance(figure, Chart | Scan) else ""
        yield f"{lines} means over the seeds{interval}."
    if section.focus.ended or section.focus.lost:
        yield "Crosses mark where training diverged."
    if not section.focus.over:
        yield f"Training is not over: {section.focus.step:,} steps so far."


def _of_sweep(sweep: MeasuredSweep, section: Section, venue: Venue) -> Iterator[PaperFigure]:
    """Yield each metric against the first key, and by the first two."""
    points, keys = sweep.points, swept_keys(sweep.points)
    for name in METRICS if keys else ():
        held = {key.key: key.values[0] for key in keys[1:]}
        figures: dict[str, Figure] = {"": metric_curves(points, name, keys[0], held)}
        if len(keys) > 1:
            figures["-map"] = metric_grid(points, name, keys[0], keys[1], {key.key: key.values[0] for key in keys[2:]})
        for ending, figure in figures.items():
            if figure.measured:
                panels = Panels({"": figure}, METRICS[name].title, DrawOptions(right=1, log=figure.log))
                caption = _metric_text(sweep, section, name, figure)
                yield PaperFigure(f"{name}{ending}", panels, caption, _left_out(panels, venue))


def _metric_text(sweep: MeasuredSweep, section: Section, name: str, figure: Figure) -> str:
    metric = METRICS[name]
    title = figure.title[:1].upper() + figure.title[1:]
    unfinished = f" {section.to_come:,} points of the sweep are still to come." if section.to_come else ""
    parts = (
        f"\\textbf{{{latex(title)}.}} {latex(metric.note[:1].upper() + metric.note[1:])}",
        latex(f"sweep {sweep.sweep.name}"),
        latex(settings_text(section)),
    )
    drawn = r"Means over the seeds with their 95\,\% $t$ intervals; crosses mark settings of which a seed diverged."
    return f"{'; '.join(parts)}. {drawn}{unfinished}"
