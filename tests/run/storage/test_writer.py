"""A stored run reads back exactly, also while it grows and after its process was killed."""

from __future__ import annotations

import json
import math
import os
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bntui.records import Measurement, Notice, NoticeKind, Progress, State, UserError
from bntui.run.storage import folders, schema
from bntui.run.storage.reader import RunReader
from bntui.run.storage.writer import RunWriter
from bntui.spec import ExperimentSpec, parse
from tests.run.conftest import INFO, MEASUREMENTS, NOTICES, READINGS


def _same(ours: tuple[Measurement, ...], theirs: tuple[Measurement, ...]) -> bool:
    return repr(ours) == repr(theirs)  # NaN is not equal to itself


def test_a_finished_run_reads_back(finished: Path, spec: ExperimentSpec) -> None:
    with RunReader(finished) as reader:
        assert reader.info == INFO
        assert reader.spec == spec
        assert reader.state is State.FINISHED
        assert reader.notices() == NOTICES
        assert reader.progress == Progress(2, 1.5, 0.25)
        assert _same(tuple(reader.measurements()), MEASUREMENTS)
        assert reader.value("seed") == 0


def test_a_notice_of_an_unknown_kind_can_be_read(finished: Path) -> None:
    with sqlite3.connect(finished / folders.DATABASE) as database:
        database.execute("UPDATE notices SET kind = 'from the future' WHERE id = 1")
    with RunReader(finished) as reader:
        assert reader.notices() == (Notice(NoticeKind.OTHER, NOTICES[0].text), *NOTICES[1:])


def test_the_newest_measurement_of_a_variant(finished: Path) -> None:
    with RunReader(finished) as reader:
        assert reader.last("bn", "train") == MEASUREMENTS[-1]
        assert reader.last("bn", "moments") is None


def test_the_spec_is_stored_as_a_preset(finished: Path, spec: ExperimentSpec) -> None:
    text = (finished / "spec.toml").read_text(encoding="utf-8")
    assert parse(text, "p") == spec


def test_a_growing_run_can_be_read(writer: RunWriter) -> None:
    with RunReader(writer.folder) as reader:
        assert reader.state is State.TRAINING
        before = len(list(reader.measurements()))
        writer.write([Measurement(2, "standard", "train", (1.0, 1.0))])
        assert len(list(reader.measurements())) == before + 1
    writer.close(State.STOPPED)


