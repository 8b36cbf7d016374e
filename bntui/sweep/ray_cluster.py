"""A Ray cluster: where it is, and how many runs fit on it at once."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bntui.printable_text import excerpt
from bntui.records import UserError

Resources = Mapping[str, float]
"""What a machine of the cluster has: 'CPU' cores, and GPUs as 'GPU', if any."""


@dataclass(frozen=True)
class Cluster:
    """Where tasks run, how many at once, and with what.

    `address` is 'auto' or HOST:PORT; None starts Ray on this machine. `jobs` None: as many as fit. `gpus_per_run` None:
    one if there are any. `collect`: each machine has a folder of runs of its own, from which runs are brought here.
    """

    address: str | None = None
    jobs: int | None = None
    gpus_per_run: float | None = None
    collect: bool = False

    def check(self) -> None:
        """Raise UserError for an address that cannot be one."""
        if self.address and not re.fullmatch(r"auto|[^/\s]+:\d{1,5}", self.address):
            raise UserError(f"--address {excerpt(self.address)}: should be auto or HOST:PORT")

    def gpus(self, machines: Sequence[Resources]) -> float:
        """Return how many GPUs a run gets."""
        if self.gpus_per_run is None:
            return float(any(machine.get("GPU") for machine in machines))
        return self.gpus_per_run

    def slots(self, machines: Sequence[Resources]) -> int:
        """Return how many points may be under way at once. Raises UserError if none fits."""
        gpus = self.gpus(machines)
        fitting = sum(_fitting(machine, gpus) for machine in machines)
        if not fitting:
            if not gpus:
                raise UserError("the Ray cluster has no core for a run")
            most = max((machine.get("GPU", 0.0) for machine in machines), default=0.0)
            raise UserError(
                f"--gpus-per-run {gpus:g}: no machine of the Ray cluster has so many GPUs: at most {most:g}"
            )
        return min(self.jobs or fitting, fitting)


def _fitting(machine: Resources, gpus: float) -> int:
    """Return how many runs with a core and so many GPUs each fit on a machine; a part is never of two GPUs."""
    cores, there = int(machine.get("CPU", 0.0)), machine.get("GPU", 0.0)
    if not gpus:
        return cores
    return min(cores, int(there) * math.floor(1 / gpus + 1e-9) if gpus < 1 else int(there / gpus))
