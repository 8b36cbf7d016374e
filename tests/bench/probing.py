"""What the probes cost beside none, or beside the passes that they take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace

import torch

from bntui.models import MODELS
from bntui.models.layers import Model, assemble, hidden
from bntui.models.vgg import POOL, vgg
from bntui.probes.ics import IcsProbe
from bntui.probes.probe import Point, Probe, Setting
from bntui.probes.smoothness import SmoothnessProbe
from bntui.spec import NoiseSpec, OptimizerSpec
from bntui.train.batches import Batches, scaled
from bntui.train.clock import Clock
from bntui.train.scheduler import VariantScheduler, keep_freed_memory
from bntui.train.training_pass import TrainingPass
from bntui.train.variant_trainer import VariantTrainer
from bntui.variants import VARIANTS
from bntui.variants.variant import NormSite
from tests.bench.measure import Figure, ratio
from tests.bench.training import OFF, STEPS, digits, drain, spec

CPU = torch.device("cpu")
LONG = f"steps={4 * STEPS}"
"""So that what a run needs to begin with is no part of what measuring costs a step."""
TEN = replace(MODELS["vgg-mini"], build=vgg([8, 8, POOL, 16, 16, POOL, 32, 32, POOL, 32, 32], [64]))
"""Ten layers with weights."""


def probes() -> Iterator[Figure]:
    """What measuring costs the preset `noisy`."""
    dataset, none = digits(), spec(*OFF)
    moments = spec(*OFF, "probes.moments.every=1")
    cost = ratio(lambda: drain(moments, dataset), lambda: drain(none, dataset))
    yield Figure("moments at every step", "no probes", cost, 1.10)
    scheduled, none = spec(LONG, *_test_in_proportion()), spec(LONG, *OFF)
    cost = ratio(lambda: drain(scheduled, dataset), lambda: drain(none, dataset), 3)
    yield Figure("the preset's default schedule", "no probes", cost, 1.10)


def _test_in_proportion() -> list[str]:
    """A look each turn at that share of the test set's samples that falls to it."""
    test = spec().probes["test"]
    return [f"probes.test.every={STEPS}", f"probes.test.samples={test['samples'] * STEPS // test['every']}"]


def smoothness() -> Iterator[Figure]:
    """Smoothness at s points beside s plain passes."""
    probe, point = _after_a_step(SmoothnessProbe, MODELS["vgg-mini"])
    count = len(SmoothnessProbe.Options().etas)
    with _as_in_training():
        cost = ratio(lambda: probe.measure(point), lambda: _passes(point, count), 25)
    yield Figure(f"smoothness at {count} points", f"{count} plain forward and backward passes", cost, 1.05)


def ics() -> Iterator[Figure]:
    """Covariate shift of all layers beside what it takes layer by layer: one pass each."""
    probe, point = _after_a_step(IcsProbe, TEN)
    count = len(probe.setting.weighted)
    with _as_in_training():
        cost = ratio(lambda: probe.measure(point), lambda: _passes(point, count), 15)
    yield Figure(f"covariate shift of {count} layers", f"{count} plain forward and backward passes", cost, 0.4)


def _as_in_training() -> AbstractContextManager[None]:
    """The threads and the memory that a variant has when the trainer has it measured."""
    keep_freed_memory()
    return VariantScheduler(1, spec().threads).taken()


def _after_a_step(kind: type[Probe], model: Model) -> tuple[Probe, Point]:
    """A probe, and what it measures once a network with BatchNorm has taken a step."""
    images, labels = Batches(digits(), 64, 0, CPU).at(0)
    network = assemble(
        model, "bn", lambda *size: VARIANTS["bn"]().layer(NormSite(*size, 0), NoiseSpec()), model.input_shape, 10, 0
    )
    weighted = tuple(name for name, _ in network.named_children())
    probe = kind(kind.Options(), Setting(tuple(hidden(network)), weighted, 0, 1, images, labels, scaled))
    passes = TrainingPass(network, model.criterion, "float32")
    learner = VariantTrainer("bn", passes, 0.1, OptimizerSpec(), [probe], Clock(CPU))
    point, before = learner._point(0, images, labels), learner._kept_for(0)
    learner._optimizer.step()
    return probe, replace(point, before=before)


def _passes(point: Point, count: int) -> None:
    for _ in range(count):
        point.network.zero_grad()
        point.criterion(point.network(point.images), point.labels).backward()
