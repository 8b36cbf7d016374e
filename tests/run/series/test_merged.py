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
        {"A": {0: _history(INFO, *MEASUREMENTS)}, "B": {0: _history(OTHER, Measurement(5, "bn", "train", (0.25,)))}}
    )
    assert merged.info.variants == ("A/standard", "A/bn", "B/bn")
    assert merged.points(Key("A/bn", "train", "loss")).steps.tolist() == [0, 1, 2]
    assert merged.points(Key("B/bn", "train", "loss")).steps.tolist() == [5]
    assert merged.points(Key("A/bn", "train", "loss")).last == 0.5
    assert merged.points(Key("B/bn", "train", "loss")).last == 0.25
    assert merged.version == len(MEASUREMENTS) + 1


def test_curves_that_a_run_does_not_measure_have_no_points() -> None:
    merged = MergedHistory({"A": {0: _history(INFO, *MEASUREMENTS)}, "B": {0: _history(OTHER)}})
    for key in (Key("B/bn", "moments", "mean", "conv1"), Key("bn", "train", "loss"), Key("C/bn", "train", "loss")):
        assert len(merged.points(key).steps) == 0
        assert merged.points(key).last is None


def test_layers_and_columns_are_the_union_and_steps_the_maximum() -> None:
    info = MergedHistory({"A": {0: History(INFO)}, "B": {0: History(OTHER)}}).info
    assert info.layers == ("conv1", "fc1")
    assert set(info.columns) == {*INFO.columns, *OTHER.columns}
    assert (info.steps, info.dataset, info.device) == (7, "digits and mnist", "cpu")


def test_a_run_has_one_color_and_each_variant_name_one_mark() -> None:
    merged = MergedHistory({"A": {0: History(INFO)}, "B": {0: History(OTHER)}})
    indices = [merged.style_index(variant) for variant in merged.info.variants]
    assert [style_index % PALETTE_SIZE for style_index in indices] == [0, 0, 1]
    assert len(set(indices)) == 3
    # Marks follow the variants' names.
    assert [(style_index + style_index // PALETTE_SIZE) % PALETTE_SIZE for style_index in indices] == [0, 1, 1]


def test_runs_of_one_group_are_averaged_over_their_seeds() -> None:
    group = {}
    for seed, loss in ((3, 1.0), (5, 2.0)):
        group[seed] = _history(OTHER, Measurement(0, "bn", "train", (loss,)))
        group[seed].over = True
    alone, beside = MergedHistory({"": group}), MergedHistory({"lr=1": group, "lr=2": {3: History(OTHER)}})
    assert (alone.info.variants, beside.info.variants) == (("bn",), ("lr=1/bn", "lr=2/bn"))
    for merged, name in ((alone, "bn"), (beside, "lr=1/bn")):
        key = Key(name, "train", "loss")
        assert merged.points(key).values.tolist() == [1.5]
        assert {seed: points.last for seed, points in merged.seeds(key).items()} == {3: 1.0, 5: 2.0}
    assert beside.points(Key("lr=2/bn", "train", "loss")).spread is None


def test_means_wait_for_the_slowest_seed_that_still_trains() -> None:
    fast, slow = (
        _history(OTHER, *(Measurement(step, "bn", "train", (1.0,)) for step in range(steps))) for steps in (4, 2)
    )
    merged, key = MergedHistory({"": {0: fast, 1: slow}}), Key("bn", "train", "loss")
    assert merged.points(key).steps.tolist() == [0]
    version = merged.version
    fast.over = True
    slow.over = True
    assert merged.points(key).steps.tolist() == [0, 1, 2, 3]
    assert merged.version > version


def test_more_groups_than_colors_have_marks_of_their_own() -> None:
    merged = MergedHistory({str(number): {0: History(INFO)} for number in range(20)})
    looks = {
        (index % PALETTE_SIZE, (index + index // PALETTE_SIZE) % PALETTE_SIZE)
        for index in map(merged.style_index, merged.info.variants)
    }
    assert len(looks) == len(merged.info.variants)
