"""Run the fault campaign, or the rows named, and print a table; exit with status 1 if a try failed."""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

os.environ.setdefault("OMP_NUM_THREADS", "1")

from tests.faults.campaign import ROWS, outcomes_of
from tests.faults.outcome import Kind, Outcome

AT_ONCE = 2
LISTED = 8
"""Failures of a row that are listed."""


def main() -> int:
    """Run the rows, two at a time, and print each when it is done."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *ROWS], help="default: all")
    parser.add_argument("--verbose", action="store_true", help="list every try")
    options = parser.parse_args()
    names = options.names or list(ROWS)
    print(f"{'fault':34} {'tries':>6} {'failed':>7}   {'   '.join(Kind)}   seconds", flush=True)
    with ThreadPoolExecutor(AT_ONCE) as executor:
        failures = sum(executor.map(lambda name: _print_row(name, options.verbose), names))
    print(f"{failures} failures")
    return 1 if failures else 0


def _print_row(name: str, verbose: bool) -> int:
    begin = time.monotonic()
    outcomes = list(outcomes_of(name))
    print(_table_row(name, outcomes, time.monotonic() - begin, verbose), flush=True)
    return sum(bool(outcome.failure) for outcome in outcomes)


def _table_row(name: str, outcomes: list[Outcome], seconds: float, verbose: bool) -> str:
    failed = [outcome for outcome in outcomes if outcome.failure]
    kinds = Counter(outcome.kind for outcome in failed)
    counts = "   ".join(f"{kinds[kind]:>{len(kind)}}" for kind in Kind)
    tries = sum(not outcome.skipped for outcome in outcomes)
    line = f"{name:34} {tries:6} {len(failed):7}   {counts}   {seconds:7.0f}{_lost(outcomes)}"
    listed = outcomes if verbose else [*failed[:LISTED], *(outcome for outcome in outcomes if outcome.skipped)]
    more = [f"    and {len(failed) - LISTED} more"] if len(failed) > LISTED and not verbose else []
    return "\n".join([line, *(f"    {outcome.tried}: {outcome.failure or 'ok'}" for outcome in listed), *more])


def _lost(outcomes: list[Outcome]) -> str:
    lost = [outcome.lost_seconds for outcome in outcomes if outcome.lost_seconds is not None]
    return f"   lost {statistics.median(lost):.2f} s, at worst {max(lost):.2f} s" if lost else ""


if __name__ == "__main__":
    sys.exit(main())
