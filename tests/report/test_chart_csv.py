"""The data of a chart as CSV."""

import csv
import io

import numpy as np
import pytest

from bntui.report.chart_csv import COMPLETE, chart_csv
from bntui.run.series.history import Points
from bntui.views.chart import Chart, Series
from bntui.views.focus import Focus
from bntui.views.metric_curves import metric_curves
from bntui.views.metric_grid import metric_grid
from bntui.views.swept_key import swept_keys
from bntui.views.view_catalogue import VIEWS
from tests.sweep.made_points import points
from tests.tui.fake_seeds import merged_history
from tests.tui.fake_source import LAYERS, FakeSource


def rows_of(*figures, layers=("",)) -> list[dict[str, str]]:
    data = chart_csv(dict(zip(layers, figures, strict=True)))
    rows = list(csv.DictReader(io.StringIO(data.text)))
    assert len(rows) == data.rows
    return rows


def chart_of(**curves: dict[int, float]) -> Chart:
    series = tuple(
        Series(name, index, Points(np.array(list(each), np.int32), np.array(list(each.values()), np.float32)))
        for index, (name, each) in enumerate(curves.items())
    )
    return Chart(series=series, steps=10)


def test_each_step_is_a_row_and_each_variant_a_column():
    rows = rows_of(chart_of(a={0: 0.1, 2: float("nan")}, b={1: 3.0, 2: float("inf")}))
    assert [tuple(row.values()) for row in rows] == [("0", "0.1", ""), ("1", "", "3.0"), ("2", "nan", "inf")]
    assert list(rows[0]) == ["step", "a", "b"]


def test_layers_and_seeds_are_columns_where_there_are_several():
    merged = merged_history(seeds=2)
    rows = rows_of(*(VIEWS["drift"](merged, Focus(layer)) for layer in LAYERS[:2]), layers=LAYERS[:2])
    assert list(rows[0]) == ["layer", "seed", "step", "standard", "bn", "noisy"]
    assert {(row["layer"], row["seed"]) for row in rows} == {(layer, seed) for layer in LAYERS[:2] for seed in "01"}


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_has_the_values_of_its_figure(view):
    source = FakeSource(done=200)
    rows = rows_of(VIEWS[view](source.history, Focus(LAYERS[1])))
    names = {"standard", "bn", "noisy"} & set(rows[0]) or {"standard low", "standard high", "noisy high"} & set(rows[0])
    assert len(names) == 3 and all(row[name] for row in rows for name in names if name != "standard")


def test_names_are_quoted():
    name = 'a,"b"\n</script>'
    assert rows_of(chart_of(**{name: {0: 1.0}}))[0][name] == "1.0"


def test_of_too_many_values_those_are_kept_that_show_the_curve():
    values = np.random.default_rng(0).random(COMPLETE + 1).astype(np.float32)
    series = Series("a", 0, Points(np.arange(len(values), dtype=np.int32), values))
    data = chart_csv({"": Chart(series=(series,), steps=len(values))})
    kept = {int(row["step"]): float(row["a"]) for row in csv.DictReader(io.StringIO(data.text))}
    assert not data.complete and data.all_rows == len(values) and data.rows == len(kept) <= 3002
    assert {0, len(values) - 1, int(values.argmin()), int(values.argmax())} <= set(kept)
    assert all(np.float32(value) == values[step] for step, value in kept.items())


def test_metrics_of_a_sweep_have_a_row_for_each_variant_and_setting():
    (key,) = swept_keys(points())
    for figure in (
        metric_curves(points(), "final-accuracy", key, {}),
        metric_grid(points(), "final-accuracy", key, key, {}),
    ):
        rows = rows_of(figure)
        assert {row["variant"] for row in rows} == {"standard", "bn", "noisy"}
        assert {float(row[key.key]) for row in rows} == set(key.values)
