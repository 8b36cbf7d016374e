"""The trainer: lock-step, determinism, divergence, pause and stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest
import torch

from bntui import process_clock
from bntui.data.dataset import Dataset
from bntui.probes import PROBES
from bntui.records import Event, Measurement, Notice, NoticeKind, Progress, RunInfo, UserError
from bntui.run.sources.control import Control
from bntui.train import loop, train
from bntui.train.clock import Clock
from bntui.train.loop import Uncontrolled
from bntui.train.recorder import Recorder
from tests.train.conftest import make, measured

ALL_OFF = ("probes.moments.every=0", "probes.gradient.every=0", "probes.smoothness.every=0", "probes.test.every=0")


def _losses(events: list[Measurement], variant: str = "") -> list[Measurement]:
    return [one for one in events if one.probe == "train" and (not variant or one.variant == variant)]


def test_two_runs_measure_the_same(dataset: Dataset) -> None:
    assert measured(train(make(), dataset)) == measured(train(make(), dataset))


def test_another_seed_gives_other_measurements(dataset: Dataset) -> None:
    assert measured(train(make(), dataset)) != measured(train(make("seed=1"), dataset))


def test_losses_are_the_same_with_all_probes_on_and_all_off(dataset: Dataset) -> None:
    assert _losses(measured(train(make(), dataset))) == measured(train(make(*ALL_OFF), dataset))


def test_a_variant_does_not_depend_on_the_other_variants(dataset: Dataset) -> None:
    together = measured(train(make(), dataset))
    alone = measured(train(make('variants=["noisy"]'), dataset))
    assert alone == [measurement for measurement in together if measurement.variant == "noisy"]


def test_variants_on_several_devices_measure_the_same_as_on_one(dataset: Dataset) -> None:
    # The CPU named twice stands for two devices.
    several = [list(train(make(device), dataset)) for device in ('device="cpu"', 'device=["cpu", "cpu"]')]
    assert measured(several[0]) == measured(several[1])
    assert several[0][0] == several[1][0]


@pytest.mark.skipif(torch.cuda.device_count() < 2, reason="needs two GPUs")
def test_two_gpus_measure_the_same_as_one(dataset: Dataset) -> None:
    one, two = (measured(train(make(device), dataset)) for device in ('device="cuda:0"', 'device=["cuda:0", "cuda:1"]'))
    assert [(each.step, each.variant, each.probe) for each in one] == [(e.step, e.variant, e.probe) for e in two]
    for here, there in zip(one, two, strict=True):
        assert here.values == pytest.approx(there.values, rel=1e-3, abs=1e-4, nan_ok=True)


def test_the_interval_between_copies_changes_nothing(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    default = measured(train(make(), dataset))
    monkeypatch.setattr(loop, "FLUSH_SECONDS", 0.0)
    assert measured(train(make(), dataset)) == default


def test_the_global_random_state_and_flags_do_not_change(dataset: Dataset) -> None:
    torch.manual_seed(3)
    state = torch.get_rng_state()
    tf32 = torch.backends.cudnn.allow_tf32
    measured(train(make(), dataset))
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.backends.cudnn.allow_tf32 == tf32


def test_the_first_event_describes_the_run(dataset: Dataset) -> None:
    info = next(train(make(), dataset))
    assert isinstance(info, RunInfo)
    assert info.variants == ("standard", "bn", "noisy")
    assert info.layers == ("conv1", "conv2")
    assert info.steps_per_epoch == 1500 // 16
    assert (info.dataset, info.classes) == ("digits", 10)
    assert info.majority == max(dataset.train.labels.tolist().count(label) for label in range(10)) / 1500
    assert {column.probe for column in info.columns} == {"train", "test", "gradient", "moments", "smoothness"}
    assert info.default_every.keys() == PROBES.keys()
    assert (info.default_every["train"], info.default_every["test"], info.default_every["ics"]) == (1, 100, 25)


def test_each_probe_keeps_its_schedule(dataset: Dataset) -> None:
    steps: dict[str, set[int]] = {}
    for one in measured(train(make(), dataset)):
        steps.setdefault(one.probe, set()).add(one.step)
    every = set(range(6))
    assert steps == {"train": every, "moments": every, "gradient": every, "smoothness": {0, 2, 4}, "test": {3, 6}}


def test_variants_share_their_batches_and_their_first_weights(dataset: Dataset) -> None:
    # The same kind twice: if order, weights or noise came from a shared stream, the two would differ.
    twins = 'variants=[{kind="noisy", name="a"}, {kind="noisy", name="b"}]'
    events = measured(train(make(twins), dataset))
    first, second = ([(o.step, o.probe, o.values) for o in events if o.variant == name] for name in "ab")
    assert first == second


def test_the_learning_rate_of_a_variant_is_its_own(dataset: Dataset) -> None:
    two = 'variants=[{kind="bn", name="slow", lr=0.01}, {kind="bn", name="fast"}]'
    events = measured(train(make(two), dataset))
    slow, fast = (_losses(events, name) for name in ("slow", "fast"))
    assert slow[0].values == fast[0].values
    assert slow[1].values != fast[1].values


def test_the_initial_weights_of_a_variant_may_be_its_own(dataset: Dataset) -> None:
    several = """variants=[{kind="bn", name="same"}, {kind="bn", name="explicit", seed=0, gain=1.0},
                {kind="bn", name="other", seed=7}, {kind="bn", name="large", gain=3.0}]"""
    events = measured(train(make(several.replace("\n", " ")), dataset))
    first = {name: _losses(events, name)[0].values for name in ("same", "explicit", "other", "large")}
    assert first["same"] == first["explicit"]
    assert len(set(first.values())) == 3
    tripled = measured(train(make('variants=["bn", {kind="bn", name="same", gain=1.0}]', "gain=3.0"), dataset))
    assert _losses(tripled, "bn")[0].values == first["large"]
    assert _losses(tripled, "same")[0].values == first["same"]
    seven = measured(train(make('variants=[{kind="bn", name="other"}]', "seed=7"), dataset))
    assert _losses(seven)[0].values != first["other"]  # the order of the data is the run's, not the variant's


def test_a_variant_that_diverges_stops_and_the_others_go_on(dataset: Dataset) -> None:
    spec = make('variants=[{kind="standard", name="wild", lr=1e30}, {kind="bn", name="tame"}]')
    events = list(train(spec, dataset))
    (notice,) = [event for event in events if isinstance(event, Notice)]
    assert (notice.kind, notice.variant) == ("diverged", "wild")
    assert notice.step is not None
    assert f"wild diverged at step {notice.step}" in notice.text
    steps = {name: [one.step for one in _losses(measured(events), name)] for name in ("wild", "tame")}
    assert steps == {"wild": list(range(notice.step + 1)), "tame": list(range(6))}
    alone = measured(train(make('variants=[{kind="bn", name="tame"}]'), dataset))
    assert alone == [one for one in measured(events) if one.variant == "tame"]


def test_weights_that_overflow_are_named_by_their_layer() -> None:
    recorder = Recorder({"wild": ("loss", "conv1", "conv1", "fc1")})
    nan = float("nan")
    recorder.add(7, "wild", "", torch.tensor([0.0, 0.0, nan, nan]))
    recorder.add(8, "wild", "train", torch.tensor([1.0]))
    (notice,) = recorder.flush()
    assert isinstance(notice, Notice)
    assert (notice.step, notice.where) == (7, "conv1")


DIVERGING = (
    'variants=[{kind="standard", name="first", lr=1e30}, {kind="noisy-standard", name="last", lr=10.0}]',
    "steps=60",
)


def _end_of(events: list[Event]) -> tuple[Notice, int]:
    """Return the last notice, and the steps of the last progress."""
    last = [event for event in events if isinstance(event, Notice)][-1]
    return last, [event for event in events if isinstance(event, Progress)][-1].steps


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("seconds", [0.0, 1e9])
def test_training_ends_with_the_last_divergence_whenever_values_are_copied(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch, seconds: float, threads: int
) -> None:
    monkeypatch.setattr(loop, "FLUSH_SECONDS", seconds)
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    events = list(train(make(*DIVERGING), dataset))
    torch.set_num_threads(before)
    diverged = [event.step for event in events if isinstance(event, Notice) and event.kind == "diverged"]
    steps = max(step for step in diverged if step is not None) + 1
    assert 5 < steps < 20
    text = f"every variant has diverged: ended after {steps} steps"
    assert _end_of(events) == (Notice(NoticeKind.ENDED, text, steps), steps)
    assert max(one.step for one in measured(events)) == steps - 1


def test_a_stop_or_a_pause_after_the_last_divergence_ends_training(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Pausing(Script):
        stopping = False

        def may_step(self) -> bool:
            return self.left > 0 and super().may_step()

        def wait(self) -> None:
            raise TimeoutError

    monkeypatch.setattr(loop, "FLUSH_SECONDS", 1e9)
    whole = _end_of(list(train(make(*DIVERGING), dataset)))
    assert _end_of(list(train(make(*DIVERGING), dataset, Script(40)))) == whole
    assert _end_of(list(train(make(*DIVERGING), dataset, Pausing(40)))) == whole


def test_a_batch_larger_than_the_set_is_refused(dataset: Dataset) -> None:
    with pytest.raises(UserError, match="batch_size = 1501: digits has 1500 training samples"):
        next(train(make("batch_size=1501"), dataset))


def test_closing_the_generator_ends_training(dataset: Dataset) -> None:
    events = train(make("steps=1000000"), dataset)
    next(events)
    events.close()
    with pytest.raises(StopIteration):
        next(events)


class Script(Uncontrolled):
    """A control that stops after some steps."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    @property
    def stopping(self) -> bool:  # type: ignore[override]
        return not self.left

    def may_step(self) -> bool:
        self.left -= 1
        return True


