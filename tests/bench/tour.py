"""Time of the tour's experiments, as they are shipped."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bntui.run.sources.live import LiveRun
from bntui.tour.chapter import chapters
from tests.bench.measure import Result, seconds

SECONDS = 60.0


def tour() -> Iterator[Result]:
    """Yield the seconds in which the experiment of each chapter loads its data, trains and is stored."""
    with tempfile.TemporaryDirectory() as folder:
        for number, chapter in enumerate(chapters(), 1):
            if chapter.by_hand:
                continue
            spec = chapter.spec()
            taken = seconds(LiveRun(spec, Path(folder), None, fall_back=True).work)
            baseline = f"{spec.steps} steps, {len(spec.variants)} variants"
            yield Result(f"the experiment of chapter {number}", baseline, taken, SECONDS, form="{:.1f} s")
