"""Stored runs that were never trained, with every quantity that there is."""

from __future__ import annotations

from pathlib import Path

from bntui.records import Progress, State
from bntui.run.storage.writer import RunWriter
from tests.tui.fake_source import COLUMNS, VARIANTS, FakeSource

STEPS = 60


def stored_run(
    runs_dir: Path, seed: int = 0, name: str = "noisy", variants: tuple[str, ...] = VARIANTS, lr: float = 0.1
) -> Path:
    """Store a finished run of made-up measurements."""
    source = FakeSource(done=STEPS, steps=STEPS, variants=variants, columns=COLUMNS)
    assert source.info is not None and source.history is not None
    optimizer = source.spec.optimizer.model_copy(update={"lr": lr})
    spec = source.spec.model_copy(update={"seed": seed, "name": name, "optimizer": optimizer})
    store = RunWriter(runs_dir, spec)
    store.begin(source.info)
    store.write(source.history.measurements(), Progress(STEPS, 1.0, 0.0))
    store.close(State.FINISHED)
    return store.folder
