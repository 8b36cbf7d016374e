"""Results of claims about a grid, as lines of text and as plain data for JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any

from bntui.claims.formats import p_text
from bntui.claims.grid_claim import GridResult, Learned
from bntui.claims.result import Verdict
from bntui.number_format import significant
from bntui.text_table import aligned

HEAD = ("verdict", "setting", "claim", "variants", "effect", "within the grid", "95 % interval", "p", "p (Holm)")
_WIDTH, _INDENT = 110, "    "


def text(results: Sequence[GridResult]) -> str:
    """Return a table of the claims, what each is about, and what learned under each seed; '' without results."""
    if not results:
        return ""
    claims = {result.claim.id: result for result in reversed(results)}
    sentences = [_sentence(claims[name]) for name in dict.fromkeys(result.claim.id for result in results)]
    remarks = [line for result in results for line in details(result)]
    table = aligned([HEAD, *map(row, results)])
    head = f"Over the whole grid, {_together(len(results))}:"
    return "\n\n".join([head, table, "\n".join(sentences), "\n".join(remarks)])


def entries(results: Sequence[GridResult]) -> list[dict[str, Any]]:
    """Return one plain table for each result, of values that JSON knows."""
    return [_entry(result) for result in results]


def range_text(low: float | None, high: float | None) -> str:
    """Return a range of ratios, '10.0 … 1,000', 'at least 10.0' where it is open; '' where both ends are."""
    if low is None:
        return "" if high is None else f"at most {significant(high)}"
    return f"at least {significant(low)}" if high is None else f"{significant(low)} … {significant(high)}"


def _together(count: int) -> str:
    return "a verdict by itself, held to 5 %" if count == 1 else f"{count} claims held to 5 % together (Holm)"


def row(result: GridResult) -> tuple[str, ...]:
    """Return the texts of one result, below HEAD."""
    return (
        "" if result.verdict is Verdict.NONE else result.verdict,
        result.group,
        result.claim.id,
        " : ".join(result.variants),
        significant(result.effect),
        range_text(*result.resolution),
        range_text(result.low, result.high),
        p_text(result.p),
        p_text(result.p_adjusted),
    )


def _sentence(result: GridResult) -> str:
    claim = result.claim
    lines = wrap(
        f"{result.unit}; supported above 1 ({claim.reason})", _WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT
    )
    return "\n".join([f"{claim.id}: {claim.sentence} [{claim.source}].", *lines])


def details(result: GridResult) -> list[str]:
    """Return, for each variant, the largest value that learns by seed, and the remarks."""
    where = f"{result.claim.id}{f' at {result.group}' if result.group else ''}"
    if result.missing:
        return [f"{where}: {result.missing}"]
    lines = [
        f"{where}, {variant}: learns {_by_seed(by_seed, width=result.claim.learning == 'width')}"
        for variant, by_seed in result.learned.items()
    ]
    return [*lines, *([f"{where}: {result.note}"] if result.note else [])]


def _by_seed(by_seed: Mapping[int, Learned], *, width: bool) -> str:
    """Return the values that learn, 'up to 0.3 (seeds 0, 2), 0.1 (seed 1)'."""
    seeds: dict[str, list[int]] = {}
    for seed, learned in by_seed.items():
        seeds.setdefault(_values(learned, width=width), []).append(seed)
    return ", ".join(
        f"{values} (seed{'s' * (len(found) > 1)} {', '.join(map(str, found))})" for values, found in seeds.items()
    )


def _values(learned: Learned, *, width: bool) -> str:
    if learned.largest is None:
        return "with no value"
    return f"from {learned.smallest:g} to {learned.largest:g}" if width else f"up to {learned.largest:g}"


def _entry(result: GridResult) -> dict[str, Any]:
    claim = result.claim
    low, high = result.resolution
    return {
        "claim": claim.id,
        "source": claim.source,
        "sentence": claim.sentence,
        "key": result.key,
        "setting": result.group,
        "variants": list(result.variants),
        "verdict": result.verdict.value,
        "unit": result.unit,
        "effect": result.effect,
        "resolution_low": low,
        "resolution_high": high,
        "low": result.low,
        "high": result.high,
        "p": result.p,
        "p_adjusted": result.p_adjusted,
        "family": result.family,
        "seeds": list(result.seeds),
        "learned": {
            variant: {str(seed): dataclasses.asdict(learned) for seed, learned in by_seed.items()}
            for variant, by_seed in result.learned.items()
        },
        "note": result.note,
        "missing": result.missing,
    }
