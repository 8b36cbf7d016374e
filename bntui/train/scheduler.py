"""Variants take their steps at the same time on a CPU, each on its share of the cores."""

from __future__ import annotations

import contextlib
import ctypes
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import torch

from bntui import process_clock

AHEAD = 2
"""How many steps one variant may be ahead of another, so that a core need not wait for what another has begun."""

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
"""Of glibc's mallopt(3)."""
LARGEST_MMAP_THRESHOLD = 32 * 1024 * 1024


@dataclass(eq=False, slots=True)
class _Lane:
    """One item's work: what waits, how much is done, how long the last took, whether some is under way."""

    waiting: deque[tuple[Future[Any], Callable[[], Any]]] = field(default_factory=deque)
    done: int = 0
    seconds: float = 0.0
    under_way: bool = False


class VariantScheduler:
    """Does work for several items at the same time: in order for each of them, the hindmost first.

    A small network gains little from a second core, several gain much from one each. So each item has `threads` of
    those that torch was given, whatever else is at work, and as many are at work as that allows; with one, work is done
    where it is begun. Without `threads` nothing is shared out.
    """

    def __init__(self, items: int, threads: int | None) -> None:
        self._given = torch.get_num_threads()
        self._share = min(threads or self._given, self._given)
        self._workers = min(items, self._given // self._share)
        self._pool: ThreadPoolExecutor | None = None
        self._lanes: dict[Hashable, _Lane] = {}
        self._lock = Lock()
        self._busy = 0.0

    @property
    def ahead(self) -> int:
        """How many steps may be begun while an earlier one is not done."""
        return AHEAD if self._pool else 0

    def side_by_side(self, seconds: float) -> float:
        """How many were at work on average, in so many seconds: at least 1."""
        return max(1.0, self._busy / seconds) if seconds else 1.0

    @contextlib.contextmanager
    def taken(self) -> Iterator[None]:
        """Torch has one item's share of threads, while inside; at the end, what is not under way is dropped."""
        with contextlib.ExitStack() as stack:
            stack.callback(torch.set_num_threads, self._given)
            if self._workers > 1:
                pool = ThreadPoolExecutor(self._workers, "step", torch.set_num_threads, (self._share,))
                self._pool = stack.enter_context(pool)
            # Beside workers this thread has little to compute, and more of them would wait for it at a core's expense.
            torch.set_num_threads(1 if self._pool else self._share)
            stack.callback(self._drop)
            yield

    def _drop(self) -> None:
        with self._lock:
            self._lanes.clear()

    def begin(self, item: Hashable, work: Callable[[], Any]) -> Future[Any]:
        """What `work` will give; it is done after all that was begun for this item before."""
        future: Future[Any] = Future()
        if self._pool is None:
            _settle(future, work)
            return future
        with self._lock:
            self._lanes.setdefault(item, _Lane()).waiting.append((future, work))
        self._pool.submit(self._work)
        return future

    def _work(self) -> None:
        """Until nothing waits but behind what is under way: who does that goes on with it."""
        while lane := self._next():
            begun = process_clock.now()
            _settle(*lane.waiting.popleft())
            with self._lock:
                lane.seconds = process_clock.now() - begun
                lane.done += 1
                lane.under_way = False
                self._busy += lane.seconds

    def _next(self) -> _Lane | None:
        with self._lock:
            ready = [lane for lane in self._lanes.values() if lane.waiting and not lane.under_way]
            if not ready:
                return None
            # Of those equally far, what takes longest comes first: at the end the others would wait for it.
            lane = min(ready, key=lambda lane: (lane.done, -lane.seconds))
            lane.under_way = True
            return lane


def _settle(future: Future[Any], work: Callable[[], Any]) -> None:
    try:
        future.set_result(work())
    except Exception as error:
        future.set_exception(error)


def keep_freed_memory() -> None:
    """Have the C library keep what tensors on the CPU free, for the whole process; where it is not glibc, nothing.

    Every step asks for the same tensors again. Given back to the system in between, each of their pages is cleared and
    mapped anew, which took a tenth of a step.
    """
    with contextlib.suppress(OSError, AttributeError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(M_TRIM_THRESHOLD, 2**31 - 1)
        mallopt(M_MMAP_THRESHOLD, LARGEST_MMAP_THRESHOLD)
