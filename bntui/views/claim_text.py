"""Checked claims as text: the sentence, the effect, and how it leads to the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bntui.claims.catalogue import CLAIMS
from bntui.claims.formats import interval_text, layers_text, p_text, windows_text
from bntui.claims.result import Result, Verdict
from bntui.number_format import significant
from bntui.views.paragraphs import Paragraph


def ordered(groups: Mapping[str, Iterable[Result]]) -> tuple[Result, ...]:
    """Return checked claims first, then those that could not be checked; of a claim, all groups one after another.

    What several groups lack for the same reason is said once.
    """
    places = {claim: place for place, claim in enumerate(CLAIMS)}
    every = [result for results in groups.values() for result in results]
    lacking = {(result.claim.id, result.missing): result for result in reversed(every) if result.missing}
    results = [result for result in every if not result.missing] + list(reversed(lacking.values()))
    return tuple(sorted(results, key=lambda result: (bool(result.missing), places.get(result.claim.id, len(places)))))


def summary(results: Iterable[Result]) -> str:
    """Return the checked claims by verdict in one line; '' if there are none, or no verdicts yet.

    A claim whose verdict differs between groups is followed by how many of them have this one.
    """
    checked = [result for result in results if not result.missing]
    if all(result.verdict is Verdict.NONE for result in checked):
        return ""
    groups = len({result.group for result in checked})
    parts = [(verdict, _counted([each for each in checked if each.verdict is verdict], groups)) for verdict in Verdict]
    return " · ".join(f"{verdict.value}: {claims}" for verdict, claims in parts if claims)


def explain(result: Result) -> list[Paragraph]:
    """Return sentence, source, effect and criterion of one result, a paragraph each, what matters most first."""
    claim = result.claim
    lines: list[Paragraph] = [("strong", f"{claim.sentence}."), ("muted", claim.source)]
    if result.missing:
        return [*lines, ("text", f"Not checkable in this run: {result.missing}.")]
    windows, layers = windows_text(result), layers_text(result)
    texts = [
        ("text", f"{_verdict(result)}: {_effect(result)}"),
        ("text", result.note and f"Note: {result.note}."),
        ("text", layers and f"By layer: {layers}."),
        ("text", windows and f"In other parts of the run: {windows}."),
        ("muted", f"Supported if the effect lies {claim.bounds_text}; {result.window or claim.window}."),
        ("muted", claim.reason and f"The bounds: {claim.reason}."),
        ("muted", result.method),
    ]
    return lines + [(kind, text) for kind, text in texts if text]


def _counted(results: Sequence[Result], groups: int) -> str:
    counts: dict[str, set[str]] = {}
    for result in results:
        counts.setdefault(result.claim.id, set()).add(result.group)
    return ", ".join(
        claim if len(of_claim) == groups else f"{claim} ({len(of_claim)} of {groups})"
        for claim, of_claim in counts.items()
    )


def _verdict(result: Result) -> str:
    """Return the verdict and the seeds that it is of; without a verdict, the seeds alone."""
    group = f"{result.group}, " * bool(result.group)
    if result.verdict is Verdict.NONE:
        text = f"{group}{result.scope}"
        return text[:1].upper() + text[1:] if not group else text
    return f"{result.verdict.value.capitalize()} ({group}{result.scope})"


def _effect(result: Result) -> str:
    if result.effect is None:
        return result.unit or "nothing measured yet"
    interval = interval_text(result.low, result.high)
    p = (
        f"p {p_text(result.p)}, among all {result.family} claims {p_text(result.p_adjusted)}"
        if result.p_adjusted
        else ""
    )
    numbers = [significant(result.effect), interval and f"95 % interval {interval}", p]
    return f"{', '.join(filter(None, numbers))} ({result.unit})"
