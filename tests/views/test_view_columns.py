"""Views and the table draw columns that exist: renaming a probe's column fails here."""

from fnmatch import filter as matching

import pytest

from bntui.probes import PROBES
from bntui.views.variant_rows import ROW_COLUMNS
from bntui.views.view_catalogue import VIEWS
from tests.declared_columns import declared_columns, declared_names


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_draws_declared_columns(view):
    for probe, pattern in VIEWS[view].columns:
        assert matching([name for declared, name in declared_names() if declared == probe], pattern), (probe, pattern)


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_of_the_focused_layer_draws_columns_that_exist_by_layer(view):
    probe, name = VIEWS[view].columns[0]
    declared = [column for column in declared_columns() if column.probe == probe]
    layers = {column.layer for column in declared if matching([column.name], name)}
    per_layer = bool(VIEWS[view].per_layer) or VIEWS[view].draw.__name__ in ("profile", "layer_map")
    assert ("" in layers) != per_layer


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_knows_whether_its_probe_measures_at_the_end(view):
    assert VIEWS[view].at_end == PROBES[VIEWS[view].probe].at_end


@pytest.mark.parametrize("field", ROW_COLUMNS)
def test_the_table_shows_declared_columns(field):
    column = ROW_COLUMNS[field]
    layers = {
        declared.layer
        for declared in declared_columns()
        if (declared.probe, declared.name) == (column.probe, column.name)
    }
    assert layers and ("" in layers) != column.per_layer
