"""Parallel training steps of several variants on one CPU, each on its share of the cores."""

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
"""Steps that one variant may be ahead of another, so that no core is idle while another finishes a step."""

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
"""Parameters of glibc's mallopt(3)."""
LARGEST_MMAP_THRESHOLD = 32 * 1024 * 1024


@dataclass(eq=False, slots=True)
class _Queue:
    """The waiting tasks of one variant, how many are finished, how long the last took, whether one is running."""

    waiting: deque[tuple[Future[Any], Callable[[], Any]]] = field(default_factory=deque)
    finished: int = 0
    seconds: float = 0.0
    running: bool = False


class VariantScheduler:
    """Runs each variant's tasks in order, several variants in parallel; the one with the fewest finished goes next.

    A small network gains little from a second core, but several networks gain much from a core each. So each variant
    gets `threads` of torch's threads, whatever else is running, and as many variants run in parallel as that allows.
    Where that is one, `submit` runs the task itself. `threads` = None gives every variant all threads.
    """

    def __init__(self, variants: int, threads: int | None) -> None:
        self._all_threads = torch.get_num_threads()
        self._share = min(threads or self._all_threads, self._all_threads)
        self._workers = min(variants, self._all_threads // self._share)
        self._pool: ThreadPoolExecutor | None = None
        self._queues: dict[Hashable, _Queue] = {}
        self._lock = Lock()
        self._busy_seconds = 0.0

    @property
    def ahead(self) -> int:
        """How many steps may be submitted while an earlier one is unfinished."""
        return AHEAD if self._pool else 0

    def parallelism(self, seconds: float) -> float:
        """Return how many tasks ran in parallel on average over a training time, at least 1."""
        return max(1.0, self._busy_seconds / seconds) if seconds else 1.0

    @contextlib.contextmanager
    def started(self) -> Iterator[None]:
        """Give torch one variant's share of threads and start the workers; at exit, drop the tasks still waiting."""
        with contextlib.ExitStack() as stack:
            stack.callback(torch.set_num_threads, self._all_threads)
            if self._workers > 1:
                pool = ThreadPoolExecutor(self._workers, "step", torch.set_num_threads, (self._share,))
                self._pool = stack.enter_context(pool)
            # With workers, the calling thread computes little; more threads of its own would only occupy cores.
            torch.set_num_threads(1 if self._pool else self._share)
            stack.callback(self._drop)
            yield

    def _drop(self) -> None:
        with self._lock:
            self._queues.clear()

    def submit(self, variant: Hashable, task: Callable[[], Any]) -> Future[Any]:
        """Return the future result of a task, which runs after all earlier tasks of its variant."""
        future: Future[Any] = Future()
        if self._pool is None:
            _run(future, task)
            return future
        with self._lock:
            self._queues.setdefault(variant, _Queue()).waiting.append((future, task))
        self._pool.submit(self._work)
        return future

    def _work(self) -> None:
        """Run tasks until each queue is empty or has one running; that one's worker continues its queue."""
        while queue := self._next():
            begun = process_clock.now()
            _run(*queue.waiting.popleft())
            with self._lock:
                queue.seconds = process_clock.now() - begun
                queue.finished += 1
                queue.running = False
                self._busy_seconds += queue.seconds

    def _next(self) -> _Queue | None:
        with self._lock:
            ready = [queue for queue in self._queues.values() if queue.waiting and not queue.running]
            if not ready:
                return None
            # Among equals the slowest goes first: started last, it would keep the others waiting.
            queue = min(ready, key=lambda queue: (queue.finished, -queue.seconds))
            queue.running = True
            return queue


def _run(future: Future[Any], task: Callable[[], Any]) -> None:
    try:
        future.set_result(task())
    except Exception as error:
        future.set_exception(error)


def keep_freed_memory() -> None:
    """Make glibc keep the memory of freed CPU tensors, for the whole process; do nothing with another C library.

    Every step allocates the same tensors again. If their memory went back to the system in between, each page would be
    cleared and mapped anew, which took a tenth of a step.
    """
    with contextlib.suppress(OSError, AttributeError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(M_TRIM_THRESHOLD, 2**31 - 1)
        mallopt(M_MMAP_THRESHOLD, LARGEST_MMAP_THRESHOLD)
