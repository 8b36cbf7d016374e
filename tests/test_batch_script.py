"""README's batch scripts: a run that is resumed in the next job, a sweep on Ray, a sweep by an array of jobs."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.markdown import blocks

LIMIT = 60

BNTUI = """#!/bin/bash
echo "bntui $*" >> "$LOG"
trap 'echo USR1 >> "$LOG"; touch "$END"' USR1
trap 'echo TERM >> "$LOG"; exit 143' TERM
echo ready > "$READY"
while [ ! -e "$END" ]; do sleep 0.05; done
exit 3
"""
SCONTROL = """#!/bin/bash
echo "scontrol $*" >> "$LOG"
[ "$1" != show ] || printf 'node1\\nnode2\\n'
"""
SRUN = """#!/bin/bash
echo "srun $*" >> "$LOG"
while [ "$1" != -- ]; do shift; done
shift
exec "$@"
"""
RAY = """#!/bin/bash
echo "ray $* $RAY_AUTH_MODE" >> "$LOG"
"""
PROGRAMS = {"bntui": BNTUI, "scontrol": SCONTROL, "srun": SRUN, "ray": RAY}
SLURM = {
    "SLURM_JOB_ID": "77",
    "SLURM_JOB_NODELIST": "node[1-2]",
    "SLURM_JOB_NUM_NODES": "2",
    "SLURM_CPUS_PER_TASK": "32",
    "SLURM_GPUS_PER_TASK": "4",
}


@pytest.fixture
def job(tmp_path: Path) -> Path:
    """A home with the scripts, and programs that write down how they are called."""
    for script in blocks("bash"):
        name = script.partition("--job-name=")[2].split()[0]
        (tmp_path / name).write_text(script)
    for name, text in PROGRAMS.items():
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(text)
        program.chmod(0o755)
    os.mkfifo(tmp_path / "ready")
    return tmp_path


def _run(job: Path, *signals: signal.Signals, name: str = "paper-noisy") -> tuple[int, list[str]]:
    """Run a script, send it signals, or end its program; return its exit status and what was called."""
    files = {name.upper(): str(job / name) for name in ("log", "ready", "end")}
    path = f"{job / 'bin'}:{os.environ['PATH']}"
    environment = {**os.environ, **SLURM, **files, "PATH": path, "HOME": str(job)}
    with subprocess.Popen(["bash", str(job / name)], env=environment) as script:
        assert (job / "ready").read_text() == "ready\n"
        for number in signals:
            script.send_signal(number)
        if not signals:
            (job / "end").touch()
        status = script.wait(LIMIT)
    return status, (job / "log").read_text().splitlines()


def test_they_are_valid_bash(job: Path) -> None:
    for name in ("paper-noisy", "sweep-ray", "sweep-array"):
        subprocess.run(["bash", "-n", str(job / name)], check=True)


def test_it_starts_a_run_and_later_resumes_it(job: Path) -> None:
    started = f"--runs-dir {job}/bntui-runs/77 --headless"
    assert _run(job) == (3, [f"bntui --preset paper-noisy {started}"])
    database = job / "bntui-runs" / "77" / "paper-noisy-1" / "run.sqlite"
    database.parent.mkdir(parents=True)
    database.touch()
    (job / "log").unlink()
    assert _run(job) == (3, [f"bntui resume last {started}"])


def test_a_warning_writes_a_checkpoint_and_queues_the_job_again(job: Path) -> None:
    status, called = _run(job, signal.SIGUSR1)
    assert status == 3
    assert set(called[1:]) == {"USR1", "scontrol requeue 77"}


def test_the_end_of_the_job_stops_the_run(job: Path) -> None:
    status, called = _run(job, signal.SIGTERM)
    assert (status, called[-1]) == (143, "TERM")


def test_ray_is_started_on_every_node_and_the_sweep_uses_it(job: Path) -> None:
    status, (token, listed, started, sweep) = _run(job, name="sweep-ray")
    assert status == 3
    assert token == "ray get-auth-token --generate token"
    assert listed == "scontrol show hostnames node[1-2]"
    assert "symmetric-run --address node1:6379 --min-nodes 2" in started
    assert "--num-cpus 32 --num-gpus 4 -- bntui sweep lr" in started
    assert sweep == f"bntui sweep lr --engine ray --address auto --headless --runs-dir {job}/bntui-runs"


def test_a_job_of_an_array_trains_one_point_and_is_stopped_by_slurm(job: Path) -> None:
    worked = f"bntui sweep work lr --count 1 --runs-dir {job}/bntui-runs"
    assert _run(job, name="sweep-array") == (3, [worked])
    (job / "end").unlink()
    assert _run(job, signal.SIGTERM, name="sweep-array") == (143, [worked, worked, "TERM"])
