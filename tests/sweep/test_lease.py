"""Leases: one process holds one, and a dead one's is taken over by one other."""

from __future__ import annotations

import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bntui.records import UserError
from bntui.run.storage import trainer_process
from bntui.sweep import lease


def _left_behind(path: Path, **changes: object) -> None:
    path.write_text(json.dumps({**trainer_process.record(), **changes}))


def test_one_process_holds_a_lease_until_it_releases_it(tmp_path: Path) -> None:
    first = lease.take(tmp_path, "point")
    assert first and lease.is_held(tmp_path, "point")
    assert lease.take(tmp_path, "point") is None
    assert lease.take(tmp_path, "another")
    first.release()
    assert not lease.is_held(tmp_path, "point")
    assert lease.take(tmp_path, "point")


def test_the_lease_of_a_dead_process_is_taken_over(tmp_path: Path) -> None:
    _left_behind(tmp_path / "point.0", started="before")
    assert not lease.is_held(tmp_path, "point")
    second = lease.take(tmp_path, "point")
    assert second and lease.take(tmp_path, "point") is None
    second.release()
    assert not list(tmp_path.iterdir())


def test_the_lease_of_another_machine_is_taken_over_without_signs_of_life(tmp_path: Path) -> None:
    path = tmp_path / "point.0"
    _left_behind(path, host="elsewhere")
    assert lease.is_held(tmp_path, "point") and lease.take(tmp_path, "point") is None
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime - lease.STALE_SECONDS - 1))
    assert lease.take(tmp_path, "point")


def test_of_many_at_once_one_takes_a_dead_lease_over(tmp_path: Path) -> None:
    for round_ in range(20):
        _left_behind(tmp_path / f"point{round_}.0", started="before")
        barrier = threading.Barrier(8)

        def attempt(_: int, name: str = f"point{round_}", barrier: threading.Barrier = barrier) -> bool:
            barrier.wait(30)
            return lease.take(tmp_path, name) is not None

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(attempt, range(8))) <= 1


@pytest.mark.parametrize("loss", ["deleted", "taken over"])
def test_a_lost_lease_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loss: str) -> None:
    monkeypatch.setattr(lease, "BEAT_SECONDS", 0.01)
    lost = threading.Event()
    held = lease.take(tmp_path, "point", lost.set)
    assert held
    with held:
        if loss == "deleted":
            (tmp_path / "point.0").unlink()
        else:
            _left_behind(tmp_path / "point.1")
        assert lost.wait(30)


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        lease.take(tmp_path / "file", "point")
