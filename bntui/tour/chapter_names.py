"""Whether what a chapter names is there: its preset and settings, views, variants, metrics, curves and claims."""

from __future__ import annotations

from collections.abc import Iterable

from bntui.claims.catalogue import CLAIMS
from bntui.explanations import explanation_of
from bntui.nearest_names import nearest
from bntui.page_spec import check_names
from bntui.printable_text import quoted
from bntui.records import UserError
from bntui.sweep.metrics import METRICS
from bntui.tour.chapter import Chapter


def check_chapter(chapter: Chapter) -> None:
    """Raise UserError for the first name in a chapter that is not known."""
    claims = [*chapter.claims, chapter.question.claim, *(after.claim for after in chapter.after)]
    _check(chapter, "claim", claims, CLAIMS)
    compare = chapter.question.compare
    if compare:
        _check(chapter, "metric", [compare.metric], METRICS)
        if compare.probe and explanation_of(compare.probe, compare.name) is None:
            raise UserError(f"chapter {chapter.name}: no probe measures {compare.probe}.{compare.name}")
    if chapter.by_hand:
        return
    check_names([chapter.experiment.page])
    for places in _each_change(chapter):
        known = [variant.name for variant in chapter.spec(places).variants]
        _check(chapter, "variant", _variants(chapter), known)


def _each_change(chapter: Chapter) -> Iterable[tuple[int, ...]]:
    """Yield the first values, and every value of each change beside the first ones of the others."""
    yield chapter.start
    for number, change in enumerate(chapter.changes):
        for place in range(len(change.values)):
            yield (*chapter.start[:number], place, *chapter.start[number + 1 :])


def _variants(chapter: Chapter) -> list[str]:
    compared = chapter.question.compare.variants if chapter.question.compare else ()
    answered = [name for answer in chapter.question.answers for name in answer.variants]
    named = [name for after in chapter.after for name in (*(after.best or ()), after.diverged, after.converged)]
    return [*compared, *answered, *named]


def _check(chapter: Chapter, what: str, names: Iterable[str], known: Iterable[str]) -> None:
    unknown = next((name for name in names if name and name not in known), None)
    if unknown is not None:
        raise UserError(f"chapter {chapter.name}: unknown {what} {quoted(unknown)}{nearest(unknown, known)}")
