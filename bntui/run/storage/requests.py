"""Requests to the process that trains a run: to stop, pause or resume it, or to change its title or note.

A request is a file in the run's folder, so that it also arrives from other machines. The trainer looks for requests
about once a second.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bntui.records import State, UserError
from bntui.run.storage import folders, run_files, trainer_process

if TYPE_CHECKING:
    from bntui.run.storage.reader import RunReader

FOLDER = "requests"
ACTIONS = ("stop", "pause", "resume")
TEXTS = ("title", "note")
_MOST_BYTES = 100_000
_MOST_REQUESTS = 1000


def ask(folder: Path, action: str, text: str = "") -> None:
    """Leave a request for a run's trainer: one of ACTIONS, or one of TEXTS with its text. Raises UserError."""
    name = f"{time.time_ns():020}-{uuid.uuid4().hex[:8]}.json"
    try:
        mode = run_files.mode_in(folder)
        requests = folder / FOLDER
        with contextlib.suppress(FileExistsError):
            requests.mkdir(run_files.folder_mode(mode))
        _check_folder(requests)
        run_files.replace(requests / name, json.dumps({"action": action, "text": text}).encode(), mode)
    except OSError as error:
        raise UserError(f"run {folder.name}: the request cannot be written: {error.strerror or error}") from None


def waiting(folder: Path) -> Iterator[tuple[Path, str, str]]:
    """Yield the path, action and text of each request, oldest first; unreadable ones are left out."""
    requests = folder / FOLDER
    try:
        _check_folder(requests)
        names = sorted(entry.name for entry in os.scandir(requests) if entry.name.endswith(".json"))
    except OSError:
        return
    for name in names[:_MOST_REQUESTS]:
        try:
            request = json.loads(run_files.read(requests / name, _MOST_BYTES))
            action, text = request["action"], request["text"]
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            continue
        if action in ACTIONS or (action in TEXTS and isinstance(text, str)):
            yield requests / name, action, text


def forget_actions(folder: Path) -> None:
    """Delete the requests to a trainer that has ended; titles and notes stay. Raises OSError."""
    for path, action, _ in waiting(folder):
        if action in ACTIONS:
            path.unlink(missing_ok=True)


def pending_text(folder: Path, key: str) -> str | None:
    """Return the newest title or note that the trainer has not stored yet; None without one."""
    texts = [text for _, action, text in waiting(folder) if action == key]
    return texts[-1] if texts else None


def stop_run(reader: RunReader) -> str:
    """Have the process that trains a run end it after the current step; return how that is done. Raises UserError."""
    _check_training(reader, "stopped")
    process = trainer_process.verified(reader.trainer, reader.folder / folders.LOCK)
    if process is None:
        ask(reader.folder, "stop")
        return "is asked to end after the step under way, which takes about a second longer than on its own machine"
    try:
        os.kill(process, signal.SIGTERM)
    except OSError as error:
        raise UserError(f"run {reader.run_id}: its process cannot be signalled: {error.strerror}") from None
    return "ends after the step under way"


def pause_run(reader: RunReader) -> str:
    """Have the process that trains a run wait before its next step; return how that is done. Raises UserError."""
    _check_training(reader, "paused")
    ask(reader.folder, "pause")
    return f"is asked to pause; to resume: bntui resume {reader.run_id}"


def resume_run(reader: RunReader) -> str:
    """Have the process that trains a run continue after a pause; return how that is done. Raises UserError."""
    _check_training(reader, "resumed")
    ask(reader.folder, "resume")
    return "is asked to continue after its pause"


def _check_training(reader: RunReader, verb: str) -> None:
    if reader.state is not State.TRAINING:
        raise UserError(f"run {reader.run_id}: is {reader.state}; only a training run can be {verb}")


def _check_folder(requests: Path) -> None:
    if requests.is_symlink():
        raise OSError(f"{FOLDER} is a symbolic link")
