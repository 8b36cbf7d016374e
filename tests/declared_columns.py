"""The columns that the probes declare, without training: what views, tables, claims and fake sources may name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import torch

from bntui.optimizer_spec import OptimizerSpec
from bntui.probes import PROBES
from bntui.probes.probe import Setting
from bntui.records import Column

LAYERS = ("conv1", "fc1")
OUTPUT = "fc2"
CLASSES = 10


def declared_columns(
    layers: Sequence[str] = LAYERS,
    *,
    output: str = OUTPUT,
    regression: bool = False,
    options: Mapping[str, Mapping[str, object]] = MappingProxyType({}),
) -> tuple[Column, ...]:
    """Return all columns of all probes, in the trainer's order; `options` are those that are not the default, by probe.

    `layers` are the hidden layers, `output` is the last one with weights. `regression` stands for a data set without
    classes, in which `train` and `test` have no accuracy.
    """
    setting = Setting(
        layers=tuple(layers),
        weighted=(*layers, output),
        seed=0,
        steps=1,
        test_images=torch.empty(0, 1, 1, 1),
        test_labels=torch.empty(0, dtype=torch.float32 if regression else torch.int64),
        scaled=lambda images: images,
        train_images=torch.empty(0, 1, 1, 1),
        train_labels=torch.empty(0),
        optimizer=OptimizerSpec(),
        classes=0 if regression else CLASSES,
    )
    return tuple(
        column
        for name, probe in PROBES.items()
        for column in probe(probe.Options.model_validate(options.get(name, {})), setting).columns
    )


def declared_names() -> set[tuple[str, str]]:
    """Every (probe, column name) that some run can have: in classification, in regression, or in both."""
    columns = declared_columns() + declared_columns(regression=True)
    return {(column.probe, column.name) for column in columns}
