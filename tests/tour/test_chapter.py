"""Chapters: what a file may hold, and the one line that says what is wrong with it."""

from __future__ import annotations

import pytest

from bntui.records import UserError
from bntui.tour.chapter import Chapter, chapters, parse
from bntui.tour.chapter_names import check_chapter
from bntui.tour.marked_text import MOST_COLUMNS, paragraphs_of

TEXT = """
title = "Faster?"
source = "Example 2026"
text = "Two networks."
claims = ["bn-faster"]

[question]
text = "Which is more accurate?"

[question.compare]
metric = "final-accuracy"
wanted = "highest"
variants = ["standard", "bn"]
margin = 0.02

[experiment]
preset = "noisy"
settings = { steps = 20, dataset = "digits" }
lines = [["accuracy", "loss"]]

[[changes]]
title = "rate"
keys = ["optimizer.lr"]
values = [0.1, 0.5]
start = 0.5

[[after]]
best = ["bn"]
text = "As expected."
"""


def test_a_chapter_trains_its_preset_with_settings_and_changes_and_shows_its_page_first() -> None:
    chapter = parse(TEXT, "faster")
    spec = chapter.spec()
    assert (spec.steps, spec.dataset, spec.optimizer.lr) == (20, "digits", 0.5)
    assert spec.pages[0].lines == (("accuracy", "loss"),)
    assert chapter.spec((0,)).optimizer.lr == 0.1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('title = "Faster?"', "", "'title' is missing"),
        ("claims =", "claim =", "did you mean claims?"),
        ("margin = 0.02", "", "give margin or factor"),
        ('metric = "final-accuracy"', "", "give a metric, or probe and name"),
        ('lines = [["accuracy", "loss"]]', "", "experiment.lines: name the views to show"),
        ("start = 0.5", "start = 0.3", "start is not one of the values"),
        ("values = [0.1, 0.5]", 'values = [0.1, 0.5]\nlabels = ["low"]', "one label for each of the 2 values"),
        ('best = ["bn"]', 'claim = "bn-faster"', "claim and effect belong together"),
        ("[question.compare]", 'claim = "bn-faster"\n[question.compare]', "give one of compare, claim and right"),
        ('text = "Two networks."', "text = ", "not valid TOML"),
    ],
)
def test_a_mistake_is_named_in_a_line(old: str, new: str, message: str) -> None:
    with pytest.raises(UserError) as caught:
        parse(TEXT.replace(old, new), "faster")
    assert str(caught.value).startswith("chapter faster: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('preset = "noisy"', 'preset = "noisi"', "noisi.toml: no such file"),
        ('"loss"]', '"lost"]', "unknown view 'lost'; did you mean loss"),
        ('"final-accuracy"', '"final-acuracy"', "unknown metric 'final-acuracy'"),
        ('["bn-faster"]', '["bn-fast"]', "unknown claim 'bn-fast'"),
        ('best = ["bn"]', 'best = ["nb"]', "unknown variant 'nb'"),
        ('metric = "final-accuracy"', 'probe = "train"\nname = "los"', "no probe measures train.los"),
        ('"optimizer.lr"', '"optimiser.lr"', "optimiser"),
    ],
)
def test_a_name_that_is_not_there_is_named(old: str, new: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        check_chapter(parse(TEXT.replace(old, new), "faster"))


def test_marks_make_paragraphs() -> None:
    text = "# Head\n\nTwo\nlines.\n\n    θ ← θ − η\n\n| a  1\n| b  2\n\n> Said in passing."
    assert paragraphs_of(text) == [
        ("strong", "Head"),
        ("text", "Two lines."),
        ("formula", "θ ← θ − η"),
        ("table", "a  1\nb  2"),
        ("muted", "Said in passing."),
    ]


@pytest.mark.parametrize("chapter", chapters(), ids=lambda chapter: chapter.name)
def test_what_a_shipped_chapter_names_is_there_and_what_it_says_fits(chapter: Chapter) -> None:
    check_chapter(chapter)
    texts = [chapter.text, chapter.question.why, *(after.text for after in chapter.after)]
    for kind, text in (paragraph for each in texts for paragraph in paragraphs_of(each)):
        if kind in ("formula", "table"):
            assert max(map(len, text.splitlines())) <= MOST_COLUMNS, text
    answers = [answer.text for answer in chapter.question.answers]
    assert all(len(answer) <= MOST_COLUMNS for answer in answers)
