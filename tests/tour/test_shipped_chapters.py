"""Every shipped chapter trains, and measures what it shows, asks, and compares with the papers' claims."""

from __future__ import annotations

import pytest

from bntui.claims.measured_run import MeasuredRun
from bntui.records import Measurement, Notice, RunInfo
from bntui.run.series.history import History
from bntui.tour.chapter import Chapter, chapters
from bntui.tour.chapter_result import result_of
from bntui.tour.decision import answers_of, effects
from bntui.train import resolve
from bntui.views.view_catalogue import VIEWS
from tests.test_presets import three_steps

TRAINED = [chapter for chapter in chapters() if not chapter.by_hand]


def _trained(chapter: Chapter) -> MeasuredRun:
    spec = resolve(chapter.spec())
    info, *events = three_steps(spec)
    assert isinstance(info, RunInfo)
    history = History(info)
    history.extend(event for event in events if isinstance(event, Measurement))
    notices = tuple(event for event in events if isinstance(event, Notice))
    return MeasuredRun(spec.model_copy(update={"steps": info.steps}), history, notices)


@pytest.mark.parametrize("chapter", TRAINED, ids=lambda chapter: chapter.name)
def test_it_measures_what_it_speaks_of(chapter: Chapter) -> None:
    run = _trained(chapter)
    measured = {column.probe for column in run.history.info.columns}
    assert all(VIEWS[name].probe in measured for line in chapter.experiment.lines for name in line if name in VIEWS)
    assert {result.missing for result in effects(chapter.claims, run)} <= {""}
    assert result_of(chapter, "", run, "").paragraphs
    compare = chapter.question.compare
    if compare and compare.probe:
        columns = [column for column in run.history.info.columns if column.probe == compare.probe]
        layers = {column.layer for column in columns if column.name == compare.name}
        assert compare.layer in layers or (compare.layer == "mean" and layers >= set(run.history.info.layers))


@pytest.mark.parametrize("chapter", chapters(), ids=lambda chapter: chapter.name)
def test_every_answer_can_be_right(chapter: Chapter) -> None:
    question = chapter.question
    variants = () if chapter.by_hand else [variant.name for variant in chapter.spec().variants]
    answers = answers_of(question, variants)
    assert len({answer.text for answer in answers}) == len(answers) >= 2
    if question.compare:
        sets = [frozenset(answer.variants) for answer in answers]
        assert len(set(sets)) == len(sets)
        assert all(answered <= set(question.compare.variants or variants) for answered in sets)
