"""Training that goes on from a checkpoint measures what training without an interruption does, bit by bit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest
import safetensors.numpy
import tomli_w

from bntui.data.dataset import Dataset
from bntui.probes import PROBES
from bntui.records import Checkpoint, Event, Notice, Progress, UserError
from bntui.run.sources.control import Control
from bntui.run.storage.schema import pack
from bntui.spec import ExperimentSpec, parse
from bntui.train import loop, resolve, train
from bntui.variants import VARIANTS
from tests.probes.trace import CHEAP
from tests.train.conftest import digits, make, measured
from tests.train.test_loop import Script

ALL_VARIANTS = f"variants={list(VARIANTS)}"
Row = tuple[int, str, str, bytes]


def schedules(every: Callable[[int], int]) -> str:
    """Return the table of all probes; `every` maps a probe's position to its schedule."""
    options = {**CHEAP, "test": {"samples": 20}}
    tables = {name: {**options[name], "every": every(index)} for index, name in enumerate(PROBES)}
    return tomli_w.dumps({"probes": tables})


EVERY_STEP, SOME_STEPS = schedules(lambda _: 1), schedules(lambda index: 2 + index % 3)


def spec(probes: str, *overrides: str) -> ExperimentSpec:
    text = 'network = "blog-cnn"\ndataset = "digits"\nsteps = 6\nbatch_size = 8\nvariants = ["bn"]\n'
    optimizer = "[optimizer]\nmomentum = 0.9\nweight_decay = 1e-3\n"
    return resolve(parse(text + optimizer + probes, "it", overrides=overrides))


def checkpoints(events: Iterable[Event]) -> list[Checkpoint]:
    return [event for event in events if isinstance(event, Checkpoint)]


def stopped(spec: ExperimentSpec, dataset: Dataset, steps: int, start: Checkpoint | None = None) -> list[Event]:
    taken = start.progress.steps if start else 0
    return list(train(spec, dataset, Script(steps - taken), start))


def reread(checkpoint: Checkpoint) -> Checkpoint:
    """Return the checkpoint after a round trip through its file's format."""
    arrays = safetensors.numpy.load(safetensors.numpy.save(dict(checkpoint.arrays)))
    return replace(checkpoint, arrays=arrays)


def exactly(events: Iterable[Event]) -> list[Row]:
    """Return the measurements with the bytes of their values, in which NaN equals itself."""
    return [(one.step, one.variant, one.probe, pack(one.values)) for one in measured(events)]


def before(step: int, events: Iterable[Event]) -> list[Row]:
    return [row for row in exactly(events) if row[0] < step]


def resumed(whole: ExperimentSpec, dataset: Dataset, *at: int) -> list[Row]:
    """Train, stop at each of the steps and go on from its checkpoint; return the measurements of all parts."""
    start, parts = None, []
    for step in at:
        events = stopped(whole, dataset, step, start)
        (checkpoint,) = checkpoints(events)
        assert checkpoint.progress.steps == step
        start = reread(checkpoint)
        parts += before(step, events)
    return parts + exactly(train(whole, dataset, start=start))


@pytest.mark.parametrize("probes", [EVERY_STEP, SOME_STEPS], ids=["every step", "some steps"])
def test_every_probe_goes_on(dataset: Dataset, probes: str) -> None:
    whole = spec(probes)
    assert resumed(whole, dataset, 2, 3) == exactly(train(whole, dataset))


def test_every_variant_goes_on(dataset: Dataset) -> None:
    whole = spec("[probes.test]\nevery = 2\nsamples = 20\n[probes.moments]\n", ALL_VARIANTS)
    assert resumed(whole, dataset, 1, 5) == exactly(train(whole, dataset))


def test_it_goes_on_without_a_variant_that_diverged(dataset: Dataset) -> None:
    whole = spec(EVERY_STEP, 'variants=[{kind="standard", name="wild", lr=1e30}, {kind="bn", name="tame"}]')
    uninterrupted = list(train(whole, dataset))
    (notice,) = [event for event in uninterrupted if isinstance(event, Notice)]
    assert notice.step is not None
    assert resumed(whole, dataset, notice.step + 1, 4) == exactly(uninterrupted)


