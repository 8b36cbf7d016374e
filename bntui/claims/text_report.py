"""The text of `bntui claims RUN…`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from textwrap import wrap

from bntui.claims.check import check
from bntui.claims.formats import as_json, table
from bntui.claims.measured_run import MeasuredRun, load
from bntui.claims.result import Result

WIDTH, INDENT = 110, "    "


def claims_of(folders: Sequence[Path], *, json: bool = False) -> str:
    """Check the claims on one run, or on several of one experiment; return a table or JSON. Raises UserError."""
    runs = [load(folder) for folder in dict.fromkeys(folder.resolve() for folder in folders)]
    results = check(runs)
    return as_json(results) if json else text(runs, results)


def text(runs: Sequence[MeasuredRun], results: Sequence[Result]) -> str:
    """Return the table of checked claims, their sentences, and the claims that could not be checked with reasons."""
    checked = [result for result in results if not result.missing]
    blocks = [_heading(runs, checked), _columns(table(checked)) if checked else "", _sentences(checked)]
    unchecked = dict.fromkeys(f"  {result.claim.id}: {result.missing}" for result in results if result.missing)
    if unchecked:
        blocks.append("\n".join(["Not checked:", *unchecked]))
    return "\n\n".join(filter(None, blocks))


def _heading(runs: Sequence[MeasuredRun], checked: Sequence[Result]) -> str:
    spec, info = runs[0].spec, runs[0].history.info
    steps = min(run.reached for run in runs)
    experiment = f"{spec.name} on {info.dataset}, {steps} steps"
    if not checked:
        return f"{experiment}: none of the claims can be checked"
    return f"{experiment}; 95 % intervals ({checked[0].method}) hold for {checked[0].scope}"


def _columns(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _sentences(checked: Sequence[Result]) -> str:
    """Describe each claim once: sentence, source, unit, and the bounds within which it is supported."""
    first = {result.claim.id: result for result in reversed(checked)}
    return "\n".join(_described(first[claim]) for claim in dict.fromkeys(result.claim.id for result in checked))


def _described(result: Result) -> str:
    claim = result.claim
    reason = f" ({claim.reason})" if claim.reason else ""
    criterion = f"{result.unit}; supported {claim.bounds_text}{reason}"
    lines = wrap(criterion, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT)
    return "\n".join([f"{claim.id}: {claim.sentence} [{claim.source}].", *lines])