def test_a_stopped_run_has_all_its_steps_and_a_notice(dataset: Dataset) -> None:
    events = list(train(make(), dataset, Script(2)))
    assert {one.step for one in measured(events)} == {0, 1}
    assert events[-1] == Notice(NoticeKind.STOPPED, "stopped after 2 of 6 steps", 2)


def test_a_pause_changes_no_number_and_yields_all_measurements(dataset: Dataset) -> None:
    control = Control()
    control.step()
    events = train(make(), dataset, control)
    received: list[Event] = []
    for event in events:
        received.append(event)
        if isinstance(event, Progress) and event.steps == 1 and control.paused:
            threading.Timer(0, control.resume).start()
    assert Progress in {type(event) for event in received}
    assert measured(received) == measured(train(make(), dataset))


def test_a_pause_that_comes_at_any_moment_yields_all_measurements_before_it_blocks(dataset: Dataset) -> None:
    class Paused(Script):
        """Pauses in the answer to the question whether the next step may be taken, for ever."""

        def may_step(self) -> bool:
            return self.left > 0 and super().may_step()

        @property
        def stopping(self) -> bool:  # type: ignore[override]
            return False

        def wait(self) -> None:
            raise TimeoutError

    received: list[Event] = []
    with pytest.raises(TimeoutError):
        for event in train(make(), dataset, Paused(2)):
            received.append(event)
    assert {one.step for one in measured(received)} == {0, 1}


