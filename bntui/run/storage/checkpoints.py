"""Checkpoints as files in a run's folder: the arrays in the format safetensors, with a JSON header."""

from __future__ import annotations

import os
import re
import stat
import zlib
from collections.abc import Callable
from pathlib import Path

import safetensors.numpy
from pydantic import Field, ValidationError
from safetensors import SafetensorError, safe_open

from bntui.records import Checkpoint, Progress, UserError
from bntui.run.storage import run_files
from bntui.spec_values import Strict

KEPT = 2
"""The newest checkpoints of a run that are kept: one may be damaged, or lost with a power failure."""

PARTIAL = "checkpoint.partial"
HEADER = "bntui"
"""The key of the JSON header in the file's metadata."""


class Header(Strict):
    """What a checkpoint holds beside arrays; `crc32` is the checksum of all arrays, in the order of their names."""

    steps: int
    seconds: float
    probe_seconds: float
    variant_seconds: dict[str, float] = Field(default_factory=dict)
    diverged: dict[str, int]
    crc32: int


def path_of(folder: Path, step: int) -> Path:
    """Return the file of the checkpoint that was taken after so many steps."""
    return folder / f"checkpoint-{step}.safetensors"


def steps(folder: Path) -> list[int]:
    """Return the steps of a run's checkpoints, oldest first."""
    names = (re.fullmatch(r"checkpoint-(\d{1,10})\.safetensors", path.name) for path in folder.iterdir())
    return sorted(int(name[1]) for name in names if name)


def write(folder: Path, checkpoint: Checkpoint) -> None:
    """Store a checkpoint, then delete those before the last `KEPT`. A reader finds all of it or nothing.

    Raises OSError.
    """
    progress = checkpoint.progress
    header = Header(
        steps=progress.steps,
        seconds=progress.seconds,
        probe_seconds=progress.probe_seconds,
        variant_seconds=dict(progress.variant_seconds),
        diverged=dict(checkpoint.diverged),
        crc32=_checksum(checkpoint),
    )
    partial = folder / PARTIAL
    # What a killed process left is not written to, nor what a link in its place points to.
    partial.unlink(missing_ok=True)
    run_files.create(partial, run_files.mode_in(folder))
    try:
        safetensors.numpy.save_file(dict(checkpoint.arrays), partial, {HEADER: header.model_dump_json()})
    except SafetensorError as error:
        partial.unlink(missing_ok=True)
        raise OSError(str(error)) from None
    _sync(partial)
    partial.replace(path_of(folder, progress.steps))
    _sync(folder)
    for step in [step for step in steps(folder) if step < progress.steps][: 1 - KEPT or None]:
        path_of(folder, step).unlink(missing_ok=True)


def read(folder: Path, step: int) -> Checkpoint:
    """Return the checkpoint of a step. Raises UserError if it is missing, truncated, damaged or not a checkpoint."""
    path = path_of(folder, step)
    try:
        checkpoint, header = _read(path)
    except FileNotFoundError:
        taken = ", ".join(map(str, steps(folder))) or "none"
        raise UserError(f"run {folder.name}: no checkpoint of step {step}; there are: {taken}") from None
    except (OSError, SafetensorError, ValidationError, KeyError) as error:
        reason = "its header is damaged" if isinstance(error, ValidationError | KeyError) else str(error)
        raise UserError(f"run {folder.name}: {path.name} cannot be read: {reason}") from None
    if header.steps != step or header.crc32 != _checksum(checkpoint):
        raise UserError(f"run {folder.name}: {path.name} is damaged")
    return checkpoint


def newest(folder: Path, last: int, report: Callable[[str], object]) -> Checkpoint | None:
    """Return the newest readable checkpoint up to the step `last`, None without one.

    Those that cannot be read are reported.
    """
    for step in reversed([step for step in steps(folder) if step <= last]):
        try:
            return read(folder, step)
        except UserError as error:
            report(str(error))
    return None


def last(folder: Path) -> Checkpoint:
    """Return the newest readable checkpoint of a run. Raises UserError without one."""
    unreadable: list[str] = []
    found = newest(folder, max(steps(folder), default=0), unreadable.append)
    if found is None:
        without = f"run {folder.name}: no checkpoint, so its weights are not stored"
        raise UserError(unreadable[0] if unreadable else without)
    return found


def delete_after(folder: Path, step: int) -> None:
    """Delete the checkpoints of later steps, which a run that goes on from this one takes again. Raises OSError."""
    for later in steps(folder):
        if later > step:
            path_of(folder, later).unlink(missing_ok=True)


def _read(path: Path) -> tuple[Checkpoint, Header]:
    if not stat.S_ISREG(path.lstat().st_mode):
        raise OSError("not a regular file")
    with safe_open(path, framework="np") as file:
        header = Header.model_validate_json((file.metadata() or {})[HEADER])
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  (it is no mapping)
    progress = Progress(header.steps, header.seconds, header.probe_seconds, header.variant_seconds)
    return Checkpoint(progress, header.diverged, arrays), header


def _checksum(checkpoint: Checkpoint) -> int:
    value = 0
    for _, array in sorted(checkpoint.arrays.items()):
        value = zlib.crc32(array.data, value)
    return value


def _sync(path: Path) -> None:
    """Have the disk store a file, or a folder's entries, now."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
