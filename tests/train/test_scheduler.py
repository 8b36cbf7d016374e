"""Variants share out the cores: the numbers are the same with any number of them, and what goes wrong is told."""

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
def given() -> Iterator[Callable[[int], None]]:
    """Gives torch so many threads, for the test."""
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


@pytest.mark.parametrize("threads", [1, 2])
def test_the_numbers_do_not_depend_on_how_many_cores_there_are(
    dataset: Dataset, given: Callable[[int], None], threads: int
) -> None:
    runs = []
    for cores in (threads, 2 * threads, 3 * threads + 1):
        given(cores)
        runs.append(measured(train(make(f"threads={threads}"), dataset)))
        assert torch.get_num_threads() == cores
    assert runs[0] == runs[1] == runs[2]


def test_a_pause_and_a_stop_leave_no_step_half_done(dataset: Dataset, given: Callable[[int], None]) -> None:
    given(2)
    control, seen = Control(), []
    control.step()
    for event in train(make(), dataset, control):
        seen.append(event)
        if isinstance(event, Progress) and control.would_wait():
            assert {one.variant for one in measured(seen) if one.step == event.steps - 1} == {"standard", "bn", "noisy"}
            if event.steps < 3:
                threading.Timer(0, control.step).start()
            else:
                control.stop()
    assert seen[-1] == Notice(NoticeKind.STOPPED, "stopped after 3 of 6 steps", 3)


def test_what_fails_in_a_variant_ends_training_after_what_was_measured(
    dataset: Dataset, given: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    given(2)
    whole = measured(train(make(), dataset))
    step = VariantTrainer.step

    def failing(self: VariantTrainer, number: int, images: torch.Tensor, labels: torch.Tensor) -> Iterator[Any]:
        if (self.name, number) == ("bn", 3):
            raise RuntimeError("out of memory")
        return step(self, number, images, labels)

    monkeypatch.setattr(VariantTrainer, "step", failing)
    seen = []
    with pytest.raises(RuntimeError, match="out of memory"):
        for event in train(make(), dataset):
            seen.append(event)
    assert measured(seen) == [one for one in whole if (one.step, one.variant != "standard") < (3, True)]
    assert torch.get_num_threads() == 2


def test_two_are_at_work_at_a_time_and_each_in_its_order(given: Callable[[int], None]) -> None:
    given(2)
    cores, order, meet = VariantScheduler(3, 1), [], threading.Barrier(2)

    def work(name: str, number: int, *, both: bool) -> int:
        if both:
            meet.wait(PATIENCE)
        assert torch.get_num_threads() == 1
        order.append((name, number))
        return number

    def begin(name: str, number: int, *, both: bool = False) -> Future[int]:
        return cores.begin(name, lambda: work(name, number, both=both))

    with cores.taken():
        together = [begin(name, 0, both=True) for name in "ab"]
        assert [future.result(PATIENCE) for future in together] == [0, 0]
        later = [begin(name, number) for number in range(1, 20) for name in "abc"]
        assert [future.result(PATIENCE) for future in later] == [number for number in range(1, 20) for _ in "abc"]
    for name in "abc":
        numbers = [number for one, number in order if one == name]
        assert numbers == sorted(numbers)


def test_the_hindmost_goes_first(given: Callable[[int], None]) -> None:
    given(2)
    cores, order = VariantScheduler(3, 1), []
    busy, goes_on = threading.Semaphore(0), {name: threading.Event() for name in "xy"}

    def hold(name: str) -> None:
        busy.release()
        goes_on[name].wait(PATIENCE)

    with cores.taken():
        for name in "aab":
            cores.begin(name, lambda: None).result(PATIENCE)
        held = {name: cores.begin(name, functools.partial(hold, name)) for name in "xy"}
        for _ in held:
            busy.acquire(timeout=PATIENCE)
        waiting = [cores.begin(name, functools.partial(order.append, name)) for name in "abc"]
        goes_on["x"].set()
        for future in waiting:
            future.result(PATIENCE)
        goes_on["y"].set()
    assert order == ["c", "b", "a"]


def test_one_item_or_one_thread_is_worked_on_in_place(given: Callable[[int], None]) -> None:
    given(2)
    for cores in (VariantScheduler(1, 1), VariantScheduler(3, 2), VariantScheduler(3, None)):
        with cores.taken():
            assert cores.begin("a", threading.current_thread).result() is threading.current_thread()
            assert cores.ahead == 0
