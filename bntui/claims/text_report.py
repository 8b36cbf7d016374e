"""The text of `bntui claims`: a table of checked claims for each group of runs, then what is behind each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap

from bntui.claims.claim import Claim
from bntui.claims.formats import (
    SIGNS,
    SIGNS_TEXT,
    layers_text,
    learned_text,
    table,
    variants_text,
    windows_text,
)
from bntui.claims.measured_run import MeasuredRun
from bntui.claims.more_seeds import effects_only
from bntui.claims.result import Result
from bntui.run.spec_difference import ranges
from bntui.text_table import aligned

WIDTH, INDENT = 110, "    "

Groups = Mapping[str, Sequence[MeasuredRun]]
"""Runs that differ only in their seed, by the label of their group; '' for a single one."""


def text(groups: Groups, results: Mapping[str, Sequence[Result]], lead: str = "") -> str:
    """Return the report on groups of runs; `lead` says first what the reader must know about all of it."""
    everything = [result for of_group in results.values() for result in of_group]
    checked = [result for result in everything if not result.missing]
    blocks = [lead, overview(results) if len(groups) > 1 else ""]
    blocks += ["\n".join([_heading(label, groups[label], results[label]), _table(results[label])]) for label in groups]
    blocks += [family_note(checked), *_described(checked), _unchecked(everything)]
    return "\n\n".join(filter(None, blocks))


def lead(results: Mapping[str, Sequence[Result]], command: str) -> str:
    """Return the line that leads results of too few seeds, with the command for more; '' if there are enough."""
    return effects_only([result for of_group in results.values() for result in of_group], command)


def unfinished(sweep: str, to_come: Mapping[str, int]) -> str:
    """Return the line that leads a sweep of which points are still to come; '' if it is done."""
    points = sum(to_come.values())
    if not points:
        return ""
    are = "point is" if points == 1 else "points are"
    return f"{points:,} {are} still to come: no verdict there yet; `bntui sweep {sweep}` goes on"


def overview(results: Mapping[str, Sequence[Result]]) -> str:
    """Return a grid of signs: a row for each claim and its variants, a column for each group; '' if none is checked."""
    signs: dict[tuple[str, str], dict[str, str]] = {}
    for label, of_group in results.items():
        for result in of_group:
            if not result.missing:
                signs.setdefault((result.claim.id, variants_text(result)), {})[label] = SIGNS[result.verdict]
    if not signs:
        return ""
    rows = [(*claim, *(of_claim.get(label, "") for label in results)) for claim, of_claim in signs.items()]
    return "\n".join([aligned([("claim", "variants", *results), *rows]), SIGNS_TEXT])


def _heading(label: str, runs: Sequence[MeasuredRun], results: Sequence[Result]) -> str:
    spec, info = runs[0].spec, runs[0].history.info
    seeds = sorted(run.spec.seed for run in runs)
    under_way = any(not run.state.over for run in runs)
    steps = (
        f"{min(run.reached for run in runs):,} of {spec.steps:,} steps so far" if under_way else f"{spec.steps:,} steps"
    )
    experiment = f"{spec.name} on {info.dataset}, {steps}, {_seeds(seeds)}"
    lines = [f"{label}: {experiment}" if label else experiment, learned_text(results)]
    return "\n".join(filter(None, lines))


def _seeds(seeds: Sequence[int]) -> str:
    return f"seed {seeds[0]}" if len(seeds) == 1 else f"seeds {', '.join(ranges(seeds))}"


def _table(results: Sequence[Result]) -> str:
    rows = table(results)
    return aligned([row[:1] + row[2:] for row in rows]) if len(rows) > 1 else "none of the claims can be checked"


def family_note(checked: Sequence[Result]) -> str:
    """Say what intervals and verdicts hold for; '' where there are none."""
    tested = [result for result in checked if result.p is not None]
    family = max((result.family for result in tested), default=0)
    if not family:
        return ""
    timed = any(result.claim.quantity.per_second for result in tested)
    return (
        "The 95 % interval and p are of each claim by itself (paired t over the seeds). Verdicts follow p (Holm),"
        f"\nwhich holds for all {family} claims together: one of them is false in at most 5 % of such tables."
        + "\nClaims per second are a family of their own, held to 5 % as well."
        * timed
    )


def _described(checked: Sequence[Result]) -> list[str]:
    """Describe each claim once, with what is behind each of its results."""
    by_claim: dict[str, list[Result]] = {}
    for result in checked:
        by_claim.setdefault(result.claim.id, []).append(result)
    return [_description(results) for results in by_claim.values()]


def _description(results: Sequence[Result]) -> str:
    claim = results[0].claim
    unit = results[0].unit if len({result.unit for result in results}) == 1 else claim.unit.format("first", "second")
    lines = [f"{claim.id}: {claim.sentence} [{claim.source}].", *_indented(f"{unit}; {criterion(claim)}", 1)]
    for result in results:
        name = ", ".join(filter(None, [result.group, variants_text(result)]))
        windows, layers = windows_text(result), layers_text(result)
        texts = [result.note, windows and f"in other parts of the run: {windows}", layers]
        lines += _indented("; ".join([name, *filter(None, texts)]), 1)
    return "\n".join(lines)


def criterion(claim: Claim) -> str:
    """Return when a claim is supported, and over which part of the run."""
    reason = f" ({claim.reason})" if claim.reason else ""
    return f"supported {claim.bounds_text}{reason}, {claim.window}"


def _indented(text: str, times: int) -> list[str]:
    return wrap(text, WIDTH, initial_indent=INDENT * times, subsequent_indent=INDENT * times, break_on_hyphens=False)


def _unchecked(results: Sequence[Result]) -> str:
    lines = dict.fromkeys(f"  {result.claim.id}: {result.missing}" for result in results if result.missing)
    return "\n".join(["Not checked:", *lines]) if lines else ""
