"""Titles, notes and deleting: also beside a process that trains, and never at its cost."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from bntui.records import Measurement, Progress, State, UserError
from bntui.run import edit, folders
from bntui.run.archive import Archive
from bntui.run.listing import Summary, summaries
from bntui.run.store import Store


def _only(folder: Path) -> Summary:
    (one,) = summaries(folder.parent)
    return one


def test_a_title_and_a_note_while_the_run_trains(store: Store) -> None:
    edit.rename(store.folder, "  the good\none ")
    store.write([Measurement(3, "bn", "train", (0.125, 1.0))], Progress(3, 2.0, 0.5))
    edit.note(store.folder, "with \x1b[31mnoise")
    store.close(State.FINISHED)
    one = _only(store.folder)
    assert (one.title, one.note, one.state) == ("the good one", "with [31mnoise", State.FINISHED)
    assert one.run_id == store.run_id
    edit.rename(store.folder, "")
    assert _only(store.folder).title == ""


def test_runs_are_filtered_by_every_word_wherever_it_stands(finished: Path) -> None:
    edit.rename(finished, "Large noise")
    one = _only(finished)
    for text in ("", "NOISE", "digits large", one.run_id[:6], "finished"):
        assert one.matches(text)
    assert not one.matches("large rate")


def test_deleting_removes_the_folder(finished: Path) -> None:
    edit.delete(finished)
    assert not finished.exists()
    assert folders.all_runs(finished.parent) == []


def test_a_run_that_still_trains_is_not_deleted(store: Store) -> None:
    with pytest.raises(UserError, match=r"still trains; end it first with: bntui stop p-"):
        edit.delete(store.folder)
    assert folders.all_runs(store.folder.parent) == [store.folder]
    store.close(State.STOPPED)


def test_what_cannot_be_read_can_be_deleted_but_not_renamed(finished: Path) -> None:
    (finished / folders.SPEC).unlink()
    (finished / folders.DATABASE).write_bytes(b"not a database at all" * 100)
    assert _only(finished).state == "run.sqlite cannot be read: file is not a database"
    with pytest.raises(UserError, match="cannot be read"):
        edit.rename(finished, "title")
    edit.delete(finished)
    assert not finished.exists()


def test_a_database_without_its_spec_is_listed_with_the_reason(finished: Path) -> None:
    with sqlite3.connect(finished / folders.DATABASE) as database:
        database.execute("DELETE FROM run WHERE key = 'spec'")
    assert _only(finished).state == "does not say what was trained"


def test_the_newest_figures_of_what_diverged_are_those_at_its_end(finished: Path) -> None:
    with Archive(finished) as archive:
        at_step = archive.last("standard", "train", 1)
        assert at_step is not None and at_step.step == 1
        first = archive.last("bn", "train", 0)
        assert first is not None and first.values == (2.25, 0.25)
        assert archive.last("bn", "train", -1) is None
    assert _only(finished).accuracies == {"standard": 0.0, "bn": 0.75}