def test_it_ends_with_the_last_divergence(dataset: Dataset) -> None:
    variants = 'variants=[{kind="standard", name="first", lr=1e30}, {kind="noisy-standard", name="last", lr=10.0}]'
    whole = spec("", variants, "steps=60", "optimizer.momentum=0")
    (checkpoint,) = checkpoints(stopped(whole, dataset, 5))
    assert set(checkpoint.diverged) == {"first"}
    uninterrupted, resumed_at_5 = (list(train(whole, dataset, start=start)) for start in (None, checkpoint))
    assert uninterrupted[-1] == resumed_at_5[-1]
    assert isinstance(uninterrupted[-1], Notice)


def test_regression_goes_on() -> None:
    from bntui.data import Request, load

    gaussian = load("gaussian", Request((10, 1, 1)))
    whole = spec(SOME_STEPS, "network=dln", "dataset=gaussian", "optimizer.lr=1e-6")
    assert resumed(whole, gaussian, 3) == exactly(train(whole, gaussian))


@pytest.mark.parametrize("precision", ["bf16", "cuda_graphs"])
def test_other_passes_go_on(dataset: Dataset, precision: str) -> None:
    option = "cuda_graphs=true" if precision == "cuda_graphs" else f"precision={precision}"
    whole = spec("[probes.smoothness]\nevery = 2\n", option, 'variants=["noisy", "l1"]')
    assert resumed(whole, dataset, 3) == exactly(train(whole, dataset))


@pytest.mark.parametrize("probes", [EVERY_STEP, SOME_STEPS], ids=["every step", "some steps"])
def test_a_longer_run_from_the_last_checkpoint_of_a_shorter_one_equals_it(dataset: Dataset, probes: str) -> None:
    short, long = spec(probes, "steps=4"), spec(probes, "steps=7")
    events = list(train(short, dataset))
    (last,) = checkpoints(events)
    assert before(4, events) + exactly(train(long, dataset, start=reread(last))) == exactly(train(long, dataset))


def test_checkpoints_come_at_the_interval_after_the_measurements_before_them(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "FLUSH_SECONDS", 1e9)
    received: list[Event] = []
    for event in train(make("checkpoint.seconds=1e-9"), dataset):
        if isinstance(event, Checkpoint):
            assert {one.step for one in measured(received)} == set(range(event.progress.steps))
            assert received[-1] == event.progress
        received.append(event)
    assert [checkpoint.progress.steps for checkpoint in checkpoints(received)] == [1, 2, 3, 4, 5, 6]
    assert exactly(received) == exactly(train(make(), dataset))


def test_a_paused_trainer_saves_when_told(dataset: Dataset) -> None:
    control = Control()
    control.step()
    seen = []
    for event in train(make(), dataset, control):
        if isinstance(event, Progress) and event.steps == 1 and not seen:
            seen.append(event)
            control.checkpoint()
        elif isinstance(event, Checkpoint):
            seen.append(event.progress)
            control.stop()
    assert [progress.steps for progress in seen] == [1, 1, 1]


def test_there_are_none_without_an_interval(dataset: Dataset) -> None:
    assert not checkpoints(train(make("checkpoint.seconds=0"), dataset))


def test_the_seconds_go_on(dataset: Dataset) -> None:
    (last,) = checkpoints(stopped(make(), dataset, 2))
    start = replace(last, progress=Progress(2, 1000.0, 100.0))
    seconds = [event for event in train(make(), dataset, start=start) if isinstance(event, Progress)][-1]
    assert seconds.steps == 6
    assert 1000 < seconds.seconds < 1900
    assert 100 < seconds.probe_seconds < 1000


def test_a_checkpoint_is_a_copy(dataset: Dataset) -> None:
    events = train(make("checkpoint.seconds=1e-9"), dataset)
    first = next(event for event in events if isinstance(event, Checkpoint) and event.progress.steps == 1)
    then = {name: array.copy() for name, array in first.arrays.items()}
    list(events)
    assert all((then[name] == array).all() for name, array in first.arrays.items())


def test_a_checkpoint_of_another_network_is_refused(dataset: Dataset) -> None:
    (last,) = checkpoints(stopped(make(), dataset, 2))
    with pytest.raises(UserError, match="the checkpoint of step 2 does not fit variant standard: "):
        next(train(make("network=vgg-mini"), digits("vgg-mini"), start=last))
