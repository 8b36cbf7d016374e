"""The claims of a section as rows of a table: each with its chart, and the results of all groups side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bntui.claims.claim import Claim
from bntui.claims.formats import interval_text, learned_text, variants_text
from bntui.claims.paired_t import ENOUGH
from bntui.claims.result import Result, Verdict
from bntui.claims.text_report import family_note
from bntui.number_format import significant
from bntui.report.decimal_columns import aligned
from bntui.report.experiment_text import counted, in_words, listed
from bntui.report.measured import Section
from bntui.views.claim_chart import chart_of
from bntui.views.claim_text import explain


@dataclass(frozen=True, slots=True)
class ClaimCell:
    """What one group of runs says about a claim; `kind` is the verdict as a word for styles."""

    verdict: str
    kind: str
    effect: str
    interval: str
    seeds: int
    note: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim about a pair of variants, the id of its chart ('' without one), and a cell for each group, or None.

    `first` says that no earlier row is of the same claim.
    """

    claim: Claim
    first: bool
    unit: str
    chart: str
    cells: tuple[ClaimCell | None, ...]


@dataclass(frozen=True, slots=True)
class ClaimTable:
    """The table with what leads it: what the verdicts rest on, or what they lack and the command that gives it.

    `unchecked` are claims that could not be checked, with the reason; `learned` says which seeds learned, by group.
    """

    groups: tuple[str, ...]
    rows: tuple[ClaimRow, ...]
    lead: str
    command: str
    learned: tuple[tuple[str, str], ...]
    unchecked: tuple[tuple[Claim, str], ...]


def claim_table(section: Section, charts: Mapping[str, str]) -> ClaimTable:
    """Return the claims of a section; `charts` are the ids of charts by view."""
    results = [result for of_group in section.results.values() for result in of_group]
    lead, command = _lead(section, [result for result in results if not result.missing])
    missing = {(result.claim.id, result.missing): result.claim for result in results if result.missing}
    return ClaimTable(
        groups=tuple(section.results),
        rows=_rows(section.results, charts),
        lead=lead,
        command=command,
        learned=tuple((label, text) for label, each in section.results.items() if (text := learned_text(each))),
        unchecked=tuple((claim, reason) for (_, reason), claim in missing.items()),
    )


def _rows(results: Mapping[str, Sequence[Result]], charts: Mapping[str, str]) -> tuple[ClaimRow, ...]:
    found: dict[tuple[str, str], dict[str, Result]] = {}
    for label, of_group in results.items():
        for result in of_group:
            if not result.missing:
                found.setdefault((result.claim.id, variants_text(result)), {})[label] = result
    columns = [_column([by_group.get(label) for by_group in found.values()]) for label in results]
    seen: set[str] = set()
    rows = []
    for by_group, *cells in zip(found.values(), *columns, strict=True):
        result = next(iter(by_group.values()))
        claim, unit = result.claim, result.claim.unit.format(*result.variants)
        chart = charts.get(chart_of(claim), "")
        rows.append(ClaimRow(claim, claim.id not in seen, unit, chart, tuple(cells)))
        seen.add(claim.id)
    return tuple(rows)


def _column(results: Sequence[Result | None]) -> list[ClaimCell | None]:
    """Return the cells of one group, their effects and intervals aligned at the decimal points."""
    effects = aligned([significant(result.effect) if result else "" for result in results])
    intervals = aligned([interval_text(result.low, result.high) if result else "" for result in results], " … ")
    cells = zip(results, effects, intervals, strict=True)
    return [_cell(result, effect, interval) if result else None for result, effect, interval in cells]


def _cell(result: Result, effect: str, interval: str) -> ClaimCell:
    # The first two paragraphs are the sentence and its source.
    paragraphs = tuple(text for _, text in explain(result)[2:])
    kind = result.verdict.name.lower()
    return ClaimCell(result.verdict.value, kind, effect, interval, len(result.seeds), result.note, paragraphs)


def _lead(section: Section, checked: Sequence[Result]) -> tuple[str, str]:
    """Return what decides, or what is missing for that, and the command that gives it ('' where nothing is missing)."""
    if section.to_come:
        are = f"{counted(section.to_come, 'point')} of the sweep {'is' if section.to_come == 1 else 'are'}"
        return f"{are.capitalize()} still to come; there is no verdict before the last one of a setting.", ""
    if not checked:
        return "None of the claims can be checked on these measurements.", ""
    training = sum(not run.state.over for run in section.runs)
    if training:
        of_runs = (
            f"{training} of {len(section.runs)} runs still train" if len(section.runs) > 1 else "The run still trains"
        )
        return f"{of_runs}: there are effects so far, and verdicts only once all runs are finished.", ""
    seeds = min(len(result.seeds) for result in checked)
    if seeds < ENOUGH:
        few = "One seed shows effects" if seeds == 1 else "Two seeds show effects"
        need = "verdicts need at least three finished runs that differ only in their seed. This trains more:"
        return f"{few} and no verdicts: {need}", section.more_seeds
    if all(result.verdict is Verdict.NONE for result in checked):
        return "No run was finished as planned, so there are effects and no verdicts.", ""
    return f"{_counts(checked)} {family_note(checked)}".replace("\n", " "), ""


def _counts(checked: Sequence[Result]) -> str:
    """Return how many verdicts there are of each kind: 'Of nine comparisons, one is supported, eight are undecided.'"""
    verdicts = [result.verdict for result in checked]
    counts = [(verdict.value, verdicts.count(verdict)) for verdict in Verdict]
    parts = [f"{in_words(count)} {'is' if count == 1 else 'are'} {verdict}" for verdict, count in counts if count]
    return f"Of {counted(len(checked), 'comparison')}, {listed(parts)}."
