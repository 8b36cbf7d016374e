"""Where a run's numbers come from is stored, read back and put into words, also of earlier and of damaged runs."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bntui import __version__
from bntui.records import Progress, Session, State, UserError
from bntui.run.storage import folders, machine
from bntui.run.storage.provenance import Provenance, rows, with_session
from bntui.run.storage.reader import RunReader
from bntui.run.storage.resumed_writer import ResumedWriter
from bntui.run.storage.writer import RunWriter
from bntui.spec import ExperimentSpec
from tests.run.conftest import INFO

SESSION = Session(
    command="bntui --preset p --steps 3",
    versions={"bntui": "0.2.0", "python": "3.12.1", "torch": "2.8", "cuda": "12.8", "cudnn": "9.10.2"},
    commit="0123abc-dirty",
    system="Linux 6.1",
    cpu="a processor",
    cores=16,
    threads=1,
    gpus=("NVIDIA H200", "NVIDIA H200"),
    driver="570.1",
    dataset="digits",
    train_samples=1500,
    test_samples=297,
    data_hash="ab12",
)


@pytest.fixture
def stored(tmp_path: Path, spec: ExperimentSpec) -> Path:
    writer = RunWriter(tmp_path / "runs", spec, session=SESSION)
    writer.begin(INFO)
    writer.write([], Progress(2, 75.0, 1.25))
    writer.close(State.STOPPED)
    return writer.folder


def _provenance(folder: Path) -> Provenance:
    with RunReader(folder) as reader:
        return reader.provenance


def _change(folder: Path, **values: Any) -> None:
    """Set values of the whole run; None deletes one."""
    with closing(sqlite3.connect(folder / folders.DATABASE)) as database, database:
        for key, value in values.items():
            database.execute("DELETE FROM run WHERE key = ?", (key,))
            if value is not None:
                database.execute("INSERT INTO run VALUES (?, ?)", (key, json.dumps(value)))


def test_a_session_reads_back(stored: Path) -> None:
    found = _provenance(stored)
    assert found.sessions == (replace(SESSION, begun=found.begun, ended=found.ended),)
    assert found.begun <= found.ended
    assert (found.seed, found.asked, found.seconds, found.probe_seconds) == (0, "mnist", 75.0, 1.25)


def test_what_is_known_in_words(stored: Path) -> None:
    found = dict(rows(_provenance(stored)))
    assert found.pop("begun").endswith(" UTC")
    assert found.pop("ended").endswith(" UTC")
    assert found == {
        "seed": "0",
        "command": "bntui --preset p --steps 3",
        "bntui": "0.2.0, commit 0123abc and uncommitted changes",
        "libraries": "Python 3.12.1, torch 2.8, CUDA 12.8, cuDNN 9.10.2",
        "data": "digits instead of mnist, which was not available; 1,500 training and 297 test samples; SHA-256 ab12",
        "CPU": "a processor, 16 cores, 1 thread",
        "GPU": "NVIDIA H200, NVIDIA H200, driver 570.1",
        "system": "Linux 6.1",
        "training": "1:15, of which 1.2 s for probes",
    }


def test_a_run_of_an_earlier_version(stored: Path) -> None:
    begun = "2025-01-02T03:04:05+00:00"
    _change(stored, sessions=None, ended=None, begun=begun, versions={"bntui": "0.1.0", "torch": "2.7"})
    assert rows(_provenance(stored)) == (
        ("seed", "0"),
        ("bntui", "0.1.0"),
        ("libraries", "torch 2.7"),
        ("data", "digits instead of mnist, which was not available"),
        ("begun", "2025-01-02 03:04:05 UTC"),
        ("training", "1:15, of which 1.2 s for probes"),
    )
    _change(stored, begun=None, versions=None, info=None)
    assert dict(rows(_provenance(stored))).keys() == {"seed", "data", "training"}


@pytest.mark.parametrize(
    "sessions",
    [3, [], {}, [{"command": 3}], [{"cores": -1}], [{"versions": {"torch": 2}}], [{"train_samples": 10**30}]],
)
def test_a_damaged_provenance_is_an_error_that_names_the_run(stored: Path, sessions: object) -> None:
    _change(stored, sessions=sessions)
    with pytest.raises(UserError, match=f"run {stored.name}: its sessions cannot be read"):
        _provenance(stored)


def test_what_later_versions_add_is_ignored_and_a_strange_time_is_shown(stored: Path) -> None:
    _change(stored, sessions=[{"command": "bntui", "begun": "yesterday", "new": {"more": [1]}}])
    assert dict(rows(_provenance(stored)))["begun"] == "yesterday"


def test_a_resumed_run_has_two_sessions(stored: Path, spec: ExperimentSpec) -> None:
    second = replace(SESSION, cpu="another processor", threads=8)
    first_ended = _provenance(stored).ended
    start, lock = Progress(2, 1.5, 0.25), folders.lock(stored)
    lock.acquire()
    with RunReader(stored) as reader:
        sessions = (*reader.sessions, second)
    ResumedWriter(stored, spec, INFO, sessions, start, lock).close(State.FINISHED)

    found = _provenance(stored)
    assert [session.step for session in found.sessions] == [0, 2]
    assert found.sessions[0].ended == first_ended
    later = [row for row in rows(found) if row[0].endswith(" from step 2")]
    assert [label.removesuffix(" from step 2") for label, _ in later] == ["command", "CPU", "begun"]


def test_a_run_resumed_all_the_time_keeps_its_first_and_its_last_sessions() -> None:
    sessions: tuple[Session, ...] = ()
    for number in range(200):
        sessions = with_session(sessions, Session(command=f"{number} " + "x" * 10_000, step=number))
    assert [session.step for session in sessions] == [0, *range(151, 200)]
    assert len(json.dumps([session.command for session in sessions])) < 200_000


def test_the_host_is_known_only_if_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.node", lambda: "a-host")
    told = [machine.on_this_machine(machine.session("bntui", asked)) for asked in (False, True)]
    assert [session.host for session in told] == ["", "a-host"]
    assert ["a-host" in str(rows(Provenance((session,), 0, "digits", 0, 0))) for session in told] == [False, True]


def test_this_machine_is_described() -> None:
    found = machine.on_this_machine(Session(versions={"torch": "2.8"}))
    assert found.versions["bntui"] == __version__
    assert found.versions["torch"] == "2.8"
    assert found.cores > 0
    assert found.cpu
    assert found.system


def test_a_session_begins_when_its_files_are_written(tmp_path: Path, spec: ExperimentSpec) -> None:
    given = Session(begun="before")
    writer = RunWriter(tmp_path, spec, session=given)
    writer.close(State.STOPPED)
    assert _provenance(writer.folder).begun > "2"
