"""Run all benchmarks, or those named, and print a table; --json FILE writes the results to a file, too."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import torch

from tests.bench import (
    checkpoint,
    compared_runs,
    dashboard,
    leet,
    many_runs,
    papers,
    probe_cost,
    reports,
    served_page,
    start,
    storage,
    sweeps,
    tour,
    training,
)
from tests.bench.measure import Result

BENCHMARKS: dict[str, Callable[[], Iterator[Result]]] = {
    "start": start.start,
    "loops": training.loops,
    "probes": probe_cost.probes,
    "smoothness": probe_cost.smoothness,
    "ics": probe_cost.ics,
    "store": storage.store,
    "memory": storage.memory,
    "checkpoint": checkpoint.checkpoint,
    "runs": many_runs.listing,
    "compared": compared_runs.compared,
    "sweeps": sweeps.sweeps,
    "papers": papers.papers,
    "screen": dashboard.screen,
    "reports": reports.reports,
    "served": served_page.served_page,
    "leet": leet.leet,
    "tour": tour.tour,
}


def main() -> None:
    """Run the benchmarks and print each result at once."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *BENCHMARKS], help="default: all")
    parser.add_argument("--json", type=Path, help="write the results to this file, too")
    options = parser.parse_args()
    # Programs are measured as users run them: with modules compiled before.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, {platform.machine()}")
    results = []
    for name in options.names or BENCHMARKS:
        for result in BENCHMARKS[name]():
            results.append(result)
            print(_row(result), flush=True)
    if options.json:
        options.json.write_text(json.dumps([{**asdict(result), "met": result.met} for result in results], indent=2))


def _row(result: Result) -> str:
    value, target = (result.form.format(number) for number in (result.value, result.target))
    sign = "≤" if result.at_most else "≥"
    verdict = "met" if result.met else "MISSED"
    return f"{result.name:42} {result.baseline:42} {value:>12}  {sign} {target:<12} {verdict}"


main()
