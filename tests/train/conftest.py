"""A small experiment for tests, and its measurements."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

import pytest

from bntui.data import Request, load
from bntui.data.dataset import Dataset
from bntui.models import MODELS
from bntui.records import Event, Measurement
from bntui.spec import ExperimentSpec, parse
from bntui.train import resolve

PRESET = """
network = "blog-cnn"
dataset = "digits"
steps = 6
batch_size = 16
variants = ["standard", "bn", "noisy"]
[optimizer]
lr = 0.1
[probes.moments]
[probes.gradient]
[probes.smoothness]
every = 2
[probes.test]
every = 3
samples = 50
"""

Make = Callable[..., ExperimentSpec]


def make(*overrides: str) -> ExperimentSpec:
    return resolve(parse(PRESET, "small", overrides=overrides))


@cache
def digits(network: str = "blog-cnn") -> Dataset:
    input_shape = MODELS[network].input_shape
    return load("digits", Request((input_shape.channels, input_shape.height, input_shape.width)))


@pytest.fixture
def dataset() -> Dataset:
    return digits()


def measured(events: Iterable[Event]) -> list[Measurement]:
    return [event for event in events if isinstance(event, Measurement)]