def test_every_batch_of_measurements_ends_with_progress(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "FLUSH_SECONDS", 0.0)

    def steps_seen(events: Iterator[Event]) -> Iterator[tuple[int, int]]:
        newest = -1
        for event in events:
            if isinstance(event, Measurement):
                newest = event.step
            elif isinstance(event, Progress):
                yield event.steps, newest

    assert all(done >= newest for done, newest in steps_seen(train(make(), dataset)))


def test_suspension_of_the_process_is_not_training_time(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "FLUSH_SECONDS", 0.0)
    real, stopped = time.perf_counter, [0.0]
    monkeypatch.setattr(time, "perf_counter", lambda: real() + stopped[0])
    last = Progress(0, 0.0, 0.0)
    for event in train(make(), dataset):
        if isinstance(event, Progress):
            last = event
            process_clock.stop()
            stopped[0] += 3600
            process_clock.start()
    assert last.seconds < 3600


def test_each_variant_has_its_own_seconds_of_training(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "FLUSH_SECONDS", 0.0)
    seen = [event for event in train(make(), dataset) if isinstance(event, Progress)]
    for before, after in pairwise(event for event in seen if event.steps):
        assert before.variant_seconds.keys() == after.variant_seconds.keys() == {"standard", "bn", "noisy"}
        taken = {name: seconds - before.variant_seconds[name] for name, seconds in after.variant_seconds.items()}
        assert all(seconds > 0 for seconds in taken.values()) or after.steps == before.steps


def test_the_seconds_of_a_variant_end_where_it_diverges(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "FLUSH_SECONDS", 0.0)
    spec = make('variants=[{kind="standard", name="wild", lr=1e30}, {kind="bn", name="tame"}]')
    events = list(train(spec, dataset))
    (diverged,) = (event.step for event in events if isinstance(event, Notice))
    assert diverged is not None
    seen = [event for event in events if isinstance(event, Progress)]
    last = max(event.steps for event in seen if "wild" in event.variant_seconds)
    # Known from the copy that follows the step, so that the step itself has its seconds.
    assert diverged < last < spec.steps
    assert all("tame" in event.variant_seconds for event in seen)


def test_seconds_of_an_asynchronous_device_without_events_are_not_known(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not Clock(torch.device("mps")).exact
    monkeypatch.setattr(Clock, "exact", False)
    assert all(not event.variant_seconds for event in train(make(), dataset) if isinstance(event, Progress))