KILLED = """
import os, signal, sys
from pathlib import Path
from bntui.run.storage.writer import RunWriter
from bntui.spec import parse
from tests.run.conftest import INFO, MEASUREMENTS
spec = parse('network = "vgg-mini"\\ndataset = "mnist"\\nvariants = ["standard", "bn"]', "p")
writer = RunWriter(Path(sys.argv[1]), spec)
writer.begin(INFO)
writer.write(MEASUREMENTS)
print(writer.folder, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_run_opens_as_interrupted_with_all_that_was_committed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    killed = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[3])
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    with RunReader(Path(killed.stdout.strip())) as reader:
        assert reader.state is State.INTERRUPTED
        assert _same(tuple(reader.measurements()), MEASUREMENTS)


def test_a_run_that_ends_while_its_state_is_read_is_not_interrupted(
    writer: RunWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ends(folder: Path, recorded: object) -> bool:
        writer.close(State.STOPPED)
        return False

    with RunReader(writer.folder) as reader:
        monkeypatch.setattr(folders, "in_use", ends)
        assert reader.state is State.STOPPED


def test_values_are_stored_exactly() -> None:
    values = (0.0, -0.0, 1.5, 3.4028234663852886e38, 1.401298464324817e-45, math.inf, -math.inf)
    assert schema.unpack(schema.pack(values)) == values
    assert math.isnan(schema.unpack(schema.pack((math.nan,)))[0])


def test_the_first_schema_can_still_be_read(finished: Path) -> None:
    with sqlite3.connect(finished / folders.DATABASE) as database:
        (info,) = database.execute("SELECT value FROM run WHERE key = 'info'").fetchone()
        older = {key: value for key, value in json.loads(info).items() if key not in ("default_every", "undefined")}
        database.execute("UPDATE run SET value = ? WHERE key = 'info'", (json.dumps(older),))
        database.execute("PRAGMA user_version = 1")
    with RunReader(finished) as reader:
        assert reader.info == replace(INFO, default_every={}, undefined={})
        assert _same(tuple(reader.measurements()), MEASUREMENTS)


def test_readings_read_back_exactly(finished: Path) -> None:
    with RunReader(finished) as reader:
        # NaN is not equal to itself.
        assert repr([reading for _, reading in reader.readings_after()]) == repr(list(READINGS))
        assert [row_id for row_id, _ in reader.readings_after(1)] == [2]


def test_runs_of_earlier_versions_have_no_readings(finished: Path) -> None:
    with sqlite3.connect(finished / folders.DATABASE) as database:
        database.execute("DROP TABLE readings")
        database.execute("PRAGMA user_version = 3")
    with RunReader(finished) as reader:
        assert not list(reader.readings_after())
        assert not reader.older
        assert _same(tuple(reader.measurements()), MEASUREMENTS)


@pytest.mark.parametrize(
    "change",
    ["step = 0", "step = 'a'", "seconds = -1", "cpu = 'much'", "variants = x'00'", "gpus = x'0000000000000000'"],
)
def test_a_damaged_reading_is_refused(finished: Path, change: str) -> None:
    with sqlite3.connect(finished / folders.DATABASE) as database:
        database.execute(f"UPDATE readings SET {change} WHERE id = 2")
    with RunReader(finished) as reader, pytest.raises(UserError, match="reading 2 is damaged"):
        list(reader.readings_after())


def test_a_newer_schema_is_refused(finished: Path) -> None:
    with sqlite3.connect(finished / folders.DATABASE) as database:
        database.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    with pytest.raises(UserError, match="written by a newer bntui .*upgrade"):
        RunReader(finished)


def test_what_is_no_database_is_refused(finished: Path) -> None:
    (finished / folders.DATABASE).write_bytes(b"not a database at all" * 100)
    with pytest.raises(UserError, match="cannot be read"):
        RunReader(finished)


def test_an_empty_database_is_refused(finished: Path) -> None:
    (finished / folders.DATABASE).write_bytes(b"")
    with pytest.raises(UserError, match="not a run's database"):
        RunReader(finished)


def test_a_run_is_found_by_id_prefix_last_and_folder(tmp_path: Path, spec: ExperimentSpec) -> None:
    runs = tmp_path / "runs"
    first, second = RunWriter(runs, spec), RunWriter(runs, spec)
    assert first.run_id != second.run_id
    # One may be a prefix of the other: an exact id goes before.
    assert folders.find(first.run_id, runs) == first.folder
    assert folders.find("last", runs) == second.folder
    assert folders.find(str(first.folder), tmp_path) == first.folder
    with pytest.raises(UserError, match="'p-' is ambiguous: 2 runs begin so"):
        folders.find("p-", runs)
    with pytest.raises(UserError, match="no run 'q'"):
        folders.find("q", runs)
    with pytest.raises(UserError, match="there are no runs"):
        folders.find("last", tmp_path / "none")


def test_a_runs_folder_that_is_a_file_is_refused(tmp_path: Path, spec: ExperimentSpec) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(UserError, match="is not a folder; give another with --runs-dir"):
        RunWriter(blocked, spec)
    with pytest.raises(UserError, match="cannot be written"):
        folders.check_writable(blocked / "below")


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_runs_folder_without_permission_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UserError, match="cannot be written"):
        folders.check_writable(tmp_path)


@pytest.mark.parametrize("failing", ["_create", "commit"])
def test_a_run_that_cannot_begin_leaves_nothing(
    tmp_path: Path, spec: ExperimentSpec, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def full(*arguments: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(RunWriter, failing, full)
    with pytest.raises(UserError, match=r"runs folder .*: cannot be written \(database or disk is full\)"):
        RunWriter(tmp_path, spec).begin(INFO)
    assert list(tmp_path.iterdir()) == []
