"""The report as one HTML page that needs nothing else; the only module that imports Jinja, which Bokeh brings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import bntui
from bntui.claims import grid_report
from bntui.claims.grid_claim import GridResult
from bntui.figures.save import file_stem
from bntui.printable_text import printable
from bntui.report import bokeh_page, experiment_text, final_metrics, reproduction
from bntui.report.chart_html import colored_mark, layers_choice
from bntui.report.charts import ChartPage, ReportedChart, SectionCharts, charts_of
from bntui.report.claim_table import ClaimTable, claim_table
from bntui.report.decimal_columns import aligned
from bntui.report.final_metrics import FinalMetrics, cell
from bntui.report.measured import Report, Section
from bntui.report.sweep_charts import MetricCharts, PointTable, metric_charts, point_table
from bntui.run.storage import provenance
from bntui.sweep.metrics import METRICS
from bntui.views.draw_options import MOST_BANDS
from bntui.views.metric_spot import Spot
from bntui.views.swept_key import value_text

_HERE = Path(__file__).parent
_CODE = re.compile("`([^`]+)`")


@dataclass(frozen=True, slots=True)
class SectionParts:
    """What the page says of a section; `prefix` begins its ids."""

    section: Section
    prefix: str
    charts: SectionCharts
    claims: ClaimTable


@dataclass(frozen=True, slots=True)
class SweepParts:
    """What the page says of a sweep."""

    metrics: Sequence[MetricCharts]
    points: PointTable
    claims: Sequence[tuple[GridResult, Mapping[str, str]]]
    details: Sequence[str]


def render(report: Report, made: datetime | None = None) -> str:
    """Return the page of a report, made now unless said otherwise. Raises UserError if Bokeh is not installed."""
    several = len(report.sections) > 1
    sections = [
        _parts(report, section, f"{number}-{file_stem(section.name)}-" if several else "")
        for number, section in enumerate(report.sections, 1)
    ]
    sweep = _sweep_parts(report)
    charts = bokeh_page.draw_charts([chart.request for chart in _all_charts(sections, sweep)])
    environment = _environment()
    divs = {id_: environment.filters["safe"](_printable_lines(div)) for id_, div in charts.divs.items()}
    page: str = environment.get_template("page.html").render(
        report=report,
        sections=sections,
        sweep=sweep,
        charts=charts,
        divs=divs,
        style=(_HERE / "page.css").read_text(encoding="utf-8"),
        made=made or datetime.now().astimezone(),
        version=bntui.__version__,
    )
    return page


def _parts(report: Report, section: Section, prefix: str) -> SectionParts:
    # Of a sweep with more curves than can be told apart, only the charts of its metrics are drawn.
    crowded = report.sweep is not None and len(section.history.info.variants) > MOST_BANDS
    charts = SectionCharts(()) if crowded else charts_of(section, prefix, reproduction.export_command(report))
    return SectionParts(section, prefix, charts, claim_table(section, charts.ids))


def _sweep_parts(report: Report) -> SweepParts | None:
    if report.sweep is None:
        return None
    results = report.sweep.results
    rows = [(result, dict(zip(grid_report.HEAD, grid_report.row(result), strict=True))) for result in results]
    details = [line for result in results for line in grid_report.details(result)]
    return SweepParts(metric_charts(report.sweep), point_table(report.sweep), rows, details)


def _all_charts(sections: Iterable[SectionParts], sweep: SweepParts | None) -> list[ReportedChart]:
    of_sweep = [chart for metric in sweep.metrics for chart in metric.charts] if sweep else []
    return [chart for parts in sections for page in parts.charts.pages for chart in page.charts] + of_sweep


def _environment() -> Any:
    """Return the templates with their filters; all that they show is escaped, and printable on one line."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        finalize=lambda value: printable(value) if type(value) is str else value,
    )
    environment.filters["lines"] = lambda text: environment.filters["safe"](
        "\n".join(str(environment.filters["escape"](printable(line))) for line in text.split("\n"))
    )
    environment.filters["code"] = lambda text: environment.filters["safe"](
        _CODE.sub(r"<code>\1</code>", str(environment.filters["escape"](printable(text))))
    )
    environment.globals.update(
        aligned=aligned,
        axis_texts=lambda axis: ", ".join(map(value_text, axis.values)),
        counted=experiment_text.counted,
        experiment=experiment_text,
        final=final_metrics,
        final_columns=_final_columns,
        colored_mark=lambda style_index: environment.filters["safe"](colored_mark(style_index)),
        layers_choice=_layers_choice,
        metric_rows=METRICS,
        provenance_rows=provenance.rows,
        reproduction=reproduction,
        file_stem=file_stem,
    )
    return environment


def _layers_choice(pages: Iterable[ChartPage]) -> str:
    """Return the choice of a layer for all charts that show a single one; '' without a choice."""
    requests = [chart.request for page in pages for chart in page.charts]
    layers = tuple(dict.fromkeys(layer for request in requests for layer in request.figures if layer))
    return _printable_lines(layers_choice(layers, layers[0])) if len(layers) > 1 else ""


def _final_columns(rows: Sequence[FinalMetrics], metrics: Sequence[str]) -> list[list[tuple[str, str]]]:
    """Return the cells of each metric: numbers, aligned, and a remark such as '1 of 3 diverged', '' without one."""
    return [_final_column([row.spots.get(name) for row in rows], name) for name in metrics]


def _final_column(spots: Sequence[Spot | None], metric: str) -> list[tuple[str, str]]:
    texts = [cell(spot, metric) if spot else "" for spot in spots]
    # Without a value there is only the remark.
    parts = [
        text.partition(", ") if spot and spot.count else ("", "", text) for spot, text in zip(spots, texts, strict=True)
    ]
    numbers = aligned([number for number, _, _ in parts])
    return [(number, remark) for number, (_, _, remark) in zip(numbers, parts, strict=True)]


def _printable_lines(text: str) -> str:
    return "\n".join(map(printable, text.split("\n")))
