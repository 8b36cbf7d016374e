"""Cost of the probes, against no probes or against the passes that they take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace

import torch
from torch import Tensor

from bntui.models import MODELS
from bntui.models.layers import Model, hidden
from bntui.models.vgg import POOL, vgg
from bntui.optimizer_spec import OptimizerSpec
from bntui.probes.ics import IcsProbe
from bntui.probes.probe import Point, Probe, ProbeOptions, Setting
from bntui.probes.smoothness import SmoothnessProbe
from bntui.records import Column
from bntui.train.batches import Batches, scaled
from bntui.train.clock import Clock
from bntui.train.scheduler import VariantScheduler, keep_freed_memory
from bntui.train.training_pass import TrainingPass
from bntui.train.variant_trainer import VariantTrainer
from tests.bench.measure import Result, ratio
from tests.bench.training import CPU, OFF, STEPS, digits, drain, network, spec

LONG = f"steps={4 * STEPS}"
"""Enough steps that the time to start a run hardly counts."""
TEN_LAYERS = replace(MODELS["vgg-mini"], build=vgg([8, 8, POOL, 16, 16, POOL, 32, 32, POOL, 32, 32], [64]))
"""A network of ten layers with weights."""


class _PointCapture(Probe):
    """Keeps the point of the last step, after its update."""

    name = "capture"
    after_update = True
    compares = True
    point: Point

    @property
    def columns(self) -> tuple[Column, ...]:
        return ()

    def measure(self, point: Point) -> Tensor:
        self.point = point
        return torch.empty(0)


def probes() -> Iterator[Result]:
    """Measure the probes' cost in the preset `noisy`."""
    dataset, without = digits(), spec(*OFF)
    moments = spec(*OFF, "probes.moments.every=1")
    cost = ratio(lambda: drain(moments, dataset), lambda: drain(without, dataset))
    yield Result("moments at every step", "no probes", cost, 1.10)
    scheduled, without = spec(LONG, *_test_schedule()), spec(LONG, *OFF)
    cost = ratio(lambda: drain(scheduled, dataset), lambda: drain(without, dataset), 3)
    yield Result("the preset's default schedule", "no probes", cost, 1.10)


def _test_schedule() -> list[str]:
    """Return overrides that measure the test set as many images per step as the preset, in `STEPS` steps."""
    test = spec().probes["test"]
    return [f"probes.test.every={STEPS}", f"probes.test.samples={test['samples'] * STEPS // test['every']}"]


def smoothness() -> Iterator[Result]:
    """Measure smoothness at s points against s plain passes."""
    probe, point = _after_a_step(SmoothnessProbe, MODELS["vgg-mini"])
    count = len(SmoothnessProbe.Options().etas)
    with _training_resources():
        cost = ratio(lambda: probe.measure(point), lambda: _passes(point, count), 25)
    yield Result(f"smoothness at {count} points", f"{count} plain forward and backward passes", cost, 1.05)


def ics() -> Iterator[Result]:
    """Measure covariate shift of all layers against one plain pass per layer."""
    probe, point = _after_a_step(IcsProbe, TEN_LAYERS)
    count = len(probe.setting.weighted)
    with _training_resources():
        cost = ratio(lambda: probe.measure(point), lambda: _passes(point, count), 15)
    yield Result(f"covariate shift of {count} layers", f"{count} plain forward and backward passes", cost, 0.4)


def _training_resources() -> AbstractContextManager[None]:
    """Return the trainer's thread and memory settings, as a context manager."""
    keep_freed_memory()
    return VariantScheduler(1, spec().threads).started()


def _after_a_step(kind: type[Probe], model: Model) -> tuple[Probe, Point]:
    """Return a probe and the point after the first step of a network with BatchNorm."""
    images, labels = Batches(digits(), 64, 0, CPU).at(0)
    trained = network("bn", model)
    weighted = tuple(name for name, _ in trained.named_children())
    layers = tuple(hidden(trained))
    setting = Setting(layers, weighted, 0, 1, images, labels, scaled, images, labels, OptimizerSpec())
    probe, capture = kind(kind.Options(every=1), setting), _PointCapture(ProbeOptions(), setting)
    training_pass = TrainingPass(trained, model.criterion, "float32")
    trainer = VariantTrainer("bn", training_pass, OptimizerSpec(), [probe, capture], Clock(CPU))
    for _ in trainer.step(0, images, labels):
        pass
    return probe, capture.point


def _passes(point: Point, count: int) -> None:
    for _ in range(count):
        point.network.zero_grad()
        point.criterion(point.network(point.images), point.labels).backward()
