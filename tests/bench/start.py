"""Start-up time of commands that do not train."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from tests.bench.measure import Result, seconds

COMMANDS = (["--help"], ["--version"], ["presets"], ["runs"])
TIMEOUT = 60


def start() -> Iterator[Result]:
    """Measure commands against an empty Python process."""
    with tempfile.TemporaryDirectory() as runs_dir:
        environment = {**os.environ, "BNTUI_RUNS_DIR": runs_dir}

        def run(*arguments: str) -> float:
            command = [sys.executable, *arguments]
            return seconds(
                lambda: subprocess.run(command, env=environment, capture_output=True, check=True, timeout=TIMEOUT)
            )

        for command in COMMANDS:
            differences = [run("-m", "bntui", *command) - run("-c", "pass") for _ in range(7)]
            name = f"bntui {' '.join(command)}"
            yield Result(name, "python -c pass", statistics.median(differences), 0.25, form="+{:.2f} s")
