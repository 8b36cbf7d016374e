"""Time and size of a paper: all figures and tables of three seeds of the preset `noisy`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.compared_runs import make_runs
from tests.bench.measure import Result, seconds

SECONDS, KILOBYTES = 10.0, 300.0


def papers() -> Iterator[Result]:
    """Yield the seconds of the command, with the start of its process, and the size of the largest figure."""
    with tempfile.TemporaryDirectory() as folder:
        runs = make_runs(Path(folder, "runs"), rates=(0.1,), seeds=range(3))
        paper = Path(folder, "paper")
        command = [sys.executable, "-m", "bntui", "report", *map(str, runs), "--paper", str(paper)]
        taken = seconds(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))
        figures = [path for path in paper.iterdir() if path.suffix in (".pdf", ".svg")]
        largest = max(path.stat().st_size for path in figures) / 1000
        baseline = f"{len(figures)} figures of 3 seeds, 1,500 steps"
        yield Result("bntui report --paper", baseline, taken, SECONDS, form="{:.1f} s")
        yield Result("the largest figure", baseline, largest, KILOBYTES, form="{:.0f} kB")
