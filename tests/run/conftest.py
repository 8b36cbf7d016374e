"""A run written by hand: known measurements, without training anything."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from bntui.records import (
    Column,
    GpuReading,
    Measurement,
    Notice,
    NoticeKind,
    Progress,
    Reading,
    RunInfo,
    State,
    SystemReading,
)
from bntui.run.storage.writer import RunWriter
from bntui.spec import ExperimentSpec, parse

INFO = RunInfo(
    columns=(
        Column("train", "loss", unit="nats"),
        Column("train", "accuracy"),
        Column("moments", "mean", "conv1"),
        Column("moments", "mean_drift", "conv1"),
    ),
    variants=("standard", "bn"),
    layers=("conv1",),
    steps=3,
    steps_per_epoch=2,
    dataset="digits",
    device="cpu",
    device_name="a processor",
    default_every={"train": 1, "test": 100},
    undefined={"smoothness": ("bn",)},
)

TENTH = 0.10000000149011612  # the float32 nearest to 0.1
TINY = 1.0000000031710769e-30  # and to 1e-30

MEASUREMENTS = (
    Measurement(0, "standard", "train", (2.5, TENTH)),
    Measurement(0, "standard", "moments", (0.5,)),
    Measurement(0, "bn", "train", (2.25, 0.25)),
    Measurement(1, "standard", "train", (math.nan, 0.0)),
    Measurement(1, "standard", "moments", (math.inf, 0.125)),
    Measurement(1, "bn", "train", (TINY, 1.0)),
    Measurement(2, "bn", "train", (0.5, 0.75)),
)

NOTICES = (
    Notice(NoticeKind.FALLBACK, "digits instead"),
    Notice(NoticeKind.DIVERGED, "standard diverged at step 1", 1, "standard", "loss"),
)

READINGS = (
    Reading(Progress(1, 1.0, 0.125, {"standard": 0.25, "bn": 0.5})),
    Reading(Progress(2, 1.5, 0.25, {"bn": 0.75}), SystemReading(150.5, 1e9, (GpuReading(2.0**36, 2.0**37, 87.0),))),
)


@pytest.fixture
def spec() -> ExperimentSpec:
    return parse('network = "vgg-mini"\ndataset = "mnist"\nvariants = ["standard", "bn"]\nsteps = 3', "p")


@pytest.fixture
def writer(tmp_path: Path, spec: ExperimentSpec) -> RunWriter:
    """A run under way, with everything above in it."""
    writer = RunWriter(tmp_path / "runs", spec)
    writer.begin(INFO)
    writer.write([*MEASUREMENTS, *NOTICES], Progress(2, 1.5, 0.25), READINGS)
    return writer


@pytest.fixture
def finished(writer: RunWriter) -> Path:
    """The folder of the run, ended."""
    writer.close(State.FINISHED)
    return writer.folder
