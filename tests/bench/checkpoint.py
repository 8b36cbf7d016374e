"""Cost of checkpoints at the default interval."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from bntui.data import Request, load
from bntui.models import MODELS
from bntui.records import Progress
from bntui.run.storage import checkpoints
from bntui.spec import ExperimentSpec
from bntui.spec import load as load_preset
from bntui.train import resolve
from bntui.train.build import data_by_variant, variant_trainer
from bntui.train.scheduler import keep_freed_memory
from bntui.train.state import saved
from bntui.train.variant_trainer import VariantTrainer
from tests.bench.measure import Result, seconds

ROUNDS = 5
PRESETS = {"vgg-mini": "noisy", "vgg": "paper-noisy"}


def checkpoint() -> Iterator[Result]:
    """Measure by how much a checkpoint of three variants delays training, as a share of the time between two.

    The delay is the time of the copy, and the processor time of the writing thread, all of which it may take from
    training; so this is an upper bound.
    """
    keep_freed_memory()
    for network, preset in PRESETS.items():
        spec = resolve(load_preset(preset, ["dataset=digits", "device=cpu", "batch_size=8", "optimizer.momentum=0.9"]))
        share = _delay(_after_a_step(spec)) / spec.checkpoint.seconds
        yield Result(f"a checkpoint of {network}", "the time between two", share * 100, 1.0, form="{:.3f} %")


def _after_a_step(spec: ExperimentSpec) -> list[VariantTrainer]:
    """Return the trainers of all variants, with momentum and what probes remember."""
    shape = MODELS[spec.network.kind].input_shape
    dataset = load(spec.dataset, Request((shape.channels, shape.height, shape.width)))
    data = data_by_variant(spec, dataset)
    trainers = [variant_trainer(spec, dataset, variant, data[variant.name]) for variant in spec.variants]
    for trainer in trainers:
        for _ in trainer.step(0, *data[trainer.name].batches.at(0)):
            pass
    return trainers


def _delay(trainers: list[VariantTrainer]) -> float:
    progress = Progress(1, 1.0, 0.0)
    with tempfile.TemporaryDirectory() as folder:
        taken = saved(trainers, progress, {})
        copies = [seconds(lambda: saved(trainers, progress, {})) for _ in range(ROUNDS)]
        writes = [_processor_seconds(lambda: checkpoints.write(Path(folder), taken)) for _ in range(ROUNDS)]
    return median(copies) + median(writes)


def _processor_seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun
