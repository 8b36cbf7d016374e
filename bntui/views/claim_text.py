"""Checked claims as text: the sentence, the effect, and how it leads to the verdict."""

from __future__ import annotations

from collections.abc import Iterable

from bntui.claims.result import Result, Verdict
from bntui.number_format import significant

Line = tuple[str, str]
"""A kind ('strong', 'text', 'muted') and a text."""


def ordered(results: Iterable[Result]) -> tuple[Result, ...]:
    """Return checked claims first, then those that could not be checked, each in their own order."""
    return tuple(sorted(results, key=lambda result: bool(result.missing)))


def summary(results: Iterable[Result]) -> str:
    """Return the checked claims by verdict in one line; '' if there are none."""
    by_verdict: dict[Verdict, list[str]] = {verdict: [] for verdict in Verdict}
    for result in results:
        if not result.missing and result.claim.id not in by_verdict[result.verdict]:
            by_verdict[result.verdict].append(result.claim.id)
    return " · ".join(f"{verdict.value}: {', '.join(claims)}" for verdict, claims in by_verdict.items() if claims)


def explain(result: Result) -> list[Line]:
    """Return sentence, source, effect and criterion of one result, a paragraph each."""
    claim = result.claim
    lines: list[Line] = [("strong", f"{claim.sentence}."), ("muted", claim.source)]
    if result.missing:
        return [*lines, ("text", f"Not checkable in this run: {result.missing}.")]
    lines.append(("text", f"{result.verdict.value.capitalize()}: {_effect(result)}"))
    if result.note:
        lines.append(("text", f"Note: {result.note}."))
    lines.append(
        ("text", f"Supported if the whole interval lies {claim.bounds_text}, contradicted if none of it does.")
    )
    lines.append(("muted", " · ".join(filter(None, (result.scope, result.method)))))
    if claim.reason:
        lines.append(("muted", f"The bounds: {claim.reason}."))
    if result.parts:
        effects = " · ".join(f"{part.layer} {significant(part.effect)}" for part in result.parts)
        lines.append(("text", f"By layer: {effects}"))
    return lines


def _effect(result: Result) -> str:
    if result.effect is None:
        return result.unit or "nothing measured yet"
    interval = "" if result.low is None else f", 95 % interval {significant(result.low)} … {significant(result.high)}"
    return f"{significant(result.effect)}{interval} ({result.unit})"
