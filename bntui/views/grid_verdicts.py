"""The verdicts on a whole sweep as paragraphs to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from bntui.claims import grid_report
from bntui.claims.grid_claim import GridResult
from bntui.text_table import aligned
from bntui.views.paragraphs import Paragraph

_CLAIM = grid_report.HEAD.index("claim")


def grid_verdicts(results: Sequence[GridResult]) -> list[Paragraph]:
    """Return, for each claim, what it says, its verdicts in a table, and with which values each variant learns."""
    if not results:
        return [
            ("strong", "No claim is about this sweep"),
            (
                "text",
                "Claims about a whole sweep are about the values of a key, such as lr, with which a network learns.",
            ),
            ("text", "Others are checked on the runs: c compares them, and the page of claims shows the verdicts."),
        ]
    return [paragraph for _, of_claim in groupby(results, _sentence) for paragraph in _of_claim(list(of_claim))]


def _sentence(result: GridResult) -> str:
    return f"{result.claim.sentence}."


def _of_claim(results: Sequence[GridResult]) -> Iterator[Paragraph]:
    first = results[0]
    yield "strong", _sentence(first)
    yield "text", f"{first.claim.source}. The {first.unit}; supported above 1 ({first.claim.reason})."
    yield "table", aligned([_without_claim(grid_report.HEAD), *map(_without_claim, map(grid_report.row, results))])
    yield from (("muted", line) for result in results for line in grid_report.details(result))


def _without_claim(cells: tuple[str, ...]) -> tuple[str, ...]:
    return cells[:_CLAIM] + cells[_CLAIM + 1 :]
