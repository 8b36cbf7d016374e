"""Our screen beside W&B's terminal view: the same metrics, growing at the same rate, in a terminal of 120×36."""

from __future__ import annotations

import importlib.util
import os
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
from tests.bench.measure import Figure
from tests.terminal import Terminal

STEPS = 1000
SECONDS = 15.0
ROUNDS = 1
KEYS = 8


Key = tuple[str, str, bool]
"""A key, and the text that comes (True) or goes with it."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """A program that follows a run: what it shows at first and while it follows; keys to begin with, and to measure."""

    kind: str
    program: tuple[str, ...]
    first: str
    follows: str
    before: tuple[Key, ...]
    keys: tuple[Key, Key]


OURS = Viewer(
    "ours",
    (sys.executable, "-m", "bntui", "attach"),
    first="noisy",
    follows="steps/s",
    before=(),
    keys=(("]", "drift of conv2", True), ("[", "drift of conv1", True)),
)
# Without its left side bar, it shows all twelve metrics, as our overview does.
LEET = Viewer(
    "wandb",
    ("wandb", "leet", "run"),
    first="Run Overview",
    follows="State: Running",
    before=(("[", "Run Overview", False),),
    keys=(("[", "Run Overview", True), ("[", "Run Overview", False)),
)


@dataclass(frozen=True, slots=True)
class Watched:
    """Bytes a second, CPU seconds a second, seconds to the first paint, milliseconds from a key to its effect."""

    bytes: float
    cpu: float
    paint: float
    keys: tuple[float, ...]


def _watched(viewer: Viewer, source: Path) -> Watched:
    with tempfile.TemporaryDirectory() as style_index, _growing(viewer.kind, source, style_index) as run:
        begun = time.perf_counter()
        with Terminal(run, program=viewer.program, HOME=style_index, XDG_CONFIG_HOME=style_index) as terminal:
            terminal.until(viewer.first)
            paint = time.perf_counter() - begun
            terminal.until(viewer.follows)
            for key in viewer.before:
                _key(terminal, *key)
            terminal.watch(2.0)
            at, written, used = time.perf_counter(), len(terminal.written), _cpu(terminal.pid)
            terminal.watch(SECONDS)
            seconds = time.perf_counter() - at
            bytes_, cpu = (len(terminal.written) - written) / seconds, (_cpu(terminal.pid) - used) / seconds
            keys = tuple(_key(terminal, *viewer.keys[number % 2]) for number in range(KEYS))
        return Watched(bytes_, cpu, paint, keys)


@contextmanager
def _growing(kind: str, source: Path, style_index: str) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.bench.growing", kind, str(source), style_index]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "HOME": style_index}
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


def _key(terminal: Terminal, key: str, text: str, comes: bool) -> float:
    # What is still moving takes no keys.
    terminal.watch(0.5)
    begun = time.perf_counter()
    terminal.type(key)
    (terminal.until if comes else terminal.until_gone)(text)
    return (time.perf_counter() - begun) * 1000


def _cpu(pid: int) -> float:
    """CPU seconds that a process and those it started have used, by Linux's books."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    children = [
        child for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
    ]
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") + sum(_cpu(int(child)) for child in children)


def _trained(runs: str) -> Path:
    where = ("--runs-dir", runs, "--device", "cpu", "--dataset", "digits", "--steps", str(STEPS))
    with Terminal("--preset", "noisy", "--headless", *where) as terminal:
        assert terminal.end()[0] == 0
    return folders.find("last", Path(runs))


def leet() -> Iterator[Figure]:
    """Both follow the same run, by turns; the target is W&B's figure."""
    if importlib.util.find_spec("wandb") is None or not Path("/proc/self/stat").exists():
        print("leet: not measured; it needs Linux and `pip install wandb`")
        return
    with tempfile.TemporaryDirectory() as runs:
        source = _trained(runs)
        pairs = [(_watched(OURS, source), _watched(LEET, source)) for _ in range(ROUNDS)]
    mine, theirs = zip(*pairs, strict=True)

    def both(of: str) -> tuple[float, float]:
        return tuple(statistics.median(getattr(each, of) for each in side) for side in (mine, theirs))

    def key(side: tuple[Watched, ...]) -> float:
        return sorted(wait for each in side for wait in each.keys)[int(0.95 * (ROUNDS * KEYS - 1))]

    value, target = both("bytes")
    yield Figure("terminal output of bntui attach", "wandb leet", value / 1000, target / 1000, form="{:.2f} kB/s")
    value, target = both("cpu")
    yield Figure("CPU share of bntui attach", "wandb leet", 100 * value, 100 * target, form="{:.1f} %")
    value, target = both("paint")
    yield Figure("first paint of bntui attach", "wandb leet", value, target, form="{:.2f} s")
    yield Figure("key to screen of bntui attach, p95", "wandb leet", key(mine), key(theirs), form="{:.0f} ms")
