"""Run the benchmarks, or those whose names are given: a table, and JSON with --json FILE."""

from __future__ import annotations

import argparse
import json
import platform
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import torch

from tests.bench import keeping, leet, probing, screen, start, training
from tests.bench.measure import Figure

BENCHMARKS: dict[str, Callable[[], Iterator[Figure]]] = {
    "start": start.start,
    "loops": training.loops,
    "probes": probing.probes,
    "smoothness": probing.smoothness,
    "ics": probing.ics,
    "store": keeping.writer,
    "memory": keeping.memory,
    "screen": screen.screen,
    "leet": leet.leet,
}


def main() -> None:
    """Print each figure as soon as it is known."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *BENCHMARKS], help="default: all")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    given = parser.parse_args()
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, {platform.machine()}")
    figures = []
    for name in given.names or BENCHMARKS:
        for figure in BENCHMARKS[name]():
            figures.append(figure)
            value, target = (figure.form.format(number) for number in (figure.value, figure.target))
            sign = "≤" if figure.ceiling else "≥"
            verdict = "met" if figure.met else "MISSED"
            print(f"{figure.what:42} {figure.against:42} {value:>12}  {sign} {target:<12} {verdict}", flush=True)
    if given.json:
        given.json.write_text(json.dumps([{**asdict(figure), "met": figure.met} for figure in figures], indent=2))


main()
