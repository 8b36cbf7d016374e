"""The curves of several runs as one: each under its run's label."""

from __future__ import annotations

from bntui.records import Column, Measurement, RunInfo
from bntui.run.series.history import History, Key
from bntui.run.series.merged import PALETTE_SIZE, MergedHistory
from tests.run.conftest import INFO, MEASUREMENTS

OTHER = RunInfo(
    columns=(Column("train", "loss"), Column("scale", "rms", "fc1")),
    variants=("bn",),
    layers=("conv1", "fc1"),
    steps=7,
    steps_per_epoch=4,
    dataset="mnist",
    device="cpu",
    device_name="a processor",
)


def _history(info: RunInfo, *measurements: Measurement) -> History:
    history = History(info)
    history.extend(measurements)
    return history


def test_variants_are_named_after_their_run() -> None:
    merged = MergedHistory(
        {"A": _history(INFO, *MEASUREMENTS), "B": _history(OTHER, Measurement(5, "bn", "train", (0.25,)))}
    )
    assert merged.info.variants == ("A/standard", "A/bn", "B/bn")
    assert merged.points(Key("A/bn", "train", "loss")).steps.tolist() == [0, 1, 2]
    assert merged.points(Key("B/bn", "train", "loss")).steps.tolist() == [5]
    assert merged.points(Key("A/bn", "train", "loss")).last == 0.5
    assert merged.points(Key("B/bn", "train", "loss")).last == 0.25
    assert merged.version == len(MEASUREMENTS) + 1


def test_curves_that_a_run_does_not_measure_have_no_points() -> None:
    merged = MergedHistory({"A": _history(INFO, *MEASUREMENTS), "B": _history(OTHER)})
    for key in (Key("B/bn", "moments", "mean", "conv1"), Key("bn", "train", "loss"), Key("C/bn", "train", "loss")):
        assert len(merged.points(key).steps) == 0
        assert merged.points(key).last is None


def test_layers_and_columns_are_the_union_and_steps_the_maximum() -> None:
    info = MergedHistory({"A": History(INFO), "B": History(OTHER)}).info
    assert info.layers == ("conv1", "fc1")
    assert set(info.columns) == {*INFO.columns, *OTHER.columns}
    assert (info.steps, info.dataset, info.device) == (7, "digits and mnist", "cpu")


def test_a_run_has_one_color_and_each_variant_name_one_mark() -> None:
    merged = MergedHistory({"A": History(INFO), "B": History(OTHER)})
    indices = [merged.style_index(variant) for variant in merged.info.variants]
    assert [style_index % PALETTE_SIZE for style_index in indices] == [0, 0, 1]
    assert len(set(indices)) == 3
    # Marks follow the variants' names.
    assert [(style_index + style_index // PALETTE_SIZE) % PALETTE_SIZE for style_index in indices] == [0, 1, 1]
