"""Titles, notes and deletion, also while another process trains the run."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from bntui.records import Measurement, Progress, State, UserError
from bntui.run.storage import folders, metadata
from bntui.run.storage.listing import summaries
from bntui.run.storage.reader import RunReader
from bntui.run.storage.summary import Summary
from bntui.run.storage.writer import RunWriter


def _only(folder: Path) -> Summary:
    (summary,) = summaries(folder.parent)
    return summary


def test_a_title_and_a_note_while_the_run_trains(writer: RunWriter) -> None:
    metadata.rename(writer.folder, "  the good\none ")
    writer.write([Measurement(3, "bn", "train", (0.125, 1.0))], Progress(3, 2.0, 0.5))
    metadata.note(writer.folder, "with \x1b[31mnoise")
    writer.close(State.FINISHED)
    summary = _only(writer.folder)
    assert (summary.title, summary.note, summary.state) == ("the good one", "with [31mnoise", State.FINISHED)
    assert summary.run_id == writer.run_id
    metadata.rename(writer.folder, "")
    assert _only(writer.folder).title == ""


def test_a_filter_matches_if_every_word_occurs_anywhere(finished: Path) -> None:
    metadata.rename(finished, "Large noise")
    summary = _only(finished)
    for text in ("", "NOISE", "digits large", summary.run_id[:6], "finished"):
        assert summary.matches(text)
    assert not summary.matches("large rate")


def test_a_filter_asks_for_a_state_and_a_seed(finished: Path) -> None:
    metadata.rename(finished, "seed:none failed")
    summary = _only(finished)
    for text in ("state:finished", "State:fin", "state:", f"digits seed:{summary.seed}", "seed:none"):
        assert summary.matches(text)
    for text in ("state:failed", "state:finished state:failed", "seed:77"):
        assert not summary.matches(text)


def test_deleting_removes_the_folder(finished: Path) -> None:
    metadata.delete(finished)
    assert not finished.exists()
    assert folders.all_runs(finished.parent) == []


def test_a_run_that_still_trains_is_not_deleted(writer: RunWriter) -> None:
    with pytest.raises(UserError, match=r"still trains; stop it first with: bntui stop p-"):
        metadata.delete(writer.folder)
    assert folders.all_runs(writer.folder.parent) == [writer.folder]
    writer.close(State.STOPPED)


def test_an_unreadable_run_can_be_deleted_but_not_renamed(finished: Path) -> None:
    (finished / folders.SPEC).unlink()
    (finished / folders.DATABASE).write_bytes(b"not a database at all" * 100)
    assert _only(finished).state == "unreadable: run.sqlite cannot be read: file is not a database"
    with pytest.raises(UserError, match="cannot be read"):
        metadata.rename(finished, "title")
    metadata.delete(finished)
    assert not finished.exists()


def test_a_database_without_its_spec_is_listed_with_the_reason(finished: Path) -> None:
    with sqlite3.connect(finished / folders.DATABASE) as database:
        database.execute("DELETE FROM run WHERE key = 'spec'")
    assert _only(finished).state == "unreadable: its spec is missing"


def test_the_newest_accuracy_of_a_diverged_variant_is_that_at_its_divergence(finished: Path) -> None:
    with RunReader(finished) as reader:
        at_step = reader.last("standard", "train", 1)
        assert at_step is not None and at_step.step == 1
        first = reader.last("bn", "train", 0)
        assert first is not None and first.values == (2.25, 0.25)
        assert reader.last("bn", "train", -1) is None
    assert _only(finished).accuracies == {"standard": 0.0, "bn": 0.75}
