"""Results in words and numbers: rows of a table, and what they say about windows, layers and learning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bntui.claims.result import Part, Result, Side, Verdict, WindowEffect
from bntui.number_format import MISSING, significant

HEAD = ("verdict", "setting", "claim", "variants", "effect", "95 % interval", "p", "p (Holm)")
SIGNS = {Verdict.SUPPORTED: "+", Verdict.CONTRADICTED: "−", Verdict.UNDECIDED: "?", Verdict.NONE: "·"}
"""A character for each verdict, for grids of them."""
SIGNS_TEXT = "+ supported   − contradicted   ? undecided   · no verdict"
_SMALLEST_P = 1e-4
MOST_LISTED = 12
"""Layers that are named one by one."""
_SIDES = {Side.WITHIN: "holds in", Side.OUTSIDE: "not so in", Side.ACROSS: "not clear in", None: "not defined in"}


def table(results: Sequence[Result]) -> list[tuple[str, ...]]:
    """Return HEAD and one row of text for each result that could be checked; columns that say nothing are empty."""
    return [HEAD, *(_row(result) for result in results if not result.missing)]


def variants_text(result: Result) -> str:
    """Return the variants compared: 'bn : standard', or 'bn-0.1 … bn-10 : standard-0.1 … standard-10'."""
    names = result.variants
    if result.claim.across and names:
        half = len(names) // 2
        names = (f"{names[0]} … {names[half - 1]}", f"{names[half]} … {names[-1]}")
    return " : ".join(names) or MISSING


def interval_text(low: float | None, high: float | None) -> str:
    """Return an interval, '0.100 … 0.300'; '' without one."""
    return "" if low is None or high is None else f"{significant(low)} … {significant(high)}"


def p_text(p: float | None) -> str:
    """Return a p-value with two significant digits; '' without one."""
    if p is None:
        return ""
    return "< 0.0001" if p < _SMALLEST_P else f"{p:.2g}"


def windows_text(result: Result) -> str:
    """Return how the effect moves with the part of the run that it averages; '' if there is no other part."""
    deciding = [each.steps for each in result.windows if each.decides]
    others = [each for each in result.windows if each.effect is not None and each.steps not in deciding]
    return ", ".join(f"{each.label}{_steps(each)} {significant(each.effect)}" for each in others)


def layers_text(result: Result) -> str:
    """Return in which layers the claim holds, with their effects; '' if it is about the whole network."""
    sides = [(_SIDES[side], [part for part in result.parts if part.side is side]) for side in _SIDES]
    return "; ".join(f"{words} {_parts(parts)}" for words, parts in sides if parts)


def learned_text(results: Iterable[Result]) -> str:
    """Return under how many seeds each variant learned, and under which it diverged; '' where that is not known."""
    results = list(results)
    outcomes = {outcome.variant: outcome for result in results for outcome in result.outcomes}
    seeds = max((len(result.seeds) for result in results), default=0)
    shares = [f"{name} {len(each.learned)}" for name, each in outcomes.items() if each.learned is not None]
    diverged = [
        f"{name} under seed {seed} at step {step:,}" for name, each in outcomes.items() for seed, step in each.diverged
    ]
    head = f"seeds that learned, of {seeds}"
    return "; ".join(f"{word}: {', '.join(texts)}" for word, texts in ((head, shares), ("diverged", diverged)) if texts)


def _row(result: Result) -> tuple[str, ...]:
    return (
        "" if result.verdict is Verdict.NONE else result.verdict,
        result.group,
        result.claim.id,
        variants_text(result),
        significant(result.effect),
        interval_text(result.low, result.high),
        p_text(result.p),
        p_text(result.p_adjusted),
    )


def _steps(window: WindowEffect) -> str:
    """Return the steps of a window that the loss ends; of a quarter they are clear."""
    return f" ({window.steps[0]}–{window.steps[1]})" if window.steps and "loss" in window.label else ""


def _parts(parts: Sequence[Part]) -> str:
    """Return all layers with their effects; of very many, their number and the two with the extreme effects."""
    if len(parts) <= MOST_LISTED:
        return ", ".join(map(_part, parts))
    defined = [(part.effect, part.layer) for part in parts if part.effect is not None]
    if not defined:
        return f"{len(parts)} layers"
    lowest, highest = (f"{significant(effect)} ({layer})" for effect, layer in (min(defined), max(defined)))
    return f"{len(parts)} layers, from {lowest} to {highest}"


def _part(part: Part) -> str:
    return f"{part.layer} {significant(part.effect)}" + ("" if part.decides else " (does not decide)")
