"""What is said after a chapter's experiment: the answer, what was measured, the claims, and what others found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from bntui.claims.formats import variants_text
from bntui.claims.measured_run import MeasuredRun
from bntui.claims.result import Result
from bntui.number_format import significant
from bntui.records import State
from bntui.text_table import aligned
from bntui.tour.chapter import After, Chapter, Question
from bntui.tour.decision import Decision, all_within, answers_of, decide, effects, within
from bntui.tour.marked_text import paragraphs_of
from bntui.views.paragraphs import Paragraph

_SIDES = {True: "as the claim says", False: "not as the claim says", None: "undefined"}


@dataclass(frozen=True, slots=True)
class ChapterResult:
    """The result of a chapter: its paragraphs, and whether the answer was right, None where nothing decides that."""

    paragraphs: tuple[Paragraph, ...]
    right: bool | None


def result_of(chapter: Chapter, answer: str, run: MeasuredRun | None, command: str = "") -> ChapterResult:
    """Return what is said after the experiment to a reader who gave this answer, '' for none.

    `command` is the one that trains more seeds; `run` is None where BatchNorm was computed by hand.
    """
    question = chapter.question
    decision = decide(question, run)
    answers = [each.text for each in answers_of(question, run.history.info.variants if run else ())]
    right = answers.index(answer) in decision.right if answer in answers and decision.right else None
    results = effects(dict.fromkeys(_claims(chapter)), run) if run else ()
    paragraphs = [
        ("strong", question.text),
        ("text", _answered(answer, right, [answers[place] for place in sorted(decision.right)])),
        *_measured(decision, run, _alike(question)),
        *paragraphs_of(question.why),
        *_of_claims([result for result in results if result.claim.id in chapter.claims], command),
        *_after(chapter, decision, run, results),
    ]
    return ChapterResult(tuple(paragraphs), right)


def _claims(chapter: Chapter) -> Iterator[str]:
    yield from chapter.claims
    yield from (after.claim for after in chapter.after if after.claim)


def _answered(answer: str, right: bool | None, right_ones: Sequence[str]) -> str:
    said = f"You said: {answer}." if answer else "You gave no answer."
    if not right_ones:
        return f"{said} This run does not decide it."
    by_answer = {
        True: "Right.",
        False: f"Not so: {' or '.join(right_ones)}.",
        None: f"It is: {' or '.join(right_ones)}.",
    }
    return f"{said} {by_answer[right]}"


def _alike(question: Question) -> str:
    """Return what counts as about the same; '' where nothing is compared."""
    compare = question.compare
    if compare is None:
        return ""
    within = f"a factor of {compare.factor:g}" if compare.factor is not None else f"a difference of {compare.margin:g}"
    return f"; up to {within} counts as about the same"


def _measured(decision: Decision, run: MeasuredRun | None, alike: str) -> Iterator[Paragraph]:
    """Yield what decided the question, and that the run is not complete if it is not."""
    if decision.measured:
        yield "text", f"Measured: {decision.quantity}{alike}."
        yield "table", aligned([("", "value"), *decision.measured])
    elif run:
        yield "text", "Nothing that could decide it was measured."
    if run and run.state is not State.FINISHED:
        yield "muted", f"The run ended after {run.reached:,} of {run.spec.steps:,} steps."


def _of_claims(results: Sequence[Result], command: str) -> Iterator[Paragraph]:
    if not results:
        return
    yield "strong", "The papers' claims in this run"
    for claim, group in groupby(results, lambda result: result.claim):
        of_claim = list(group)
        yield "text", f"{claim.sentence} ({claim.source})."
        rows = [_effect(result) for result in of_claim if not result.missing]
        if rows:
            yield "table", aligned([("", "effect", ""), *rows])
        else:
            yield "muted", f"Not checkable in this run: {of_claim[0].missing}."
    yield "muted", f"One run of one seed decides nothing; this gives verdicts: {command}"


def _effect(result: Result) -> tuple[str, str, str]:
    """Return the variants compared, the effect, and where it lies."""
    return variants_text(result), significant(result.effect), f"{_SIDES[within(result)]}: {result.claim.bounds_text}"


def _after(
    chapter: Chapter, decision: Decision, run: MeasuredRun | None, results: Sequence[Result]
) -> Iterator[Paragraph]:
    said = [after.text for after in chapter.after if _holds(after, decision, run, results)]
    paragraphs = [paragraph for text in said for paragraph in paragraphs_of(text)]
    if paragraphs and paragraphs[0][0] != "strong":
        yield "strong", "What that means"
    yield from paragraphs


def _holds(after: After, decision: Decision, run: MeasuredRun | None, results: Sequence[Result]) -> bool:
    """Return whether the run measured what a paragraph is about."""
    ended = run.ended if run else {}
    of_claim = all_within([result for result in results if result.claim.id == after.claim])
    return (
        (not after.claim or of_claim is (after.effect == "within"))
        and (after.best is None or decision.best == frozenset(after.best))
        and (not after.diverged or after.diverged in ended)
        and (not after.converged or (run is not None and after.converged not in ended))
    )
