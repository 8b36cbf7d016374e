"""Ray's driver as a process of its own: `python -m bntui.sweep.ray_process DESCRIPTOR`.

Alone it imports Ray. It is apart from the process that shows the sweep, since Ray prints to the terminal from C++ and
ends its process if the cluster disappears.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any

import bntui
from bntui.printable_text import excerpt
from bntui.records import UserError
from bntui.sweep.collection import Collection
from bntui.sweep.engine import Ended, Outcome
from bntui.sweep.point import Point
from bntui.sweep.ray_cluster import Cluster
from bntui.sweep.ray_task import train, train_away
from bntui.sweep.worker import Workplace
from bntui.user_paths import reason

POLL_SECONDS = 0.05
OBJECT_STORE_BYTES = 100 * 2**20
"""On this machine; points and what is said of them are small, and larger results go to the disk."""
LONGEST_REASON = 200


def serve(connection: Connection) -> None:
    """Connect to Ray, tell how many points it takes at once, or why not; then do what the connection asks for."""
    cluster, workplace = connection.recv()
    try:
        import ray

        connection.send("Ray is loaded")
        with _connected(ray, cluster):
            tasks = _Tasks(ray, cluster, workplace, connection)
            connection.send(tasks.slots)
            tasks.work()
    except (EOFError, BrokenPipeError):
        # The process that asked for this has ended. Ray ends the tasks, whose runs can be resumed.
        return
    except Exception as error:
        connection.send(_explained(error, cluster))


def _explained(error: Exception, cluster: Cluster) -> UserError:
    if isinstance(error, UserError):
        return error
    if isinstance(error, ConnectionError):
        return UserError("--address auto: no Ray cluster is known on this machine; give its HOST:PORT")
    return UserError(f"{f'--address {cluster.address}' if cluster.address else 'Ray'}: {_first_line(error)}")


@contextlib.contextmanager
def _connected(ray: Any, cluster: Cluster) -> Iterator[None]:
    """Be connected to the cluster, or to a Ray of this machine, which ends with this."""
    with contextlib.ExitStack() as stack:
        options: dict[str, Any] = {"address": cluster.address}
        if cluster.address is None:
            # Not in TMPDIR: the path of a socket is at most 107 bytes long. Ray would leave its own folder behind.
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="bntui-ray-", dir="/tmp"))
            options = {"address": "local", "num_cpus": cluster.jobs, "_temp_dir": folder}
            options |= {"include_dashboard": False, "object_store_memory": OBJECT_STORE_BYTES}
        ray.init(log_to_driver=False, **options)
        stack.callback(ray.shutdown)
        yield


class _Tasks:
    """The points under way, each as a task of Ray."""

    def __init__(self, ray: Any, cluster: Cluster, workplace: Workplace, connection: Connection) -> None:
        self._ray = ray
        self._workplace = workplace
        self._connection = connection
        self._collection = Collection(workplace.runs_dir) if cluster.collect else None
        self._points: dict[Any, Point] = {}
        self._stopped = False
        machines = [node["Resources"] for node in ray.nodes() if node["Alive"]]
        self._cores = max(machine.get("CPU", 1.0) for machine in machines)
        self._gpus = cluster.gpus(machines)
        self.slots = cluster.slots(machines)

    def work(self) -> None:
        """Do what the connection asks for, and report points that ended, until it is closed. Raises EOFError."""
        while True:
            while self._connection.poll(POLL_SECONDS):
                request, *arguments = self._connection.recv()
                (self._submit if request == "submit" else self._stop)(*arguments)
            self._report()

    def _submit(self, point: Point, retry: bool) -> None:
        arguments = self._workplace, point, retry, bntui.__version__
        if self._collection is None:
            self._begin(point, train, *arguments)
            return
        try:
            unfinished = self._collection.begin(point)
        except (OSError, UserError) as error:
            unfinished = Ended(point, Outcome.FAILED, f"its run cannot be sent to a worker: {reason(error)}")
        if isinstance(unfinished, Ended):
            self._connection.send(unfinished)
        else:
            self._begin(point, train_away, *arguments, unfinished)

    def _begin(self, point: Point, function: Any, *arguments: Any) -> None:
        gpus = 0 if point.spec.device == "cpu" else self._gpus
        cores = 1 if gpus else min(point.spec.threads, self._cores)
        # The sweep's driver submits a point again if its worker was killed.
        options = {"num_cpus": cores, "num_gpus": gpus, "max_retries": 0, "name": f"bntui {point.label}"}
        self._points[self._ray.remote(function).options(**options).remote(*arguments)] = point

    def _stop(self, now: bool) -> None:
        """Cancel what waits; without `now` Ray interrupts what runs, and the worker ends it after its step."""
        self._stopped = True
        for task in self._points:
            self._ray.cancel(task, force=now)

    def _report(self) -> None:
        if self._points:
            ended, _ = self._ray.wait(list(self._points), num_returns=len(self._points), timeout=0)
            for task in ended:
                self._connection.send(self._ended(task, self._points.pop(task)))

    def _ended(self, task: Any, point: Point) -> Ended:
        """Return how the work on a point ended; the run that came with it is stored."""
        run = None
        try:
            ended, run = self._ray.get(task)
        except Exception as error:
            ended = self._failed(point, error)
        try:
            if self._collection:
                self._collection.end(point, run)
        except OSError as error:
            ended = Ended(point, Outcome.FAILED, f"its run cannot be stored: {reason(error)}")
        return ended  # type: ignore[no-any-return]

    def _failed(self, point: Point, error: Exception) -> Ended:
        errors = self._ray.exceptions
        if isinstance(error, errors.TaskCancelledError):
            return Ended(point, Outcome.STOPPED)
        if isinstance(error, errors.RayTaskError):
            return Ended(point, Outcome.FAILED, _first_line(error.cause or error))
        if self._stopped:
            return Ended(point, Outcome.STOPPED)
        killed = isinstance(error, errors.WorkerCrashedError)
        return Ended(point, Outcome.DIED, "its process was killed" if killed else _first_line(error))


def _first_line(error: BaseException) -> str:
    text = str(error).strip().partition("\n")[0]
    return excerpt(text or type(error).__name__, length=LONGEST_REASON)


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
