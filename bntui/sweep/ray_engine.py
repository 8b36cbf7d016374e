"""Points trained by Ray: on this machine, or on the machines of a cluster."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import tempfile
from dataclasses import replace
from importlib.util import find_spec
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import bntui
from bntui.printable_text import excerpt
from bntui.records import UserError
from bntui.sweep.engine import Ended
from bntui.sweep.point import Point
from bntui.sweep.ray_cluster import Cluster
from bntui.sweep.worker import Workplace

ANSWER_SECONDS = 10.0
"""Within which a cluster answers."""
START_SECONDS = 90.0
"""Within which this machine loads and starts Ray."""
CLOSE_SECONDS = 15.0
ENVIRONMENT = {
    "RAY_USAGE_STATS_ENABLED": "0",
    # Else Ray would start its workers by the command `uv run`, if that started this process.
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
}
THREADS = "OMP_NUM_THREADS"
"""Where it is not set, Ray sets it to the cores of the task."""
AUTHENTICATION = "RAY_AUTH_MODE"


class RayEngine:
    """An `Engine` that submits points to Ray through a process of its own."""

    def __init__(self, cluster: Cluster, workplace: Workplace) -> None:
        """Connect. Raises UserError if Ray is not installed, does not start, or does not answer at its address."""
        if find_spec("ray") is None:
            raise UserError("--engine ray: Ray is not installed; install it with: pip install 'bntui[sweep]'")
        cluster.check()
        self._cluster = cluster
        # It tells why the process ended by itself.
        self._log = tempfile.TemporaryFile()  # noqa: SIM115
        self._start()
        try:
            # Workers have other working directories.
            self._send(cluster, replace(workplace, runs_dir=workplace.runs_dir.absolute()))
            self._answer(START_SECONDS)
            self.slots: int = self._answer(ANSWER_SECONDS if cluster.address else START_SECONDS)
        except BaseException:
            self.close()
            raise

    def _start(self) -> None:
        here, there = socket.socketpair()
        with there:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bntui.sweep.ray_process", str(there.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
                pass_fds=[there.fileno()],
                # Ray has its workers import from this folder first, so it must be the one of this package.
                cwd=Path(bntui.__file__).parents[1],
                env=_environment(self._cluster.address),
                # Signals and the end of the terminal are the driver's affair.
                start_new_session=True,
            )
        self._connection = Connection(here.detach())

    @property
    def name(self) -> str:
        """The engine's name, its address and how many points it trains at once, as in 'ray at auto, 64 jobs'."""
        where = f" at {excerpt(self._cluster.address)}" if self._cluster.address else ""
        return f"ray{where}, {self.slots} {'job' if self.slots == 1 else 'jobs'}"

    def submit(self, point: Point, retry: bool = False) -> None:
        """Begin work on a point. Raises UserError if Ray has ended."""
        self._send("submit", point, retry)

    def next_ended(self, timeout: float) -> Ended | None:
        """Return the next point that ended; None if none does within so many seconds. Raises UserError."""
        ended: Ended | None = self._received() if self._connection.poll(timeout) else None
        return ended

    def stop(self, now: bool = False) -> None:
        """Have the points under way end after their step, or at once. Raises UserError if Ray has ended."""
        self._send("stop", now)

    def close(self) -> None:
        """Disconnect, and end a Ray that was started here."""
        self._connection.close()
        try:
            self._process.wait(CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def _answer(self, seconds: float) -> Any:
        """Return what the process tells. Raises UserError if it does not in time."""
        if self._connection.poll(seconds):
            return self._received()
        self._process.kill()
        if not self._cluster.address:
            raise UserError(f"Ray does not start within {seconds:.0f} seconds")
        where = f"--address {excerpt(self._cluster.address)}"
        if any("InvalidAuthToken" in line for line in self._lines()):
            raise UserError(f"{where}: the Ray cluster wants its token, in ~/.ray/auth_token or RAY_AUTH_TOKEN")
        raise UserError(f"{where}: no Ray cluster answers within {seconds:.0f} seconds")

    def _send(self, *message: object) -> None:
        try:
            self._connection.send(message)
        except OSError:
            raise self._over() from None

    def _received(self) -> Any:
        try:
            answer = self._connection.recv()
        except (EOFError, OSError):
            raise self._over() from None
        if isinstance(answer, UserError):
            raise answer
        return answer

    def _over(self) -> UserError:
        """Return that Ray has ended, with the last line that it wrote."""
        last = self._lines()[-1:]
        return UserError(f"Ray has ended{': ' + excerpt(last[0], length=200) if last else ''}")

    def _lines(self) -> list[str]:
        """Return what Ray wrote."""
        self._log.seek(0)
        return self._log.read().decode(errors="replace").strip().splitlines()


def _environment(address: str | None) -> dict[str, str]:
    """Return the environment of the process, with how it shows the cluster, or its own Ray, that it may use it."""
    environment = {name: value for name, value in os.environ.items() if name != THREADS} | ENVIRONMENT
    if address is None:
        # Ray would keep a token in the home folder, which changes how it starts clusters from then on. Its workers
        # would yield to all other processes, unlike those of the local engine.
        return environment | {
            AUTHENTICATION: "token",
            "RAY_AUTH_TOKEN": secrets.token_hex(),
            "RAY_worker_niceness": "0",
        }
    kept = (Path.home() / ".ray" / "auth_token").exists() or environment.keys() & {
        "RAY_AUTH_TOKEN",
        "RAY_AUTH_TOKEN_PATH",
    }
    # As `ray start` does.
    return {AUTHENTICATION: "token"} | environment if kept else environment
