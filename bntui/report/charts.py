"""The charts of a section under the pages of the dashboard, and what was not measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bntui.claims.claim import Claim
from bntui.explanations import explanation_of
from bntui.explanations.explanation import Explanation
from bntui.report.bokeh_page import ChartRequest
from bntui.report.measured import Section
from bntui.views.claim_chart import chart_of
from bntui.views.draw_options import default_options
from bntui.views.figure import Figure
from bntui.views.page_catalogue import ONLY_REPORTED, pages_of
from bntui.views.view import View
from bntui.views.view_catalogue import VIEWS

_BESIDE = "further quantities"
"""The heading of views that are on no page."""


@dataclass(frozen=True, slots=True)
class ReportedChart:
    """A chart with what explains it: the quantities that it draws, and the claims that rest on it."""

    request: ChartRequest
    title: str
    explanations: tuple[Explanation, ...] = ()
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class ChartPage:
    """A page of the dashboard: its charts, and those that an earlier page has, as pairs of id and title."""

    name: str
    charts: tuple[ReportedChart, ...]
    earlier: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """Views without values: their titles and the option that measures them, or else a text that says why."""

    titles: tuple[str, ...]
    option: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SectionCharts:
    """The pages with charts, and what was not measured."""

    pages: tuple[ChartPage, ...]
    unmeasured: tuple[Unmeasured, ...] = ()
    ids: Mapping[str, str] = field(default_factory=dict)
    """The id of each view's chart, by the view's name."""


def charts_of(section: Section, prefix: str = "", export: str = "") -> SectionCharts:
    """Return every chart that the dashboard has for what was measured; ids begin with `prefix`.

    `export` is the command that exports all measurements.
    """
    drawn: dict[str, ReportedChart] = {}
    pages = []
    for name, views in _pages(section):
        new = {view: _chart(section, view, prefix, export) for view in views if view not in drawn}
        measured = {view: chart for view, chart in new.items() if chart is not None}
        if measured:
            earlier = tuple((drawn[view].request.id, drawn[view].title) for view in views if view in drawn)
            pages.append(ChartPage(name, tuple(measured.values()), earlier))
        drawn |= measured
    missing = [view for name, view in VIEWS.items() if name not in drawn]
    ids = {view: chart.request.id for view, chart in drawn.items()}
    return SectionCharts(tuple(pages), tuple(_unmeasured(section, missing)), ids)


def _unmeasured(section: Section, views: Sequence[View]) -> Iterator[Unmeasured]:
    """Yield what was not measured, views of one probe together, and then what has no values for another reason."""
    info = section.history.info
    for probe in dict.fromkeys(view.probe for view in views if not info.columns_of(view.probe)):
        titles = tuple(dict.fromkeys(view.title for view in views if view.probe == probe))
        option = f"--set probes.{probe}.every={info.default_every.get(probe, 'STEPS')}"
        reason = "the network has no hidden layers" if info.needs_layers(probe) else ""
        yield Unmeasured(titles, reason=reason) if reason else Unmeasured(titles, option=option)
    for view in views:
        if info.columns_of(view.probe):
            reason = view(section.history, section.focus).empty.removeprefix(f"{view.title}: ")
            yield Unmeasured((view.title,), reason=reason)


def _pages(section: Section) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield the pages of the first run that have views: name, and names of views."""
    for page in pages_of(section.runs[0].spec.pages, section.history.info):
        views = [view for view in page.views if view in VIEWS]
        if views:
            yield page.name, views
    yield _BESIDE, ONLY_REPORTED


def _chart(section: Section, name: str, prefix: str, export: str) -> ReportedChart | None:
    """Return the chart of a view; None where nothing is measured."""
    view = VIEWS[name]
    figures = _figures(section, view)
    first = next((figure for figure in figures.values() if figure.measured), None)
    if first is None:
        return None
    options = default_options(first, section.focus.step)
    layers = list(figures)
    # Of what is 0 in the first layer by definition, another one says more.
    layer = layers[1] if view.first_layer_note and len(layers) > 1 else ""
    request = ChartRequest(f"{prefix}{name.replace('_', '-')}", figures, options, layer, export)
    checked = [result for of_group in section.results.values() for result in of_group if not result.missing]
    claims = dict.fromkeys(result.claim for result in checked if chart_of(result.claim) == name)
    return ReportedChart(request, view.title, _explanations(section, view), tuple(claims))


def _figures(section: Section, view: View) -> dict[str, Figure]:
    """Return the figures by layer; one, under '', of what is not of a single layer."""
    layers = view.layers(section.history) if view.per_layer else ()
    return {
        layer: view(section.history, replace(section.focus, layer=layer))
        for layer in [each for each in layers if each] or [""]
    }


def _explanations(section: Section, view: View) -> tuple[Explanation, ...]:
    shown = view if view.measured_in(section.history) or not view.fallback else view.fallback
    found = [explanation_of(shown.probe, name) for name in shown.names]
    return tuple(dict.fromkeys(each for each in found if each))
