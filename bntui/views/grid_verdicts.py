"""The verdicts on a whole sweep as paragraphs to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from bntui.claims import grid_report
from bntui.claims.grid_claim import GridResult
from bntui.text_table import aligned
from bntui.views.paragraphs import Paragraph


def grid_verdicts(results: Sequence[GridResult]) -> list[Paragraph]:
    """Return what each claim says, each verdict with its numbers, and with which values each variant learns."""
    if not results:
        return [
            ("strong", "No claim is about this sweep"),
            ("text", "Claims about a whole sweep ask with which values of a key, such as lr, a network learns."),
            ("text", "Others are checked on the runs: c compares them, and the page of claims shows the verdicts."),
        ]
    return [paragraph for _, of_claim in groupby(results, _sentence) for paragraph in _of_claim(list(of_claim))]


def _sentence(result: GridResult) -> str:
    return f"{result.claim.sentence}."


def _of_claim(results: Sequence[GridResult]) -> Iterator[Paragraph]:
    first = results[0]
    yield "strong", _sentence(first)
    yield "text", f"{first.claim.source}. The {first.unit}; supported above 1 ({first.claim.reason})."
    for result in results:
        # A line for each cell: next to one another they are wider than a dialog.
        cells = zip(grid_report.HEAD, grid_report.row(result), strict=True)
        yield "table", aligned([(name, text) for name, text in cells if text and name != "claim"])
        yield from (("muted", line) for line in grid_report.details(result))
