"""Variants run in parallel: the numbers do not depend on the number of cores, and errors reach the caller."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

import pytest
import torch

from bntui.data.dataset import Dataset
from bntui.records import Notice, NoticeKind, Progress
from bntui.run.sources.control import Control
from bntui.train import train
from bntui.train.scheduler import VariantScheduler
from bntui.train.variant_trainer import VariantTrainer
from tests.train.conftest import make, measured

PATIENCE = 30.0


@pytest.fixture
def set_threads() -> Iterator[Callable[[int], None]]:
    """Return a function that sets torch's number of threads for the test."""
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


@pytest.mark.parametrize("threads", [1, 2])
def test_the_numbers_do_not_depend_on_how_many_cores_there_are(
    dataset: Dataset, set_threads: Callable[[int], None], threads: int
) -> None:
    runs = []
    for cores in (threads, 2 * threads, 3 * threads + 1):
        set_threads(cores)
        runs.append(measured(train(make(f"threads={threads}"), dataset)))
        assert torch.get_num_threads() == cores
    assert runs[0] == runs[1] == runs[2]


def test_a_pause_and_a_stop_leave_no_step_half_done(dataset: Dataset, set_threads: Callable[[int], None]) -> None:
    set_threads(2)
    control, received = Control(), []
    control.step()
    for event in train(make(), dataset, control):
        received.append(event)
        if isinstance(event, Progress) and event.steps and not control.may_step():
            assert {one.variant for one in measured(received) if one.step == event.steps - 1} == {
                "standard",
                "bn",
                "noisy",
            }
            if event.steps < 3:
                threading.Timer(0, control.step).start()
            else:
                control.stop()
    assert received[-1] == Notice(NoticeKind.STOPPED, "stopped after 3 of 6 steps", 3)


def test_an_error_in_a_variant_ends_training_after_the_earlier_measurements(
    dataset: Dataset, set_threads: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_threads(2)
    whole = measured(train(make(), dataset))
    step = VariantTrainer.step

    def failing(self: VariantTrainer, number: int, images: torch.Tensor, labels: torch.Tensor) -> Iterator[Any]:
        if (self.name, number) == ("bn", 3):
            raise RuntimeError("out of memory")
        return step(self, number, images, labels)

    monkeypatch.setattr(VariantTrainer, "step", failing)
    received = []
    with pytest.raises(RuntimeError, match="out of memory"):
        for event in train(make(), dataset):
            received.append(event)
    assert measured(received) == [one for one in whole if (one.step, one.variant != "standard") < (3, True)]
    assert torch.get_num_threads() == 2


def test_two_variants_run_in_parallel_and_each_in_order(set_threads: Callable[[int], None]) -> None:
    set_threads(2)
    scheduler, order, meet = VariantScheduler(3, 1), [], threading.Barrier(2)

    def work(name: str, number: int, *, both: bool) -> int:
        if both:
            meet.wait(PATIENCE)
        assert torch.get_num_threads() == 1
        order.append((name, number))
        return number

    def begin(name: str, number: int, *, both: bool = False) -> Future[int]:
        return scheduler.submit(name, lambda: work(name, number, both=both))

    with scheduler.started():
        together = [begin(name, 0, both=True) for name in "ab"]
        assert [future.result(PATIENCE) for future in together] == [0, 0]
        later = [begin(name, number) for number in range(1, 20) for name in "abc"]
        assert [future.result(PATIENCE) for future in later] == [number for number in range(1, 20) for _ in "abc"]
    for name in "abc":
        numbers = [number for one, number in order if one == name]
        assert numbers == sorted(numbers)


def test_the_variant_with_the_fewest_finished_tasks_goes_next(set_threads: Callable[[int], None]) -> None:
    set_threads(2)
    scheduler, order = VariantScheduler(3, 1), []
    busy, goes_on = threading.Semaphore(0), {name: threading.Event() for name in "xy"}

    def hold(name: str) -> None:
        busy.release()
        goes_on[name].wait(PATIENCE)

    with scheduler.started():
        for name in "aab":
            scheduler.submit(name, lambda: None).result(PATIENCE)
        held = {name: scheduler.submit(name, functools.partial(hold, name)) for name in "xy"}
        for _ in held:
            busy.acquire(timeout=PATIENCE)
        waiting = [scheduler.submit(name, functools.partial(order.append, name)) for name in "abc"]
        goes_on["x"].set()
        for future in waiting:
            future.result(PATIENCE)
        goes_on["y"].set()
    assert order == ["c", "b", "a"]


def test_one_variant_or_one_worker_runs_in_the_calling_thread(set_threads: Callable[[int], None]) -> None:
    set_threads(2)
    for scheduler in (VariantScheduler(1, 1), VariantScheduler(3, 2), VariantScheduler(3, None)):
        with scheduler.started():
            assert scheduler.submit("a", threading.current_thread).result() is threading.current_thread()
            assert scheduler.ahead == 0
