"""Progress is kept in a file, whatever the file holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from bntui.records import UserError
from bntui.tour.tour_progress import ChapterProgress, ProgressFile


def test_progress_is_read_again(tmp_path: Path) -> None:
    file = ProgressFile(tmp_path / "state" / "tour.json")
    file.change("first", stage="result", answer="bn", right=True, done=True)
    file.change("second", stage="question")
    file.add_run("second", "run-1")
    file.add_run("second", "run-1")
    again = ProgressFile(tmp_path / "state" / "tour.json")
    assert again.error == ""
    assert again.progress.current == "second"
    assert again.of("first") == ChapterProgress(stage="result", answer="bn", right=True, done=True)
    assert again.of("second").runs == ("run-1",)
    assert again.of("third") == ChapterProgress()
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["tour.json"]


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b'{"chapters": 3}', b'{"future": 1}', b"\xff\xfe", b'{"current": "a\\nb"}']
)
def test_a_damaged_file_is_told_and_set_aside(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "tour.json"
    path.write_bytes(damage)
    file = ProgressFile(path)
    assert str(path) in file.error and "\n" not in file.error
    assert path.read_bytes() == damage
    file.change("first", done=True)
    assert (tmp_path / "tour.json.damaged").read_bytes() == damage
    assert ProgressFile(path).of("first").done


def test_what_cannot_be_saved_is_in_force_and_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    file = ProgressFile(tmp_path / "file" / "tour.json")
    with pytest.raises(UserError, match="the tour's progress is not saved") as caught:
        file.change("first", done=True)
    assert "\n" not in str(caught.value)
    assert file.of("first").done


def test_what_another_process_saved_is_kept(tmp_path: Path) -> None:
    first, second = ProgressFile(tmp_path / "tour.json"), ProgressFile(tmp_path / "tour.json")
    first.change("one", done=True)
    second.change("two", done=True)
    first.add_run("one", "run-1")
    assert {name: each.done for name, each in ProgressFile(tmp_path / "tour.json").progress.chapters.items()} == {
        "one": True,
        "two": True,
    }


def test_reset_forgets(tmp_path: Path) -> None:
    file = ProgressFile(tmp_path / "tour.json")
    file.change("first", done=True)
    file.reset()
    assert ProgressFile(tmp_path / "tour.json").progress.chapters == {}
