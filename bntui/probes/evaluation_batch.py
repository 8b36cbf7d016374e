"""A batch of the training set on which probes measure at every step, and the statistics that normalize it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Annotated, Literal, NamedTuple

import torch
from pydantic import Field
from torch import Tensor, nn

from bntui.probes.probe import ProbeOptions, Setting
from bntui.seeding import random_key

Statistics = Literal["batch", "frozen"]
"""What normalizes: the statistics of the batch in the pass, or the running ones, which are constants."""


class OnEvaluationBatch(ProbeOptions):
    """`samples`: the number of training samples in the evaluation batch, drawn by the run's seed; 0 for all."""

    samples: Annotated[int, Field(ge=0, lt=2**31)] = 512


class EvaluationBatch(NamedTuple):
    """`images` (samples, c, h, w) float and `labels` (samples,), on the device."""

    images: Tensor
    labels: Tensor

    @classmethod
    def drawn(cls, setting: Setting, samples: int, purpose: tuple[str, ...] = ("evaluation batch",)) -> EvaluationBatch:
        """Return samples of the training set, which the run's seed determines: the same ones at all steps.

        They are drawn independently for each `purpose`.
        """
        images, labels = setting.train_images, setting.train_labels
        if 0 < samples < len(labels):
            generator = torch.Generator().manual_seed(random_key(setting.seed, *purpose))
            chosen = torch.randperm(len(labels), generator=generator)[:samples].to(labels.device)
            images, labels = images[chosen], labels[chosen]
        return cls(setting.scaled(images), labels)


@contextlib.contextmanager
def normalized_by(statistics: Statistics, network: nn.Module) -> Iterator[None]:
    """Have the network's layers normalize by these statistics while inside; noise and dropout stay as in training."""
    # Layers that keep statistics do so in buffers.
    layers = [module for module in network.modules() if module.training and any(True for _ in module.buffers(False))]
    try:
        for layer in layers:
            layer.train(statistics == "batch")
        yield
    finally:
        for layer in layers:
            layer.train()
