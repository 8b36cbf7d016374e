"""A checked claim in words: what it says, what was found, and how the verdict is read from that."""

from __future__ import annotations

import math
from collections.abc import Iterable

from bntui.claims.claim import Result, Verdict
from bntui.number_format import significant

Line = tuple[str, str]
"""A kind ('strong', 'text', 'muted') and a text."""


def ordered(results: Iterable[Result]) -> tuple[Result, ...]:
    """What could be checked first, then what could not, each in the claims' own order."""
    return tuple(sorted(results, key=lambda result: bool(result.missing)))


def summary(results: Iterable[Result]) -> str:
    """What came of each claim that could be checked, in one line; '' where none could."""
    found: dict[Verdict, list[str]] = {verdict: [] for verdict in Verdict}
    for result in results:
        if not result.missing and result.claim.id not in found[result.verdict]:
            found[result.verdict].append(result.claim.id)
    return " · ".join(f"{verdict.value}: {', '.join(claims)}" for verdict, claims in found.items() if claims)


def reading(result: Result) -> list[Line]:
    """Sentence, source and reading of one result, a paragraph each."""
    claim = result.claim
    lines: list[Line] = [("strong", f"{claim.sentence}."), ("muted", claim.source)]
    if result.missing:
        return [*lines, ("text", f"Not checkable in this run: {result.missing}.")]
    lines.append(("text", f"{result.verdict.value.capitalize()}: {_found(result)}"))
    if result.note:
        lines.append(("text", f"Note: {result.note}."))
    lines.append(
        ("text", f"Supported if the whole interval lies {_bounds(claim.holds)}, contradicted if none of it does.")
    )
    lines.append(("muted", " · ".join(filter(None, (result.scope, result.method)))))
    if claim.why:
        lines.append(("muted", f"The bounds: {claim.why}."))
    if result.parts:
        lines.append(
            ("text", "By layer: " + " · ".join(f"{part.layer} {significant(part.effect)}" for part in result.parts))
        )
    return lines


def _found(result: Result) -> str:
    if result.effect is None:
        return result.unit or "nothing measured yet"
    interval = "" if result.low is None else f", 95 % interval {significant(result.low)} … {significant(result.high)}"
    return f"{significant(result.effect)}{interval} ({result.unit})"


def _bounds(holds: tuple[float, float]) -> str:
    low, high = holds
    if math.isinf(high):
        return f"above {significant(low)}"
    if math.isinf(low):
        return f"below {significant(high)}"
    return f"between {significant(low)} and {significant(high)}"
