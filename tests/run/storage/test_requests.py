"""Requests to a run's trainer: which are obeyed, and that only its own process is ever signalled."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from bntui.records import State, UserError
from bntui.run.storage import folders, metadata, requests, writer_thread
from bntui.run.storage.reader import RunReader
from bntui.run.storage.writer import RunWriter
from bntui.run.storage.writer_thread import WriterThread
from tests.run.conftest import MEASUREMENTS


@pytest.fixture
def signals(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    sent: list[tuple[int, int]] = []

    def kill(process: int, number: int) -> None:
        if number:
            sent.append((process, number))

    monkeypatch.setattr(os, "kill", kill)
    return sent


def _waiting(folder: Path) -> list[str]:
    return [action for _, action, _ in requests.waiting(folder)]


def test_the_process_that_trains_is_signalled(writer: RunWriter, signals: list[tuple[int, int]]) -> None:
    with RunReader(writer.folder) as reader:
        assert requests.stop_run(reader) == "ends after the step under way"
    assert signals == [(os.getpid(), signal.SIGTERM)]
    assert _waiting(writer.folder) == []
    writer.close(State.STOPPED)


@pytest.mark.parametrize("process", [-1, 0, 1, os.getppid(), 10**30, True])
def test_any_other_process_is_never_signalled(writer: RunWriter, signals: list[tuple[int, int]], process: int) -> None:
    writer.put(process=process)
    # Its lock is held, so the run trains, whatever it says about its process.
    with RunReader(writer.folder) as reader:
        try:
            requests.stop_run(reader)
        except UserError as error:
            assert "\n" not in str(error)
    assert signals == []
    writer.close(State.STOPPED)


def test_a_run_on_another_machine_is_asked_by_a_file(writer: RunWriter, signals: list[tuple[int, int]]) -> None:
    writer.put(host="elsewhere")
    with RunReader(writer.folder) as reader:
        assert "is asked to end" in requests.stop_run(reader)
        assert "is asked to pause" in requests.pause_run(reader)
        assert "is asked to continue" in requests.resume_run(reader)
    assert signals == []
    assert _waiting(writer.folder) == ["stop", "pause", "resume"]
    writer.close(State.STOPPED)


def test_a_trainer_obeys_each_request_once(writer: RunWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(writer_thread, "LOOK_SECONDS", 1000.0)
    thread = WriterThread(writer, lambda: MEASUREMENTS, lambda notice: None, asked.append)
    for action in ("pause", "resume"):
        requests.ask(writer.folder, action)
    metadata.rename(writer.folder, "first")
    metadata.rename(writer.folder, "the  \x1b[31msecond")
    with RunReader(writer.folder) as reader:
        assert reader.value("title") == "the [31msecond"
    thread.start()
    thread.close(State.FINISHED)
    assert asked == ["pause", "resume"]
    assert _waiting(writer.folder) == []
    with RunReader(writer.folder) as reader:
        assert (reader.value("title"), reader.state) == ("the [31msecond", State.FINISHED)


def test_a_request_that_came_too_late_is_stored_with_the_next(writer: RunWriter) -> None:
    metadata.rename(writer.folder, "late")
    writer.close(State.FINISHED)
    metadata.note(writer.folder, "a note")
    assert _waiting(writer.folder) == []
    with RunReader(writer.folder) as reader:
        assert (reader.value("title"), reader.value("note")) == ("late", "a note")


@pytest.mark.parametrize(
    "content",
    [b"", b"[", b"[1]", b"{}", b'{"action": "kill", "text": ""}', b'{"action": "title", "text": 3}', b"[" * 100_000],
)
def test_what_is_no_request_is_left_out(finished: Path, content: bytes) -> None:
    (finished / "requests").mkdir()
    (finished / "requests" / "1.json").write_bytes(content)
    assert _waiting(finished) == []


def test_links_and_pipes_are_no_requests(finished: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "1.json").write_text(json.dumps({"action": "stop", "text": ""}))
    requests_folder = finished / "requests"
    requests_folder.symlink_to(elsewhere)
    assert _waiting(finished) == []
    with pytest.raises(UserError, match="symbolic link"):
        requests.ask(finished, "stop")
    requests_folder.unlink()
    requests_folder.mkdir()
    (requests_folder / "1.json").symlink_to(elsewhere / "1.json")
    os.mkfifo(requests_folder / "2.json")
    assert _waiting(finished) == []


def test_a_title_is_not_written_through_a_link(finished: Path, tmp_path: Path) -> None:
    database = finished / folders.DATABASE
    database.replace(tmp_path / "moved.sqlite")
    database.symlink_to(tmp_path / "moved.sqlite")
    before = (tmp_path / "moved.sqlite").read_bytes()
    with pytest.raises(UserError, match="link"):
        metadata.rename(finished, "title")
    assert (tmp_path / "moved.sqlite").read_bytes() == before
