"""Cost of the dashboard: training speed, terminal output, first paint, keys; in a pseudo-terminal of 120×36."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bntui.run.storage import folders
from bntui.run.storage.reader import RunReader
from tests.bench.measure import Result
from tests.terminal import Terminal

STEPS = 250
ROUNDS = 3
KEYS = 12


def _training_seconds(runs: Path) -> float:
    with RunReader(folders.find("last", runs)) as reader:
        return reader.progress.seconds


def _command(runs: Path, *more: str) -> tuple[str, ...]:
    return (
        *("--preset", "noisy", "--dataset", "digits", "--steps", str(STEPS)),
        *("--runs-dir", str(runs), "--device", "cpu", *more),
    )


def _headless_seconds(runs: Path) -> float:
    with Terminal(*_command(runs, "--headless")) as terminal:
        assert terminal.end()[0] == 0
    return _training_seconds(runs)


def _dashboard(runs: Path) -> tuple[float, float, float]:
    """Return seconds of training, bytes per second from two seconds into training, and seconds to the first paint."""
    start = time.perf_counter()
    with Terminal(*_command(runs)) as terminal:
        terminal.until("noisy")
        first_paint = time.perf_counter() - start
        terminal.until("steps/s")
        # As in the comparison with wandb, the first frames do not count.
        terminal.watch(2.0)
        written, start = len(terminal.written), time.perf_counter()
        terminal.until(f"{STEPS}/{STEPS}")
        rate = (len(terminal.written) - written) / (time.perf_counter() - start)
        terminal.until("finished")
        terminal.type("q")
        assert terminal.end()[0] == 0
    return _training_seconds(runs), rate, first_paint


def _key_milliseconds(runs: Path) -> list[float]:
    with Terminal(*_command(runs, "--steps", "100000")) as terminal:
        terminal.until("steps/s")
        milliseconds = []
        for number in range(KEYS):
            layer = f"drift of {('conv2', 'conv1')[number % 2]}"
            start = time.perf_counter()
            terminal.type("[" if number % 2 else "]")
            terminal.until(layer)
            milliseconds.append((time.perf_counter() - start) * 1000)
        terminal.type("ctrl+q")
        terminal.end()
    return milliseconds


def screen() -> Iterator[Result]:
    """Measure the same run with the dashboard and headless, alternately."""
    with tempfile.TemporaryDirectory() as folder:
        runs = Path(folder)
        rounds = [(_headless_seconds(runs), _dashboard(runs)) for _ in range(ROUNDS)]
        speed = statistics.median(headless / training for headless, (training, _, _) in rounds)
        yield Result("steps/s with the dashboard open", "the same run headless", speed, 0.95, at_most=False)
        rate = statistics.median(rate for _, (_, rate, _) in rounds)
        yield Result("terminal output while training", "6 kB/s", rate / 1000, 6.0, form="{:.1f} kB/s")
        first_paint = statistics.median(first_paint for _, (_, _, first_paint) in rounds)
        yield Result("first paint", "the command", first_paint, 0.8, form="{:.2f} s")
        keys = sorted(_key_milliseconds(runs))
        yield Result("key to screen while training, p95", "-", keys[int(0.95 * (KEYS - 1))], 100, form="{:.0f} ms")
