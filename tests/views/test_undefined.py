"""Panes of what supposes a gradient that is that of the loss, in runs with variants that have another."""

from __future__ import annotations

from dataclasses import replace

from bntui.records import RunInfo
from bntui.run.series.history import History
from bntui.run.series.merged import MergedHistory
from bntui.views.focus import Focus
from bntui.views.view_catalogue import VIEWS
from tests.tui.fake_source import COLUMNS, LAYERS

INFO = RunInfo(COLUMNS, ("bn", "cbn"), LAYERS, 100, 24, "digits", "cpu", "cpu", undefined={"smoothness": ("cbn",)})
FOCUS = Focus("conv1", {"smoothness": 25})


def test_a_pane_names_the_variants_that_it_does_not_show() -> None:
    assert VIEWS["beta"](History(INFO), FOCUS).note.startswith("1 left out (stop-gradient), cbn, ")
    assert "stop-gradient" not in VIEWS["loss"](History(INFO), FOCUS).note


def test_a_pane_without_any_variant_says_why() -> None:
    alone = History(replace(INFO, variants=("cbn",)))
    assert "statistics are held back from the gradient" in VIEWS["beta"](alone, FOCUS).empty


def test_compared_runs_name_them_by_their_labels() -> None:
    merged = MergedHistory({"one": {0: History(INFO)}, "two": {0: History(replace(INFO, undefined={}))}})
    assert merged.info.undefined == {"smoothness": ("one/cbn",)}
