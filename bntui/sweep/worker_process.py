"""A process that works on points for the local engine: `python -m bntui.sweep.worker_process DESCRIPTOR`.

It loads torch once for all its points. It ends with the process that started it, after the step under way.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import sys
import threading
from multiprocessing.connection import Connection

from bntui.signals import REACTIONS, Handler, Reaction, handled
from bntui.sweep.point import Point
from bntui.sweep.worker import Worker, Workplace

STOP = "stop"

Task = tuple[Point, bool]


def serve(connection: Connection) -> None:
    """Work on the points that come through a connection, which first tells where to work, until it is closed."""
    workplace: Workplace = connection.recv()
    worker = Worker(workplace)
    tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(connection, worker, tasks), name="receiver", daemon=True).start()
    with handled(reactions(worker)):
        while task := tasks.get():
            connection.send(worker.work_on(*task))


def reactions(worker: Worker) -> dict[str, Handler]:
    """Return what a process that only works on points does on each signal."""
    actions: dict[Reaction, Handler] = {
        Reaction.STOP: lambda _: worker.stop(),
        Reaction.HANG_UP: lambda _: None,
        Reaction.CHECKPOINT: lambda _: worker.checkpoint(),
    }
    return {name: actions[reaction] for name, reaction in REACTIONS.items()}


def _receive(connection: Connection, worker: Worker, tasks: queue.SimpleQueue[Task | None]) -> None:
    try:
        while True:
            message = connection.recv()
            if message == STOP:
                worker.stop()
            else:
                tasks.put(message)
    except (EOFError, OSError):
        # The other process has ended, or needs this one no more.
        worker.stop()
        tasks.put(None)


if __name__ == "__main__":
    # The driver tells when to stop, not the terminal.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Without a driver there is nobody to report to.
    with contextlib.suppress(EOFError, OSError):
        serve(Connection(int(sys.argv[1])))
    # Taking torch down takes seconds.
    os._exit(0)
