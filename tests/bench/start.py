"""How long commands take that train nothing."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from tests.bench.measure import Figure, seconds

COMMANDS = (["--help"], ["--version"], ["presets"], ["runs"])


def start() -> Iterator[Figure]:
    """Commands beside an empty Python process."""
    with tempfile.TemporaryDirectory() as style_index:
        environment = {**os.environ, "BNTUI_RUNS_DIR": style_index}

        def run(*arguments: str) -> float:
            command = [sys.executable, *arguments]
            return seconds(lambda: subprocess.run(command, env=environment, capture_output=True, check=True))

        for command in COMMANDS:
            more = [run("-m", "bntui", *command) - run("-c", "pass") for _ in range(7)]
            name = f"bntui {' '.join(command)}"
            yield Figure(name, "python -c pass", statistics.median(more), 0.25, form="+{:.2f} s")
