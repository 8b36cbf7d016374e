"""The claims and the final metrics of a report as tables of LaTeX, in the width of a venue's column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from bntui.claims.claim import Claim
from bntui.claims.formats import interval_text
from bntui.claims.grid_claim import GridResult
from bntui.claims.grid_report import range_text
from bntui.claims.result import Result, Verdict
from bntui.figures.venues import Venue
from bntui.number_format import significant
from bntui.printable_text import printable
from bntui.report.final_metrics import FinalMetrics, cell, final_metrics, metrics_shown, unit_of
from bntui.report.latex_text import breakable, caption, latex
from bntui.report.measured import Report, Section
from bntui.report.paper_figures import settings_text, stems
from bntui.sweep.metrics import METRICS

T = TypeVar("T")

_HEAD = r"""% {title} by bntui. In the preamble: \usepackage{{booktabs,tabularx}}
% In the text: \input{{{folder}/{name}}}
"""
_TABLE = r"""
\begin{{table}}[tbp]
  \centering
  \footnotesize
  \setlength{{\tabcolsep}}{{3pt}}
  \caption{{{caption}}}
  \label{{tab:{label}}}
  \smallskip
{body}
\end{{table}}
"""
_TABULAR = r"""  \begin{{tabularx}}{{\linewidth}}{{@{{\extracolsep{{\fill}}}}{columns}@{{}}}}
    \toprule
    {head} \\
    \midrule
{rows}
    \bottomrule
  \end{{tabularx}}"""
_WRAPPED = r">{\raggedright\arraybackslash}X"
_SENTENCE = r"    \multicolumn{{5}}{{@{{}}l@{{}}}}{{\rlap{{\parbox[t]{{\linewidth}}{{\raggedright {text}\strut}}}}}} \\"
_MOST_LINES = 58
"""Lines that fit a page, those of the caption among them."""
_CELL = 0.75
"""The least width of a column, in inches."""
_WIDER, _SHARE_OF_NAMES = 1.5, 0.2
"""Widths of the column of names: among metrics in mean columns, among claims in widths of the table."""
_CHARACTERS = 19
"""Characters of an inch in the size of the tables."""


@dataclass(frozen=True)
class _Claim:
    """A claim in LaTeX: what it says, and a row for each group and pair of variants; `lines` is its height."""

    text: str
    rows: tuple[str, ...]
    lines: int


def claims_tex(report: Report, venue: Venue, folder: str) -> str:
    """Return the table of the claims that could be checked: effect, interval, verdict and seeds."""
    parts = [_HEAD.format(title="Claims", folder=printable(folder), name="claims")]
    for section, stem in zip(report.sections, stems(report.sections), strict=True):
        claims = _claims(section, report.sweep.results if report.sweep else (), venue)
        text = _claims_caption(section)
        for number, of_table in enumerate(_split(claims, lambda claim: claim.lines, text, venue)):
            rows = "\n    \\addlinespace\n".join("\n".join([claim.text, *claim.rows]) for claim in of_table)
            head = r"variants & effect & 95\,\% interval & verdict & seeds"
            body = _TABULAR.format(columns=f"{_WRAPPED}l{_WRAPPED}ll", head=head, rows=rows)
            parts.append(_table(caption(text, venue.width), f"{stem}claims", number, body))
        if not claims:
            parts.append(f"% No claim can be checked on these runs of {printable(section.name)}.\n")
    return "".join(parts)


def final_tex(report: Report, venue: Venue, folder: str) -> str:
    """Return the table of the final metrics of every variant: means over the seeds with their intervals."""
    parts = [_HEAD.format(title="Final metrics", folder=printable(folder), name="final")]
    for section, stem in zip(report.sections, stems(report.sections), strict=True):
        variants = final_metrics(section)
        blocks = _blocks(metrics_shown(variants), max(int(venue.width / _CELL) - 1, 1))
        if not blocks:
            parts.append(f"% None of the metrics was measured in these runs of {printable(section.name)}.\n")
            continue
        text = _final_caption(section, variants)
        for number, of_table in enumerate(_split(variants, partial(_height, blocks=len(blocks)), text, venue)):
            body = "\n\n  \\medskip\n".join(_metrics_tabular(of_table, block) for block in blocks)
            parts.append(_table(caption(text, venue.width), f"{stem}final", number, body))
    return "".join(parts)


def _claims(section: Section, over_grid: Iterable[GridResult], venue: Venue) -> list[_Claim]:
    """Return the claims in the order in which they were checked."""
    found: dict[str, list[tuple[str, int]]] = {}
    results: list[Result | GridResult] = [result for of_group in section.results.values() for result in of_group]
    for result in [*results, *over_grid]:
        if not result.missing:
            found.setdefault(_said(result), []).append(_row(result, venue))
    return [
        _Claim(
            _SENTENCE.format(text=latex(said)),
            tuple(text for text, _ in rows),
            1 + int(len(said) / _CHARACTERS / venue.width) + sum(lines for _, lines in rows),
        )
        for said, rows in found.items()
    ]


def _said(result: Result | GridResult) -> str:
    claim = result.claim
    unit = claim.unit.format("first", "second")
    bounds = claim.bounds_text if isinstance(claim, Claim) else "above 1"
    return f"{claim.sentence} ({claim.source}): {unit}; supported {bounds}."


def _row(result: Result | GridResult, venue: Venue) -> tuple[str, int]:
    """Return the row of a result, and the lines that it takes."""
    ends = range_text if isinstance(result, GridResult) else interval_text
    name = ": ".join(filter(None, [result.group, " : ".join(result.variants)]))
    verdict = "" if result.verdict is Verdict.NONE else result.verdict
    cells = significant(result.effect), ends(result.low, result.high), verdict, f"{len(result.seeds)}"
    lines = 1 + int(len(name) / _CHARACTERS / (venue.width * _SHARE_OF_NAMES))
    return f"    {' & '.join([breakable(name), *map(latex, cells)])} \\\\", lines


def _claims_caption(section: Section) -> str:
    """Say on what the claims were checked, and what intervals and verdicts hold for."""
    tested = [result for of_group in section.results.values() for result in of_group if result.p is not None]
    parts = [f"Claims, checked on {settings_text(section)}."]
    if tested:
        parts.append(
            "Intervals are of each claim by itself (paired t over the seeds); verdicts hold for all"
            f" {max(result.family for result in tested)} claims together (Holm, 5 %)."
        )
    elif any(section.results.values()):
        parts.append("Effects without verdicts, which need three finished runs that differ in their seed alone.")
    return latex(" ".join(parts))


def _metrics_tabular(variants: Sequence[FinalMetrics], metrics: Sequence[str]) -> str:
    rows = [" & ".join([breakable(row.variant), *(latex(_cell(row, name)) for name in metrics)]) for row in variants]
    return _TABULAR.format(
        columns=_wrapped(_WIDER) + len(metrics) * _wrapped((1 + len(metrics) - _WIDER) / len(metrics)),
        head=" & ".join(map(latex, ["variant", *map(_head, metrics)])),
        rows="\n".join(f"    {row} \\\\" for row in rows),
    )


def _wrapped(share: float) -> str:
    """Return a column of wrapped text, so many times as wide as the mean of all."""
    return rf">{{\hsize={share:.6f}\hsize\linewidth=\hsize\raggedright\arraybackslash}}X"


def _head(metric: str) -> str:
    title, unit = METRICS[metric].title, unit_of(metric)
    return title if unit in title.split() else f"{title} ({unit})" if unit else title


def _cell(row: FinalMetrics, metric: str) -> str:
    return cell(row.spots[metric], metric) if metric in row.spots else ""


def _height(row: FinalMetrics, blocks: int) -> int:
    """Return the lines that a variant takes in all blocks."""
    wrapped = any("," in cell(spot, name) or " of " in cell(spot, name) for name, spot in row.spots.items())
    return blocks * max(3 * wrapped, 1 + int(len(row.variant) / _CHARACTERS / _CELL / _WIDER))


def _final_caption(section: Section, variants: Sequence[FinalMetrics]) -> str:
    """Say of what the metrics are, and how each is defined."""
    notes = "; ".join(f"{METRICS[name].title}: {METRICS[name].note}" for name in metrics_shown(variants))
    several = any(row.seeds > 1 for row in variants)
    over = " Means over the seeds ± half of their 95 % t intervals." if several else ""
    return latex(f"Final metrics of {settings_text(section)}. {notes}.{over}")


def _table(text: str, label: str, number: int, body: str) -> str:
    """Return a table; of what takes several, all but the first say that they continue it."""
    if not number:
        return _TABLE.format(caption=text, label=label, body=body)
    return _TABLE.format(caption=rf"Table~\ref{{tab:{label}}}, continued.", label=f"{label}-{number + 1}", body=body)


def _split(rows: Iterable[T], lines: Callable[[T], int], text: str, venue: Venue) -> list[list[T]]:
    """Return the rows in tables, each of which fits a page with its caption, which is set in a larger font."""
    tables: list[list[T]] = []
    most = _MOST_LINES - 2 * len(text) / _CHARACTERS / venue.width
    height = most
    for row in rows:
        if height + lines(row) > most:
            tables.append([])
            height = 0
        tables[-1].append(row)
        height += lines(row)
    return tables


def _blocks(names: Sequence[str], most: int) -> list[Sequence[str]]:
    """Return the names in blocks of at most, and nearly equally, so many."""
    count = -(-len(names) // most)
    size = -(-len(names) // max(count, 1))
    return [names[first : first + size] for first in range(0, len(names), size or 1)]
