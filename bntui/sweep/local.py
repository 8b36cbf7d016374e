"""Points trained by processes of this machine, each on a core or a share of the GPUs."""

from __future__ import annotations

import math
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection, wait
from pathlib import Path

import bntui
from bntui.printable_text import excerpt
from bntui.records import UserError
from bntui.sweep.engine import Ended, Outcome
from bntui.sweep.point import Point
from bntui.sweep.worker import Workplace
from bntui.sweep.worker_process import STOP

END_SECONDS = 10.0
"""How long a process that has nothing to do may take to end."""
THREADS = "OMP_NUM_THREADS"


class _WorkerProcess:
    """A process that works on points, and the point under way, None if there is none."""

    def __init__(self, workplace: Workplace, environment: Mapping[str, str]) -> None:
        here, there = socket.socketpair()
        # A file rather than a pipe: nobody has to read it.
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        with there:
            self._process = subprocess.Popen(
                # Without the working directory among the folders of modules, where anything may lie.
                [sys.executable, "-P", "-m", "bntui.sweep.worker_process", str(there.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=self._errors,
                stderr=self._errors,
                pass_fds=[there.fileno()],
                env={**os.environ, "PYTHONPATH": _module_folders(), **environment},
                # Signals and the end of the terminal are the driver's affair.
                start_new_session=True,
            )
        self.connection = Connection(here.detach())
        self.point: Point | None = None
        self._send(workplace)

    def submit(self, point: Point, retry: bool) -> None:
        """Begin work on a point."""
        self.point = point
        self._send((point, retry))

    def received(self) -> Ended:
        """Return how the work on the point ended, once the connection is ready."""
        assert self.point
        try:
            ended: Ended = self.connection.recv()
        except (EOFError, OSError):
            ended = Ended(self.point, Outcome.DIED, self._end())
        self.point = None
        return ended

    @property
    def alive(self) -> bool:
        """Whether the process can take a point."""
        return self._process.poll() is None

    def stop(self, now: bool) -> None:
        """End work after the step, or at once."""
        if now:
            self._process.kill()
        else:
            self._send(STOP)

    def close(self) -> None:
        """Have the process end, and wait for that; a point under way is given up."""
        self.connection.close()
        if self.point:
            self._process.kill()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()

    def _send(self, message: object) -> None:
        try:
            self.connection.send(message)
        except OSError:
            # It has died; the connection tells that as soon as it is read.
            return

    def _end(self) -> str:
        """Return how the process ended, with the last line that it wrote."""
        try:
            status = self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
        return f"its process {how}{': ' + excerpt(lines[-1], length=200) if lines else ''}"


def _module_folders() -> str:
    """Return the folders of modules with that of this package, which need not be installed."""
    return os.pathsep.join(filter(None, (str(Path(bntui.__file__).parents[1]), os.environ.get("PYTHONPATH"))))


class LocalEngine:
    """An `Engine` of processes on this machine; each trains one run at a time, on `threads` cores of a CPU.

    `gpus` has for each process the GPUs that it sees, as CUDA_VISIBLE_DEVICES names them; () for processes that see
    what this one does.
    """

    def __init__(self, workplace: Workplace, jobs: int, threads: int = 1, gpus: Sequence[str] = ()) -> None:
        self.slots = jobs
        self._workplace = workplace
        given = os.environ.get(THREADS, "")
        fewer = min(threads, int(given)) if given.isdecimal() and int(given) else threads
        visible = [{"CUDA_VISIBLE_DEVICES": names} for names in gpus] or [{}] * jobs
        self._environments = [{THREADS: str(fewer), **each} for each in visible[:jobs]]
        self._processes: list[_WorkerProcess | None] = [None] * jobs

    @property
    def name(self) -> str:
        """The engine's name and how many points it trains at once."""
        return f"local, {self.slots} {'job' if self.slots == 1 else 'jobs'}"

    def submit(self, point: Point, retry: bool = False) -> None:
        """Begin work on a point in a free process. Raises UserError if none can be started."""
        slot = next(slot for slot, process in enumerate(self._processes) if process is None or not process.point)
        process = self._processes[slot]
        if process and not process.alive:
            process.close()
            process = None
        if process is None:
            process = self._processes[slot] = self._started(slot)
        process.submit(point, retry)

    def _started(self, slot: int) -> _WorkerProcess:
        try:
            return _WorkerProcess(self._workplace, self._environments[slot])
        except OSError as error:
            raise UserError(f"no process can be started: {error.strerror or error}") from None

    def next_ended(self, timeout: float) -> Ended | None:
        """Return the next point that ended; None if none does within so many seconds."""
        busy = {process.connection: process for process in self._under_way()}
        ready = wait(list(busy), timeout)
        return busy[ready[0]].received() if ready else None  # type: ignore[index]

    def stop(self, now: bool = False) -> None:
        """Have the points under way end after their step, or at once."""
        for process in self._under_way():
            process.stop(now)

    def close(self) -> None:
        """End all processes."""
        processes = [process for process in self._processes if process]
        self._processes = [None] * self.slots
        for process in processes:
            process.close()

    def _under_way(self) -> list[_WorkerProcess]:
        return [process for process in self._processes if process and process.point]


def gpu_shares(gpus: Sequence[str], per_run: float) -> list[str]:
    """Return for each run that fits at once the GPUs that it sees: two for one GPU if `per_run` is 0.5.

    Raises UserError for a share that is neither a whole number nor below 1, or more than there are.
    """
    if per_run > 1 and per_run != int(per_run):
        raise UserError(f"--gpus-per-run {per_run:g}: should be a whole number, or less than 1")
    if per_run > len(gpus):
        raise UserError(f"--gpus-per-run {per_run:g}: there {'is' if len(gpus) == 1 else 'are'} {len(gpus)}")
    if per_run <= 1:
        # The first run on each GPU comes before the second on any.
        return list(gpus) * math.floor(1 / per_run + 1e-9)
    count = int(per_run)
    return [",".join(gpus[first : first + count]) for first in range(0, len(gpus) - count + 1, count)]
