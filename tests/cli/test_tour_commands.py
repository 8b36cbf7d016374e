"""The chapters are listed, and progress is set, forgotten, and kept where it was damaged."""

from __future__ import annotations

from pathlib import Path

from bntui.tour.chapter import chapters
from bntui.tour.tour_progress import ProgressFile, default_path
from tests.cli.conftest import Bntui


def test_the_chapters_are_listed_with_what_is_done(bntui: Bntui) -> None:
    ProgressFile(default_path()).change(chapters()[1].name, done=True)
    status, out, _ = bntui("tour", "--list")
    assert status == 0
    rows = out.splitlines()[1:]
    assert [chapter.title in row for chapter, row in zip(chapters(), rows, strict=True)] == [True] * len(rows)
    assert [row.endswith("yes") for row in rows] == [place == 1 for place in range(len(rows))]


def test_the_tour_has_seven_chapters_of_less_than_a_minute() -> None:
    assert len(chapters()) == 7
    assert chapters()[0].by_hand and not any(chapter.by_hand for chapter in chapters()[1:])


def test_a_chapter_is_chosen_by_its_number(bntui: Bntui) -> None:
    assert bntui("tour", "--chapter", "3", "--list")[0] == 0
    assert ProgressFile(default_path()).progress.current == chapters()[2].name


def test_progress_is_forgotten(bntui: Bntui) -> None:
    ProgressFile(default_path()).change(chapters()[0].name, done=True)
    assert bntui("tour", "--reset")[0] == 0
    assert ProgressFile(default_path()).progress.chapters == {}


def test_mistakes_are_one_line(bntui: Bntui, tmp_path: Path) -> None:
    for arguments, message in [
        (("--chapter", "8"), "--chapter 8: choose from 1 to 7"),
        (("--chapter", "two"), "invalid value for '--chapter'"),
        (("--colors", "pink"), "--colors pink: choose from"),
        ((), "is not a terminal, which the dashboard needs"),
    ]:
        status, out, error = bntui("tour", *arguments)
        assert (status, out, len(error.splitlines())) == (2, "", 1) and message in error
    (tmp_path / "state").mkdir(exist_ok=True)
    (tmp_path / "state" / "bntui").write_text("")
    status, _, error = bntui("tour", "--chapter", "1", "--list")
    assert status == 2 and "the tour's progress is not saved" in error
