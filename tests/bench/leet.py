"""`bntui attach` against `wandb leet`: the same metrics, growing at the same rate, in a terminal of 120×36."""

from __future__ import annotations

import importlib.util
import os
import select
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bntui.run.storage import folders
from tests.bench.measure import Result
from tests.terminal import Terminal

STEPS = 1000
SECONDS = 15.0
ROUNDS = 1
KEYS = 8
TIMEOUT = 60


Key = tuple[str, str, bool]
"""A key, and a text that appears (True) or disappears when it is pressed."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """A program that follows a run: its texts at the start and while following, its set-up keys and measured keys."""

    kind: str
    program: tuple[str, ...]
    first: str
    following: str
    set_up: tuple[Key, ...]
    measured: tuple[Key, Key]


BNTUI = Viewer(
    "bntui",
    (sys.executable, "-m", "bntui", "attach"),
    first="noisy",
    following="steps/s",
    set_up=(),
    measured=(("]", "drift of conv2", True), ("[", "drift of conv1", True)),
)
# Without its left side bar, it shows all twelve metrics, like the overview of bntui.
LEET = Viewer(
    "wandb",
    ("wandb", "leet", "run"),
    first="Run Overview",
    following="State: Running",
    set_up=(("[", "Run Overview", False),),
    measured=(("[", "Run Overview", True), ("[", "Run Overview", False)),
)


@dataclass(frozen=True, slots=True)
class Usage:
    """Bytes per second, CPU seconds per second, seconds to the first paint, milliseconds from a key to its effect."""

    output: float
    cpu: float
    first_paint: float
    keys: tuple[float, ...]


def _usage(viewer: Viewer, source: Path) -> Usage:
    with tempfile.TemporaryDirectory() as folder, _growing_run(viewer.kind, source, folder) as run:
        start = time.perf_counter()
        with Terminal(run, program=viewer.program, HOME=folder, XDG_CONFIG_HOME=folder) as terminal:
            terminal.until(viewer.first)
            first_paint = time.perf_counter() - start
            terminal.until(viewer.following)
            for key in viewer.set_up:
                _key_milliseconds(terminal, *key)
            terminal.watch(2.0)
            start, written, cpu = time.perf_counter(), len(terminal.written), _cpu(terminal.pid)
            terminal.watch(SECONDS)
            seconds = time.perf_counter() - start
            output, cpu = (len(terminal.written) - written) / seconds, (_cpu(terminal.pid) - cpu) / seconds
            keys = tuple(_key_milliseconds(terminal, *viewer.measured[number % 2]) for number in range(KEYS))
        return Usage(output, cpu, first_paint, keys)


@contextmanager
def _growing_run(kind: str, source: Path, folder: str) -> Iterator[str]:
    """Start a process that writes a growing run; yield the run's folder. Raises TimeoutError."""
    command = [sys.executable, "-m", "tests.bench.growing_run", kind, str(source), folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "HOME": folder}) as process:
        assert process.stdout is not None
        try:
            if not select.select([process.stdout], [], [], TIMEOUT)[0]:
                raise TimeoutError(f"{' '.join(command)}: no run after {TIMEOUT} s")
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def _key_milliseconds(terminal: Terminal, key: str, text: str, appears: bool) -> float:
    # During animations, keys are ignored.
    terminal.watch(0.5)
    start = time.perf_counter()
    terminal.type(key)
    (terminal.until if appears else terminal.until_gone)(text)
    return (time.perf_counter() - start) * 1000


def _cpu(pid: int) -> float:
    """Return the CPU seconds that a process and its children have used, from /proc."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    children = [
        child for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
    ]
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") + sum(_cpu(int(child)) for child in children)


def _trained(runs: str) -> Path:
    options = ("--runs-dir", runs, "--device", "cpu", "--dataset", "digits", "--steps", str(STEPS))
    with Terminal("--preset", "noisy", "--headless", *options) as terminal:
        assert terminal.end()[0] == 0
    return folders.find("last", Path(runs))


def leet() -> Iterator[Result]:
    """Measure both viewers on the same run, alternately; the target is wandb's value."""
    if importlib.util.find_spec("wandb") is None or not Path("/proc/self/stat").exists():
        print("leet: not measured; it needs Linux and `pip install wandb`")
        return
    with tempfile.TemporaryDirectory() as runs:
        source = _trained(runs)
        rounds = [(_usage(BNTUI, source), _usage(LEET, source)) for _ in range(ROUNDS)]
    bntui, wandb = zip(*rounds, strict=True)

    def medians(quantity: str) -> tuple[float, float]:
        return tuple(statistics.median(getattr(usage, quantity) for usage in side) for side in (bntui, wandb))

    def slowest_key(side: tuple[Usage, ...]) -> float:
        return sorted(milliseconds for usage in side for milliseconds in usage.keys)[int(0.95 * (ROUNDS * KEYS - 1))]

    value, target = medians("output")
    yield Result("terminal output of bntui attach", "wandb leet", value / 1000, target / 1000, form="{:.2f} kB/s")
    value, target = medians("cpu")
    yield Result("CPU share of bntui attach", "wandb leet", 100 * value, 100 * target, form="{:.1f} %")
    value, target = medians("first_paint")
    yield Result("first paint of bntui attach", "wandb leet", value, target, form="{:.2f} s")
    value, target = slowest_key(bntui), slowest_key(wandb)
    yield Result("key to screen of bntui attach, p95", "wandb leet", value, target, form="{:.0f} ms")
