"""Random keys and sizes of the terminal: no traceback, and every key is done within two seconds.

Each try presses keys in a process of its own, in which the dashboard runs without a terminal.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

from tests.faults.experiment import ENDLESS, Place, call, place
from tests.faults.outcome import Kind, Outcome, temporary_folder
from tests.faults.program import in_process, starved_seconds

PRESSES = 250
SLOWEST = 2.0
"""Seconds within which a key must be done."""
LARGEST = (300, 100)
LETTERS = "abcdehilmnoprstxyzE0123456789[],.+-=/? "
NAMED = (
    *(f"f{number}" for number in range(1, 10)),
    *("tab", "shift+tab", "left", "right", "up", "down", "shift+left", "shift+right", "home", "end", "pageup"),
    *("enter", "escape", "backspace", "delete", "ctrl+p", "ctrl+l", "space"),
)
"""Keys beside letters; those that quit or suspend are left out."""


def live(tries: int = 4) -> Iterator[Outcome]:
    """Press keys while a run trains."""
    return _pressed("live", tries)


def replayed(tries: int = 4) -> Iterator[Outcome]:
    """Press keys while a run is replayed."""
    return _pressed("replay", tries)


def faked(tries: int = 1, presses: int = 40) -> Iterator[Outcome]:
    """Press fewer keys on made curves, in this process."""
    for number in range(tries):
        # Pictures are saved in the current folder, since the fake run has none.
        with temporary_folder() as folder, contextlib.chdir(folder):
            yield from asyncio.run(_press("fake", Path(folder), random.Random(number), presses))


def _pressed(name: str, tries: int) -> Iterator[Outcome]:
    for number in range(tries):
        with place() as here:
            os.environ.setdefault("OMP_NUM_THREADS", "1")
            yield from in_process(_press_in, (name, here.folder, number), f"{name}, keys of seed {number}", 150.0)


def _press_in(name: str, folder: Path, seed: int) -> list[Outcome]:
    os.environ.update(BNTUI_RUNS_DIR=str(folder / "runs"), XDG_CONFIG_HOME=str(folder), HOME=str(folder))
    os.chdir(folder)
    if name == "replay":
        for _ in range(2):
            call([*Place(folder).train("--headless", steps=120)])
    return asyncio.run(_press(name, folder, random.Random(f"{name} {seed}"), PRESSES))


async def _press(name: str, folder: Path, keys: random.Random, presses: int) -> list[Outcome]:
    """Press keys in one app after another, since some keys quit; return one outcome per app."""
    outcomes = []
    left = presses
    # After each key, Textual would wait for up to two seconds until the process is idle, which training never is.
    with mock.patch("textual.app.wait_for_idle", _proceed), mock.patch("textual.pilot.wait_for_idle", _proceed):
        while left > 0 and len(outcomes) < 20:
            pressed: list[str] = []
            outcomes.append(await _press_until_it_quits(APPS[name](folder), keys, left, pressed))
            left -= max(1, len(pressed))
    return outcomes


async def _proceed(*_: float) -> None:
    await asyncio.sleep(0)


async def _press_until_it_quits(app: object, keys: random.Random, presses: int, pressed: list[str]) -> Outcome:
    from bntui.tui.app import DashboardApp

    assert isinstance(app, DashboardApp)
    slowest, after = 0.0, ""
    try:
        async with app.run_test(size=(120, 36)) as pilot:
            await pilot.pause()
            while len(pressed) < presses and app.is_running and app.return_code is None:
                begin, starved = time.perf_counter(), starved_seconds()
                if keys.random() < 0.08:
                    size = tuple(round(most ** keys.random()) for most in LARGEST)
                    pressed.append(f"{size[0]}×{size[1]}")
                    await pilot.resize_terminal(*size)
                else:
                    pressed.append(keys.choice([keys.choice(LETTERS), keys.choice(NAMED)]))
                    await pilot.press("space" if pressed[-1] == " " else pressed[-1])
                # Time in which the machine ran something else is no freeze.
                seconds = time.perf_counter() - begin - (starved_seconds() - starved)
                if seconds > slowest:
                    slowest, after = seconds, pressed[-1]
            app.action_leave()
    except Exception as error:
        place_of = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place_of.filename).name}:{place_of.lineno}"
        return Outcome(f"after {pressed[-6:]}", f"{type(error).__name__}: {error} ({where})", Kind.TRACEBACK)
    finally:
        if app.training:
            app.training.stop()
    tried = f"{len(pressed)} keys, the slowest {after} in {slowest:.1f} s"
    return Outcome(tried, f"{after} took {slowest:.1f} s", Kind.FREEZE) if slowest > SLOWEST else Outcome(tried)


def _live_app(folder: Path) -> object:
    from bntui.overrides import load_experiment
    from bntui.run.sources.live import LiveRun
    from bntui.tui.app import DashboardApp

    spec = load_experiment(str(folder / "small.toml"), [f"steps={ENDLESS}"])
    runs = folder / "runs"
    return DashboardApp(lambda chosen: LiveRun(chosen, runs, None, fall_back=True), spec, lambda: [spec], runs)


def _replay_app(folder: Path) -> object:
    from bntui.run.sources.replay import replay
    from bntui.run.storage import folders
    from bntui.tui.app import DashboardApp

    source = replay(folders.find("last", folder / "runs"), 1.0)
    return DashboardApp(lambda _: source, source.spec, runs_dir=folder / "runs")


def _fake_app(_: Path) -> object:
    from bntui.tui.app import DashboardApp
    from tests.tui.fake_source import FakeSource, spec_of

    source = FakeSource(done=60)
    return DashboardApp(lambda _: source, spec_of())


APPS: dict[str, Callable[[Path], object]] = {"live": _live_app, "replay": _replay_app, "fake": _fake_app}
