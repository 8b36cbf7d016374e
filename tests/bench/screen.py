"""What the dashboard costs: training speed, bytes, first paint, keys; in a pseudo-terminal of 120×36."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bntui.run.storage import folders
from bntui.run.storage.reader import RunReader
from tests.bench.measure import Figure
from tests.terminal import Terminal

STEPS = 250
ROUNDS = 3
KEYS = 12


def _training_seconds(runs: Path) -> float:
    with RunReader(folders.find("last", runs)) as reader:
        return reader.progress.seconds


def _command(runs: Path, *more: str) -> tuple[str, ...]:
    where = ("--runs-dir", str(runs), "--device", "cpu")
    return ("--preset", "noisy", "--dataset", "digits", "--steps", str(STEPS), *where, *more)


def _headless(runs: Path) -> float:
    with Terminal(*_command(runs, "--headless")) as terminal:
        assert terminal.end()[0] == 0
    return _training_seconds(runs)


def _dashboard(runs: Path) -> tuple[float, float, float]:
    """Seconds of training; bytes a second while it trained, but for its first two; seconds to the first paint."""
    begun = time.perf_counter()
    with Terminal(*_command(runs)) as terminal:
        terminal.until("noisy")
        painted = time.perf_counter() - begun
        terminal.until("steps/s")
        # As beside W&B's: not the first picture, but what follows.
        terminal.watch(2.0)
        before, at = len(terminal.written), time.perf_counter()
        terminal.until(f"{STEPS}/{STEPS}")
        rate = (len(terminal.written) - before) / (time.perf_counter() - at)
        terminal.until("finished")
        terminal.type("q")
        assert terminal.end()[0] == 0
    return _training_seconds(runs), rate, painted


def _key_milliseconds(runs: Path) -> list[float]:
    with Terminal(*_command(runs, "--steps", "100000")) as terminal:
        terminal.until("steps/s")
        waits = []
        for number in range(KEYS):
            layer = f"drift of {('conv2', 'conv1')[number % 2]}"
            begun = time.perf_counter()
            terminal.type("[" if number % 2 else "]")
            terminal.until(layer)
            waits.append((time.perf_counter() - begun) * 1000)
        terminal.type("ctrl+q")
        terminal.end()
    return waits


def screen() -> Iterator[Figure]:
    """The same run with the dashboard open and headless, by turns."""
    with tempfile.TemporaryDirectory() as style_index:
        runs = Path(style_index)
        pairs = [(_headless(runs), _dashboard(runs)) for _ in range(ROUNDS)]
        speed = statistics.median(bare / shown for bare, (shown, _, _) in pairs)
        yield Figure("steps/s with the dashboard open", "the same run headless", speed, 0.95, ceiling=False)
        written = statistics.median(rate for _, (_, rate, _) in pairs)
        yield Figure("terminal output while training", "6 kB/s", written / 1000, 6.0, form="{:.1f} kB/s")
        painted = statistics.median(paint for _, (_, _, paint) in pairs)
        yield Figure("first paint", "the command", painted, 0.8, form="{:.2f} s")
        keys = sorted(_key_milliseconds(runs))
        yield Figure("key to screen while training, p95", "-", keys[int(0.95 * (KEYS - 1))], 100, form="{:.0f} ms")
