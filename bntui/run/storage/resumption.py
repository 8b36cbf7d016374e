"""Which runs can be resumed, and with which spec."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from bntui.overrides import load_experiment, override_texts
from bntui.records import NoticeKind, State, UserError
from bntui.run.storage import checkpoints, folders
from bntui.run.storage.reader import RunReader
from bntui.spec import ExperimentSpec


def resumed_spec(folder: Path, steps: int | None = None, device: str | None = None) -> ExperimentSpec:
    """Return the spec with which a run that is over goes on; `steps` and `device` take the place of its own.

    Raises UserError if the run still trains, has nothing left to do, or cannot be read.
    """
    with RunReader(folder) as reader:
        state, spec, done, notices = reader.state, reader.spec, reader.progress.steps, reader.notices()
    run, wanted = f"run {folder.name}", spec.steps if steps is None else steps
    if not state.over:
        raise UserError(f"{run}: is {state}; to see it: bntui attach {folder.name}")
    if any(notice.kind is NoticeKind.ENDED for notice in notices):
        raise UserError(f"{run}: every variant has diverged, so it cannot be resumed")
    if state is State.FINISHED and steps is None:
        raise UserError(f"{run}: has finished its {done} steps; extend it with --steps N")
    if wanted < done or (state is State.FINISHED and wanted == done):
        raise UserError(f"{run}: has {done} steps already; --steps must be more")
    if state is State.FINISHED and not checkpoints.steps(folder):
        raise UserError(f"{run}: has no checkpoint to resume from; train its preset anew with --steps {wanted}")
    given = {"steps": wanted} | ({"device": device} if device else {})
    return load_experiment(spec, override_texts(given))


@contextmanager
def held(folder: Path) -> Iterator[FileLock]:
    """Hold the run's lock while inside. Raises UserError if another process trains the run, or is about to."""
    lock = folders.lock(folder)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise UserError(f"run {folder.name}: another process is resuming it now") from None
    except OSError as error:
        raise UserError(f"run {folder.name}: its lock cannot be taken: {error.strerror or error}") from None
    try:
        yield lock
    finally:
        lock.release()
