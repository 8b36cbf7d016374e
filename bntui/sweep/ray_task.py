"""What a worker of Ray does with a point."""

from __future__ import annotations

import platform
from dataclasses import replace
from functools import lru_cache

import bntui
from bntui.records import UserError
from bntui.signals import handled
from bntui.sweep.collection import PackedRun, trained_away
from bntui.sweep.engine import Ended
from bntui.sweep.point import Point
from bntui.sweep.worker import Worker, Workplace


def train(workplace: Workplace, point: Point, retry: bool, version: str) -> tuple[Ended, None]:
    """Train a point in the folder of runs, which all machines share. Raises UserError on another version of bntui."""
    if version != bntui.__version__:
        raise UserError(f"{platform.node()} has bntui {bntui.__version__}; install {version} there, as here")
    worker = _worker(workplace)
    # By this signal, Ray cancels a task that need not end at once.
    with handled({"SIGINT": lambda _: worker.stop()}):
        return worker.work_on(point, retry), None


@lru_cache(maxsize=1)
def _worker(workplace: Workplace) -> Worker:
    """Return the worker of this process, which reads each run of the folder once."""
    return Worker(workplace)


def train_away(
    workplace: Workplace, point: Point, retry: bool, version: str, unfinished: PackedRun | None
) -> tuple[Ended, PackedRun | None]:
    """Train a point in this machine's own folder of runs, and return its run."""
    return trained_away(
        lambda runs_dir: train(replace(workplace, runs_dir=runs_dir), point, retry, version)[0], point, unfinished
    )
