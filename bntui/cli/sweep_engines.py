"""The engine that the options of `bntui sweep` ask for, and whether its points can be trained at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bntui.cli.options import typed_command
from bntui.printable_text import excerpt
from bntui.records import Loading, UserError
from bntui.user_paths import expanded

if TYPE_CHECKING:
    from bntui.spec import ExperimentSpec
    from bntui.sweep.engine import Engine
    from bntui.sweep.point import Point
    from bntui.sweep.sweep_folder import Sweep
    from bntui.sweep.worker import Workplace


@dataclass(frozen=True)
class EngineOptions:
    """Where points are trained, how many at once, and how much of a GPU each gets.

    `with_host` keeps the names of the machines in the provenance of runs.
    """

    engine: str = "local"
    jobs: int | None = None
    gpus_per_run: float | None = None
    address: str | None = None
    collect: bool = False
    data_dir: Path | None = None
    with_host: bool = False

    def check(self) -> None:
        """Raise UserError for options that contradict each other."""
        if self.engine not in ("local", "ray"):
            raise UserError(f"--engine {excerpt(self.engine)}: choose from local, ray")
        for option, given in (("--address", self.address is not None), ("--collect", self.collect)):
            if given and self.engine != "ray":
                raise UserError(f"{option} needs --engine ray")
        if self.jobs is not None and self.jobs < 1:
            raise UserError(f"--jobs {self.jobs}: should be at least 1")
        if self.gpus_per_run is not None and not 0 < self.gpus_per_run <= 1024:
            raise UserError(f"--gpus-per-run {self.gpus_per_run:g}: should be more than 0")

    def open(self, sweep: Sweep) -> Engine:
        """Return the engine. Raises UserError if it cannot be used."""
        from bntui.sweep.worker import Workplace

        data_dir = expanded(self.data_dir).resolve() if self.data_dir else None
        workplace = Workplace(sweep.runs_dir.resolve(), data_dir, sweep.name, typed_command(), self.with_host)
        return self._ray(sweep, workplace) if self.engine == "ray" else self._local(sweep, workplace)

    def _ray(self, sweep: Sweep, workplace: Workplace) -> Engine:
        from bntui.sweep.ray_cluster import Cluster
        from bntui.sweep.ray_engine import RayEngine

        # Runs on CPUs do not wait for the GPUs of a cluster.
        on_cpu = all(point.spec.device == "cpu" for point in sweep.points)
        gpus = 0.0 if on_cpu and self.gpus_per_run is None else self.gpus_per_run
        return RayEngine(Cluster(self.address, self.jobs, gpus, self.collect), workplace)

    def _local(self, sweep: Sweep, workplace: Workplace) -> Engine:
        from bntui.sweep.local import LocalEngine, gpu_shares

        spec = sweep.points[0].spec
        gpus = _gpus(spec.device)
        if not gpus and self.gpus_per_run is None:
            return LocalEngine(workplace, self.jobs or max(1, cores() // spec.threads), spec.threads)
        if not gpus:
            raise UserError(f"--gpus-per-run {self.gpus_per_run:g}: device {spec.device} is no GPU of this machine")
        shares = gpu_shares(gpus, self.gpus_per_run or min(1.0, len(gpus) / (self.jobs or 1)))
        return LocalEngine(workplace, min(self.jobs or len(shares), len(shares)), spec.threads, shares)


def check_trainable(points: Iterable[Point], data_dir: Path | None) -> None:
    """Load each data set once, downloading it if need be, for each network that it is for.

    Raises UserError for one that is unavailable or does not fit, and for a device that cannot be used.
    """
    from bntui.train.device import choose_all

    specs = [point.spec for point in points]
    for device in dict.fromkeys(spec.device for spec in specs):
        choose_all(device)
    for spec in {(spec.dataset, spec.network.kind): spec for spec in specs}.values():
        _check_data(spec, data_dir)


def _check_data(spec: ExperimentSpec, data_dir: Path | None) -> None:
    from bntui.data import Request, default_data_dir, load
    from bntui.models import MODELS
    from bntui.train.build import check_match

    request = Request(MODELS[spec.network.kind].input_shape, data_dir or default_data_dir(), report=_report)
    check_match(spec.network, load(spec.dataset, request))


def _report(loading: Loading) -> None:
    share = "" if loading.fraction is None else f" {loading.fraction:.0%}"
    announce(f"{loading.text}{share}")


def announce(text: str = "") -> None:
    """Show on a terminal what is being done, on one line that the next text replaces; '' clears it."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{excerpt(text)}", end="\r", file=sys.stderr, flush=True)


def cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _gpus(device: str) -> Sequence[str]:
    """Return the GPUs to deal out, as CUDA_VISIBLE_DEVICES names them; () if a device is named, or is none."""
    if device not in ("auto", "cuda"):
        return ()
    import torch

    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    visible = [name for name in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if name.strip()]
    return visible[:count] if visible else [str(number) for number in range(count)]
