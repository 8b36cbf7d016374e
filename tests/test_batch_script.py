"""README's batch script starts a run, passes signals on, and goes on with the run when the job is started again."""

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
"""


@pytest.fixture
def job(tmp_path: Path) -> Path:
    """A home with the script, and programs that write down how they are called."""
    (script,) = blocks("bash")
    (tmp_path / "job.sh").write_text(script)
    for name, text in (("bntui", BNTUI), ("scontrol", SCONTROL)):
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(text)
        program.chmod(0o755)
    os.mkfifo(tmp_path / "ready")
    return tmp_path


def _run(job: Path, *signals: signal.Signals) -> tuple[int, list[str]]:
    """Run the script, send it signals, or end its program; return its exit status and what was called."""
    files = {name.upper(): str(job / name) for name in ("log", "ready", "end")}
    path = f"{job / 'bin'}:{os.environ['PATH']}"
    environment = {**os.environ, **files, "PATH": path, "HOME": str(job), "SLURM_JOB_ID": "77"}
    with subprocess.Popen(["bash", str(job / "job.sh")], env=environment) as script:
        assert (job / "ready").read_text() == "ready\n"
        for number in signals:
            script.send_signal(number)
        if not signals:
            (job / "end").touch()
        status = script.wait(LIMIT)
    return status, (job / "log").read_text().splitlines()


def test_it_is_valid_bash(job: Path) -> None:
    subprocess.run(["bash", "-n", str(job / "job.sh")], check=True)


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
