"""Cost of the list of 2,000 runs: the command, before and after it has read them, and the idle screen."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from tests.bench.measure import Result
from tests.faults.damaged_runs import good_run
from tests.terminal import Terminal

RUNS = 2000
SECONDS = 20.0
"""How long the idle screen is watched."""
TIMEOUT = 300


def _copies(folder: Path) -> Path:
    """Write many runs, all alike, and return their folder."""
    run, runs_dir = good_run(folder / "one"), folder / "runs"
    for number in range(RUNS):
        shutil.copytree(run, runs_dir / f"{run.name}-{number}")
    return runs_dir


def _listing_seconds(command: list[str], environment: dict[str, str]) -> float:
    """Return the CPU time of the command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True, timeout=TIMEOUT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def _idle_share(runs_dir: Path, **environment: str) -> float:
    """Return the share of a core that the screen of runs takes while nothing changes."""
    with Terminal("--runs-dir", str(runs_dir), **environment) as terminal:
        terminal.until("bntui", "last runs")
        terminal.type("r")
        terminal.until(f"runs  {RUNS:,}")
        process = psutil.Process(terminal.pid)
        before, start = process.cpu_times(), time.monotonic()
        terminal.watch(SECONDS)
        after = process.cpu_times()
        return (after.user + after.system - before.user - before.system) / (time.monotonic() - start)


def listing() -> Iterator[Result]:
    """Measure the CPU time of the list."""
    with tempfile.TemporaryDirectory() as folder:
        runs_dir = _copies(Path(folder))
        own = {"XDG_CACHE_HOME": f"{folder}/cache", "XDG_CONFIG_HOME": f"{folder}/config"}
        command = [sys.executable, "-m", "bntui", "runs", "--runs-dir", str(runs_dir)]
        # A run that has just changed is not kept.
        time.sleep(3)
        for name in ("for the first time", "again"):
            value = _listing_seconds(command, {**os.environ, **own})
            yield Result(f"bntui runs, {RUNS:,} runs, {name}", "CPU time", value, 1.0, form="{:.2f} s")
        share = _idle_share(runs_dir, **own)
        yield Result(f"idle screen of {RUNS:,} runs", "a core", share * 100, 2.0, form="{:.1f} %")
