"""Sweeps on Ray: a real one in the slow tests, and one that fails in the others."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from bntui.records import NoticeKind, State, UserError
from bntui.run.storage import folders
from bntui.run.storage.reader import RunReader
from bntui.sweep import ray_engine
from bntui.sweep.grid import Grid
from bntui.sweep.point import identity
from bntui.sweep.ray_cluster import Cluster
from bntui.sweep.ray_engine import RayEngine
from bntui.sweep.sweep_driver import SweepDriver
from bntui.sweep.sweep_folder import Sweep, save
from bntui.sweep.worker import Workplace

LIMIT = 200.0
BASE = """
network = "sigmoid-mlp"
dataset = "digits"
device = "cpu"
steps = 400
batch_size = 8
variants = ["standard", "bn"]
[checkpoint]
seconds = 0.1
[probes]
train = { every = 1 }
"""


def test_without_ray(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(ray_engine, "find_spec", lambda _: None)
    with pytest.raises(UserError, match=r"--engine ray: .* pip install 'bntui\[sweep]'"):
        RayEngine(Cluster(), Workplace(tmp_path))


@pytest.fixture
def made_ray(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Makes a package named ray that does this when it connects."""

    def make(code: str) -> None:
        package = tmp_path / "made"
        package.mkdir()
        (package / "ray.py").write_text(f"def init(**_):\n    {code}\n")
        monkeypatch.setenv("PYTHONPATH", f"{package}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
        monkeypatch.setattr(ray_engine, "find_spec", lambda _: True)

    return make


def test_an_address_that_does_not_answer(
    made_ray: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made_ray("import threading; threading.Event().wait()")
    monkeypatch.setattr(ray_engine, "ANSWER_SECONDS", 0.1)
    with pytest.raises(UserError, match="--address head:6379: no Ray cluster answers within 0 seconds"):
        RayEngine(Cluster("head:6379"), Workplace(tmp_path))


def test_a_ray_that_ends_its_process(made_ray: Callable[[str], None], tmp_path: Path) -> None:
    made_ray("raise SystemExit('lost the cluster')")
    with pytest.raises(UserError, match="Ray has ended: lost the cluster"):
        RayEngine(Cluster(), Workplace(tmp_path))


def test_an_error_of_ray_is_one_line(made_ray: Callable[[str], None], tmp_path: Path) -> None:
    made_ray(
        r"import os; raise RuntimeError('mismatch, usage ' + os.environ['RAY_USAGE_STATS_ENABLED'] + '\nand more')"
    )
    with pytest.raises(UserError, match="^--address head:6379: mismatch, usage 0$"):
        RayEngine(Cluster("head:6379"), Workplace(tmp_path))


def _sweep(tmp_path: Path, seeds: int) -> Sweep:
    sweep = Sweep("killed", tmp_path / "runs", Grid(preset="small", base=BASE, seeds=range(seeds)))
    save(sweep)
    return sweep


def _driven(sweep: Sweep, cluster: Cluster) -> tuple[SweepDriver, threading.Thread]:
    driver = SweepDriver(sweep, RayEngine(cluster, Workplace(sweep.runs_dir)))
    thread = threading.Thread(target=driver.work)
    thread.start()
    return driver, thread


def _until(done: Callable[[], object]) -> None:
    deadline = time.monotonic() + LIMIT
    while not done():
        assert time.monotonic() < deadline
        threading.Event().wait(0.05)


def _trainer(runs_dir: Path) -> int | None:
    """Return the process of a run that trains and has a checkpoint, if there is one."""
    # A run whose database is being made cannot be read yet.
    for folder in (each for each in folders.all_runs(runs_dir) if list(each.glob("checkpoint-*"))):
        with RunReader(folder) as reader:
            if reader.state is State.TRAINING:
                return int(reader.trainer["process"])
    return None


def _finished_by_point(runs_dir: Path) -> Counter[str]:
    counts: Counter[str] = Counter()
    for folder in folders.all_runs(runs_dir):
        with RunReader(folder) as reader:
            assert reader.state is State.FINISHED
            counts[identity(reader.spec)] += 1
    return counts


def _resumed(runs_dir: Path) -> int:
    count = 0
    for folder in folders.all_runs(runs_dir):
        with RunReader(folder) as reader:
            count += any(notice.kind is NoticeKind.RESUMED for notice in reader.notices())
    return count


@pytest.mark.slow
def test_a_worker_that_is_killed_resumes_its_point(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("ray")
    sweep = _sweep(tmp_path, seeds=4)
    driver, thread = _driven(sweep, Cluster(jobs=2))
    _until(lambda: _trainer(sweep.runs_dir))
    os.kill(_trainer(sweep.runs_dir) or 0, signal.SIGKILL)
    thread.join(LIMIT)
    assert not driver.failures
    assert _finished_by_point(sweep.runs_dir) == {point.id: 1 for point in sweep.points}
    assert _resumed(sweep.runs_dir) == 1
    assert capfd.readouterr() == ("", "")
    assert not [child for child in psutil.Process().children(recursive=True) if "ray" in child.name()]


@pytest.mark.slow
def test_runs_of_other_machines_are_collected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ray")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    sweep = _sweep(tmp_path, seeds=2)
    driver, thread = _driven(sweep, Cluster(jobs=2, collect=True))
    thread.join(LIMIT)
    assert not driver.failures
    assert _finished_by_point(sweep.runs_dir) == {point.id: 1 for point in sweep.points}
    assert not folders.all_runs(tmp_path / "cache" / "bntui" / "swept-runs")
