"""Scans, their maps, matrices and references on a page, and their data as CSV."""

import json
from dataclasses import replace

import numpy as np
import pytest

from bntui.report.bokeh_page import ChartRequest, draw_charts
from bntui.report.drawn_places import draw_scan
from bntui.run.series.history import History
from bntui.views.axis_scale import fit_colors
from bntui.views.draw_options import Seeds, default_options
from bntui.views.focus import Focus
from tests.report.test_bokeh_page import data_of
from tests.report.test_chart_csv import rows_of
from tests.views.scanned_history import EVERY_VALUE, LENGTHS, PLACES, VIEWS, made, merged


@pytest.mark.parametrize("view", VIEWS)
def test_every_kind_can_be_drawn_with_and_without_seeds(view):
    for history in (made(), merged()):
        figure = VIEWS[view](history, Focus())
        charts = draw_charts([ChartRequest("chart", {"": figure}, default_options(figure, 20))])
        ((chart,), document, _) = data_of(charts)
        assert len(document["roots"]) == len(chart["plots"]) == (2 if figure.colored else 1)
        assert ('class="scale"' in charts.divs["chart"]) != figure.colored


def roles_of(view):
    figure = VIEWS[view](made(), Focus())
    _, document, _ = data_of(draw_charts([ChartRequest("chart", {"": figure}, default_options(figure, 20))]))
    return [each["attributes"].get("name") for each in document["roots"][0]["attributes"]["renderers"]]


def test_laws_and_references_are_dotted_and_hidden_with_their_variant():
    assert roles_of("scan").count("dotted") == roles_of("reference").count("dotted") == 2


def test_a_scan_has_labelled_powers_of_ten_and_reads_every_value():
    figure = VIEWS["scan"](made(), Focus())
    drawing = draw_scan(figure, default_options(figure, 20))
    assert drawing.places.tolist() == np.log10(LENGTHS).tolist()
    assert {tick.label for tick in drawing.ticks} >= {"10⁻⁴", "10⁰"}
    assert drawing.names[0].startswith("step length α 1") and len(drawing.curves[1].texts) == len(LENGTHS)
    assert drawing.curves[0].crosses.x.tolist() == [-1.0]


def test_seeds_of_a_scan_are_bands_or_lines():
    figure = VIEWS["scan"](merged(), Focus())
    for how, parts in {Seeds.BAND: (7, 0), Seeds.EACH: (0, 23), Seeds.MEAN: (0, 0)}.items():
        options = type(default_options(figure, 20))(right=20, log=True, seeds=how)
        curve = draw_scan(figure, options).curves[1]
        assert (len(curve.area.x), len(curve.thin.x)) == parts


def test_a_matrix_without_measurements_is_no_plot():
    figure = VIEWS["matrix"](made(steps=0), Focus())
    charts = draw_charts([ChartRequest("chart", {"": figure}, default_options(figure, 20))])
    assert json.dumps(data_of(charts)[0]).count('"plots": []') == 1


def test_the_rows_of_a_scan_are_the_values_of_its_axis():
    rows = rows_of(VIEWS["scan"](made(), Focus()))
    assert list(rows[0]) == ["step length α", "standard", "bn", "standard law", "bn law"]
    assert [float(row["step length α"]) for row in rows] == list(LENGTHS)
    assert rows[-1]["standard"] == "nan" and rows[1]["bn law"] == "" != rows[0]["bn law"]
    assert {row["seed"] for row in rows_of(VIEWS["scan"](merged(), Focus()))} == {"0", "1", "2"}


def test_the_rows_of_a_matrix_are_its_cells():
    rows = rows_of(VIEWS["matrix"](made(), Focus()))
    assert list(rows[0]) == ["first direction", "second direction", "standard", "bn"]
    assert [float(row["standard"]) for row in rows] == EVERY_VALUE.ravel().tolist()
    assert len(rows) == len(PLACES) * len(PLACES[1:])


def test_the_rows_of_a_map_have_the_value_of_its_axis():
    rows = rows_of(VIEWS["scan map"](made(), Focus()))
    assert list(rows[0]) == ["step length α", "step", "standard", "bn"]
    assert {float(row["step length α"]) for row in rows} == set(LENGTHS)


def test_references_are_columns():
    rows = rows_of(VIEWS["reference"](made(), Focus()))
    assert list(rows[0]) == ["step", "standard", "standard reference", "bn", "bn reference"]
    assert rows[0]["bn reference"] == "0.5"


def test_a_diverging_scale_has_zero_in_its_middle():
    scale = fit_colors(np.array([-1.0, 7.0]), None, True, diverging=True)
    assert scale.low == -scale.high <= -7 and scale.diverging and not scale.log
    empty = fit_colors(np.empty(0), None, False, diverging=True)
    assert empty.low < empty.high


@pytest.mark.parametrize("view", ["scan", "scan map", "matrix"])
def test_layers_can_be_chosen_where_columns_are_by_layer(view):
    by_layer = replace(VIEWS[view], per_layer="of", names=VIEWS[view].names[:1])
    history = layered(made(), ("conv1", "fc1"))
    figures = {layer: by_layer(history, Focus(layer)) for layer in by_layer.layers(history)}
    assert list(figures) == ["conv1", "fc1"] and figures["fc1"].title.endswith(" of fc1")
    options = default_options(figures["conv1"], 20)
    ((chart,), document, _) = data_of(draw_charts([ChartRequest("chart", figures, options, "fc1")]))
    tags = dict(document["roots"][0]["attributes"]["tags"][0]["entries"])
    assert len(chart["plots"]) and set(dict(tags["layers"]["entries"])) == {"conv1", "fc1"}
    layers = [row["layer"] for row in rows_of(*figures.values(), layers=tuple(figures))]
    assert layers == sorted(layers) and set(layers) == {"conv1", "fc1"}


def layered(history, layers):
    """Return the same measurements in each of some layers."""
    columns = tuple(replace(column, layer=layer) for layer in layers for column in history.info.columns)
    made = History(replace(history.info, columns=columns, layers=layers))
    made.extend(replace(each, values=each.values * len(layers)) for each in history.measurements())
    return made
