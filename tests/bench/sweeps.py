"""Runs per minute of a sweep on two cores, against one worker by itself."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

from bntui.sweep.engine import Engine, Outcome
from bntui.sweep.grid import Grid
from bntui.sweep.local import LocalEngine
from bntui.sweep.point import Point
from bntui.sweep.ray_cluster import Cluster
from bntui.sweep.ray_engine import RayEngine
from bntui.sweep.worker import Workplace
from bntui.train import resolve
from tests.bench.measure import Result

JOBS = 2
POINTS = 16
ROUNDS = 4
SETTINGS = {"dataset": "digits", "device": "cpu", "steps": 100, "variants": ["bn"]}
TIMEOUT = 300.0


def sweeps() -> Iterator[Result]:
    """Measure runs of a variant of vgg-mini with all probes of its preset; engines are started and warm before.

    The engines take turns, so that other load on the machine affects all.
    """
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        workplace = Workplace(Path(folder))
        engines: list[Engine] = [LocalEngine(workplace, 1), LocalEngine(workplace, JOBS)]
        engines += [RayEngine(Cluster(jobs=JOBS), workplace)] if find_spec("ray") else []
        for engine in engines:
            stack.enter_context(closing(engine))
        rounds = list(_rounds(engines))
    alone, local, *ray = (statistics.median(rates) for rates in zip(*rounds, strict=True))
    shares = [local_rate / (JOBS * alone_rate) for alone_rate, local_rate, *_ in rounds]
    name = f"{POINTS} points on 2 cores, {local:.1f} a minute"
    yield Result(name, f"twice one worker, {alone:.1f}", statistics.median(shares), 0.9, at_most=False)
    if ray:
        shares = [ray_rate / local_rate for _, local_rate, ray_rate in rounds]
        yield Result(f"the same on Ray, {ray[0]:.1f}", "local", statistics.median(shares), 0.9, at_most=False)


def _rounds(engines: Sequence[Engine]) -> Iterator[list[float]]:
    """Yield in each round how many points each engine ends per minute."""
    # Each takes other seeds, so that nothing is finished already.
    seeds = iter(range(10_000))
    for engine in engines:
        # Loads torch.
        _train(engine, _points({**SETTINGS, "steps": 2}, engine.slots, seeds))
    for number in range(ROUNDS):
        rates = {
            engine: _rate(engine, POINTS // ROUNDS * engine.slots // JOBS, seeds) for engine in _turn(engines, number)
        }
        yield [rates[engine] for engine in engines]


def _turn(engines: Sequence[Engine], number: int) -> Sequence[Engine]:
    """Return the engines in an order that differs from round to round."""
    return engines[::-1] if number % 2 else engines


def _rate(engine: Engine, count: int, seeds: Iterator[int]) -> float:
    points = _points(SETTINGS, count, seeds)
    begin = time.perf_counter()
    _train(engine, points)
    return 60 * count / (time.perf_counter() - begin)


def _points(settings: dict[str, object], count: int, seeds: Iterator[int]) -> Sequence[Point]:
    grid = Grid(preset="noisy", settings=settings, seeds=list(islice(seeds, count)))
    return list(grid.based(resolve).points())


def _train(engine: Engine, points: Sequence[Point]) -> None:
    """Have points trained, as many at once as the engine takes. Raises AssertionError unless all end well."""
    waiting, under_way = list(points), 0
    while waiting or under_way:
        while waiting and under_way < engine.slots:
            engine.submit(waiting.pop(0))
            under_way += 1
        ended = engine.next_ended(TIMEOUT)
        assert ended and ended.outcome is Outcome.FINISHED, ended
        under_way -= 1
