"""Reports of finished runs: the size of the file, and how long making and drawing it takes."""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.compared_runs import make_runs
from tests.bench.measure import Result, seconds
from tests.browser import CHROMIUM, tab

CASES = (("noisy", 1500, 3.0, 3.0), ("1,000,000 steps", 1_000_000, 6.0, 10.0))
"""A run's name and steps, and the targets of its report: megabytes, and seconds of the command."""

DRAWN = "window.Bokeh && Bokeh.documents.length && Bokeh.documents[0].is_idle ? performance.now() : 0"
LOADS = 3


def reports() -> Iterator[Result]:
    """Report a run of the preset noisy and a long one of the same kind, and open both reports in Chromium."""
    with tempfile.TemporaryDirectory() as folder:
        for name, steps, megabytes, limit in CASES:
            (run,) = make_runs(Path(folder), rates=(0.1,), seeds=(0,), steps=steps)
            page = run / "report.html"
            command = [sys.executable, "-m", "bntui", "report", str(run), "--out", str(page), "--force"]
            taken = seconds(lambda command=command: subprocess.run(command, check=True, capture_output=True))  # type: ignore[misc]
            yield Result(f"report of {name}", "the command", taken, limit, form="{:.2f} s")
            yield Result(f"report of {name}", "the file", page.stat().st_size / 1e6, megabytes, form="{:.2f} MB")
            if CHROMIUM:
                drawn = asyncio.run(_drawn(page, Path(folder) / f"profile-{steps}"))
                yield Result(f"report of {name}", "drawn in Chromium", drawn, 1.5, form="{:.2f} s")


async def _drawn(file: Path, profile: Path) -> float:
    """Return the seconds from the start of loading a page until all charts are drawn, the median of some loads."""
    taken = []
    async with tab(profile) as page:
        for _ in range(LOADS):
            await page.open("about:blank")
            await page.open(file.as_uri())
            await page.until(lambda: page.evaluate(DRAWN))
            taken.append(await page.evaluate(DRAWN) / 1000)
    return statistics.median(taken)
