"""Titles, notes and deletion of stored runs."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
from pathlib import Path

from filelock import Timeout

from bntui.records import UserError
from bntui.run.storage import folders, requests
from bntui.run.storage.reader import RunReader
from bntui.user_paths import reason

LOCK_SECONDS = 1.0
"""How long a title or note waits for another process that changes the run's."""


def rename(folder: Path, title: str) -> None:
    """Set a run's title; '' removes it. The run's id, its folder's name, stays. Raises UserError."""
    _store(folder, "title", title)


def note(folder: Path, text: str) -> None:
    """Set a run's note; '' removes it. Raises UserError."""
    _store(folder, "note", text)


def delete(folder: Path) -> None:
    """Delete a run's folder with all its files; of a link to a folder, delete the link.

    Raises UserError if the run still trains, or cannot be deleted.
    """
    if _trains(folder):
        raise UserError(f"run {folder.name}: still trains; stop it first with: bntui stop {folder.name}")
    try:
        if folder.is_symlink():
            folder.unlink()
        else:
            shutil.rmtree(folder.resolve())
    except OSError as error:
        raise UserError(f"run {folder.name}: cannot be deleted: {error.strerror or error}") from None


def one_line(text: str) -> str:
    """Return a title or note as one printable line: pasted text may hold line breaks and control characters."""
    return "".join(char for char in " ".join(text.split()) if char.isprintable())


def _trains(folder: Path) -> bool:
    try:
        with RunReader(folder) as reader:
            return not reader.state.over
    except (UserError, sqlite3.Error, ValueError):
        return folders.in_use(folder)


def _store(folder: Path, key: str, text: str) -> None:
    """Store a text of the run, or have its trainer do so: only one process writes to a database."""
    line = one_line(text)
    with RunReader(folder) as reader:
        trains = not reader.state.over
    if not trains:
        try:
            with folders.lock(folder).acquire(timeout=LOCK_SECONDS):
                _write(folder, key, line)
            return
        except Timeout:
            # Another process has begun to change the run.
            pass
        except (OSError, sqlite3.Error) as error:
            raise UserError(f"run {folder.name}: its {key} cannot be stored: {reason(error)}") from None
    requests.ask(folder, key, line)


def _write(folder: Path, key: str, line: str) -> None:
    """Write a text, and those that a trainer was asked for before it ended."""
    path = folder / folders.DATABASE
    if path.is_symlink():
        raise OSError(f"{path.name} is a symbolic link")
    asked = [request for request in requests.waiting(folder) if request[1] in requests.TEXTS]
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.executemany(
            "INSERT OR REPLACE INTO run VALUES (?, ?)",
            [(name, json.dumps(one_line(text))) for _, name, text in asked] + [(key, json.dumps(line))],
        )
    for request, *_ in asked:
        request.unlink(missing_ok=True)
