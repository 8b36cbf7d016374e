"""The text of `bntui claims RUN…`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from textwrap import wrap

from bntui.claims.check import check
from bntui.claims.claim import Result
from bntui.claims.formats import as_json, table
from bntui.claims.measured_run import Run, load

WIDTH, INDENT = 110, "    "


def claims_of(folders: Sequence[Path], *, json: bool = False) -> str:
    """The claims checked on one run, or on several of one experiment, as a table or as JSON. Raises UserError."""
    runs = [load(folder) for folder in dict.fromkeys(folder.resolve() for folder in folders)]
    results = check(runs)
    return as_json(results) if json else text(runs, results)


def text(runs: Sequence[Run], results: Sequence[Result]) -> str:
    """The table of what could be checked, then each claim in words, then what could not be checked and why."""
    checked = [result for result in results if not result.missing]
    blocks = [_head(runs, checked), _columns(table(checked)) if checked else "", _words(checked)]
    absent = dict.fromkeys(f"  {each.claim.id}: {each.missing}" for each in results if each.missing)
    if absent:
        blocks.append("\n".join(["Not checked:", *absent]))
    return "\n\n".join(filter(None, blocks))


def _head(runs: Sequence[Run], checked: Sequence[Result]) -> str:
    spec, info = runs[0].spec, runs[0].history.info
    steps = min(run.reached for run in runs)
    what = f"{spec.name} on {info.dataset}, {steps} steps"
    if not checked:
        return f"{what}: none of the claims can be checked"
    return f"{what}; 95 % intervals ({checked[0].method}) speak of {checked[0].scope}"


def _columns(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _words(checked: Sequence[Result]) -> str:
    """Once for each claim: its sentence, source, unit, and the bounds between which it is supported."""
    first = {result.claim.id: result for result in reversed(checked)}
    return "\n".join(_explained(first[each]) for each in dict.fromkeys(result.claim.id for result in checked))


def _explained(result: Result) -> str:
    claim = result.claim
    low, high = (f"{bound:g}" for bound in claim.holds)
    inside = f"above {low}" if high == "inf" else f"below {high}" if low in ("-inf", "0") else f"from {low} to {high}"
    because = f" ({claim.why})" if claim.why else ""
    said = f"{claim.id}: {claim.sentence} [{claim.source}]."
    meant = f"{result.unit}; supported {inside}{because}"
    return "\n".join([said, *wrap(meant, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT)])
