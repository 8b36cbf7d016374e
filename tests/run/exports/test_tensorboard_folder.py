"""TensorBoard: its own reader finds every value, histograms, and the configuration."""

from __future__ import annotations

import math
import socket
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from tensorboard.backend.event_processing import event_accumulator

from bntui.run.exports.stored_run import StoredRun
from bntui.run.exports.table import Table, table_of
from bntui.run.exports.tensorboard_folder import write_tensorboard
from tests.run.conftest import TENTH
from tests.run.exports.conftest import BINS, LAYERS, LOSS, made_run, stored_scalars


def _read(folder: Path) -> event_accumulator.EventAccumulator:
    """Read an event file completely; by default TensorBoard samples."""
    sizes = dict.fromkeys(event_accumulator.DEFAULT_SIZE_GUIDANCE, 0)
    return event_accumulator.EventAccumulator(str(folder), size_guidance=sizes).Reload()


def _values(read: event_accumulator.EventAccumulator) -> int:
    tags = read.Tags()
    scalars = sum(len(read.Scalars(tag)) for tag in tags["scalars"])
    return scalars + sum(len(read.Histograms(tag)) for tag in tags["histograms"]) * len(BINS) // len(LAYERS)


def test_every_value_is_there(table: Table, made: tuple[Path, Path], tmp_path: Path) -> None:
    write_tensorboard(table, tmp_path / "board")
    folders = [tmp_path / "board" / run.name / variant for run in made for variant in ("standard", "bn")]
    assert sorted(path.parent for path in tmp_path.rglob("*tfevents*")) == sorted(folders)
    assert sum(_values(_read(folder)) for folder in folders) == stored_scalars(*made)


def test_scalars_have_their_tags_steps_and_values(finished: Path, tmp_path: Path) -> None:
    write_tensorboard(table_of([StoredRun(finished)]), tmp_path / "board")
    standard = _read(tmp_path / "board" / "standard")
    assert set(standard.Tags()["scalars"]) == {
        *("train/loss", "train/accuracy"),
        *("moments/conv1/mean", "moments/conv1/mean_drift"),
    }
    loss = standard.Scalars("train/loss")
    assert [event.step for event in loss] == [0, 1]
    assert loss[0].value == 2.5 and math.isnan(loss[1].value)
    assert standard.Scalars("train/accuracy")[0].value == TENTH
    assert standard.Scalars("moments/conv1/mean")[1].value == math.inf
    # Two steps took 1.5 seconds.
    assert loss[1].wall_time - loss[0].wall_time == pytest.approx(0.75)
    assert loss[0].wall_time == datetime.fromisoformat(StoredRun(finished).provenance.begun).timestamp()


def test_a_distribution_is_a_histogram(table: Table, made: tuple[Path, Path], tmp_path: Path) -> None:
    write_tensorboard(table, tmp_path / "board")
    read = _read(tmp_path / "board" / made[1].name / "bn")
    assert read.Tags()["histograms"] == ["distribution/conv1", "distribution/conv2"]
    first, *others = read.Histograms("distribution/conv2")
    assert [event.step for event in (first, *others)] == [0, 10, 20, 30]
    shown = first.histogram_value
    assert (shown.min, shown.max, shown.num) == (-2.0, 2.0, 1.0)
    assert shown.bucket == [0.0, 0.5, 0.25, 0.25]
    np.testing.assert_allclose(shown.bucket_limit, [-2, -2 / 3, 2 / 3, 2])


def test_empty_bins_at_the_ends_are_not_the_distribution_s(tmp_path: Path) -> None:
    shares = (-1.0, -2.0, 1.0, 2.0, 0.0, math.nan, 1.0, math.nan, 0.0, math.nan)
    run = made_run(tmp_path, "made", 1, 0.1, LOSS + BINS, shares=shares)
    write_tensorboard(table_of([StoredRun(run)]), tmp_path / "board")
    read = _read(tmp_path / "board" / "bn")
    shown = read.Histograms("distribution/conv1")[0].histogram_value
    assert (shown.bucket_limit[0], shown.bucket_limit[-1]) == (-1.0, 1.0)
    np.testing.assert_allclose((shown.min, shown.max), (-1 / 3, 1 / 3))
    assert all(map(math.isnan, read.Histograms("distribution/conv2")[0].histogram_value.bucket[1:]))


def test_the_configuration_is_there(table: Table, made: tuple[Path, Path], tmp_path: Path) -> None:
    write_tensorboard(table, tmp_path / "board")
    read = _read(tmp_path / "board" / made[0].name / "bn")
    (text,) = read.Tensors("spec/text_summary")
    assert "lr = 0.1" in text.tensor_proto.string_val[0].decode()
    start = read.summary_metadata["_hparams_/session_start_info"].plugin_data.content
    assert b"optimizer.lr" in start and b"variant.kind" in start


def test_an_event_file_does_not_name_the_machine(table: Table, tmp_path: Path) -> None:
    write_tensorboard(table, tmp_path / "board")
    assert not list(tmp_path.rglob(f"*{socket.gethostname()}*"))
