"""Runs that diverge, and runs of 200,000 steps."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from bntui.records import Column, Event, Measurement, Progress, RunInfo, State
from tests.faults.experiment import place, read_text, rows, traceback_in, wrong_state, wrong_status
from tests.faults.outcome import Kind, Outcome
from tests.faults.program import in_process

KINDS = ("standard", "bn", "noisy", "noisy-standard", "bn-frozen-noise", "l1", "l2", "linf", "layernorm", "groupnorm")
MADE_STEPS = 200_000
TRAINED_STEPS = 3_000
GROWTH = 40 * 2**20
"""Bytes that the second half of a run may add, beside its values in memory."""


def diverged() -> Iterator[Outcome]:
    """Let all variants, and one of them, diverge: the others train to the end, and everything is stored."""
    listed = ", ".join(f'"{kind}"' for kind in KINDS)
    every = ("--set", f"variants=[{listed}]", "--set", "network=blog-cnn")
    yield _diverges("all variants", KINDS, (*every, "--lr", "1e30"))
    for kind in KINDS:
        yield _diverges(f"only {kind}", (kind,), (*every, "--set", f"variants.{kind}.lr=1e30"))


def memory() -> Iterator[Outcome]:
    """Measure the memory of long runs: of storage and history with made values, and of training."""
    yield from in_process(_made, (), f"{MADE_STEPS} made steps", 200.0)
    yield from in_process(_trained, (), f"{TRAINED_STEPS} trained steps", 200.0)


def _diverges(name: str, diverging: tuple[str, ...], options: tuple[str, ...], steps: int = 12) -> Outcome:
    tried = f"{name} diverged"
    with place() as here, here.headless(*options, steps=steps) as program:
        status = program.wait()
        failed = (
            traceback_in(here.printed, tried)
            or wrong_status(status, (0,), tried, here.printed)
            or wrong_state(here.run(), (State.FINISHED,), tried)
        )
        if failed:
            return failed
        losses = [row for row in rows(read_text(here.csv) or "") if row[3] == "train" and row[5] == "loss"]
        missing = [kind for kind in KINDS if kind not in diverging and sum(row[0] == kind for row in losses) != steps]
        unsaid = [kind for kind in diverging if f"{kind} diverged" not in here.printed]
        return (
            (Outcome(tried, f"losses of {', '.join(missing)} are missing", Kind.LOST) if missing else None)
            or (Outcome(tried, f"no notice for {', '.join(unsaid)}") if unsaid else None)
            or Outcome(tried)
        )


def _made() -> list[Outcome]:
    """Store and keep made values for 200,000 steps."""
    return [_measured(f"{MADE_STEPS} made steps", _made_events, MADE_STEPS, values=4)]


def _trained() -> list[Outcome]:
    """Train for some thousand steps."""
    from bntui.train import train

    return [_measured(f"{TRAINED_STEPS} trained steps", train, TRAINED_STEPS, values=20)]


def _made_events(*_: object) -> Iterator[Event]:
    columns = (Column("train", "loss"), Column("train", "accuracy"))
    yield RunInfo(columns, ("standard", "bn"), (), MADE_STEPS, 24, "digits", "cpu", "cpu", default_every={"train": 1})
    for step in range(MADE_STEPS):
        for variant in ("standard", "bn"):
            yield Measurement(step, variant, "train", (0.5, 0.25))
        if step % 100 == 99:
            yield Progress(step + 1, step / 1000, 0.0)


def _measured(tried: str, train: Callable[..., Iterator[Event]], steps: int, values: int) -> Outcome:
    """Run so many steps, with at most so many values each, and compare the memory at half of them and at the end."""
    sizes: list[int] = []

    def watched(*arguments: Any) -> Iterator[Event]:
        for event in train(*arguments):
            yield event
            if isinstance(event, Progress) and len(sizes) < 2 and event.steps >= steps * (len(sizes) + 1) // 2:
                sizes.append(_resident())

    with place() as here, mock.patch("bntui.train.train", watched):
        _work(here.folder, steps)
    half, whole = sizes
    tried = f"{tried}, {half / 2**20:.0f} → {whole / 2**20:.0f} MB"
    grown = whole - half > GROWTH + 8 * values * steps
    return Outcome(tried, "memory grows", Kind.LOST) if grown else Outcome(tried)


def _work(folder: Path, steps: int) -> None:
    from bntui.overrides import load_experiment
    from bntui.run.sources.live import LiveRun

    os.environ.update(XDG_CONFIG_HOME=str(folder), XDG_CACHE_HOME=str(folder))
    spec = load_experiment(str(folder / "small.toml"), [f"steps={steps}"])
    LiveRun(spec, folder / "runs", None, fall_back=False).work()


def _resident() -> int:
    """Return the bytes of memory that this process has now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
