"""Titles, notes and deletion of stored runs."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
from pathlib import Path

from bntui.records import UserError
from bntui.run.storage import folders
from bntui.run.storage.reader import RunReader


def rename(folder: Path, title: str) -> None:
    """Set a run's title; '' removes it. The run's id, its folder's name, stays. Raises UserError."""
    _store(folder, "title", title)


def note(folder: Path, text: str) -> None:
    """Set a run's note; '' removes it. Raises UserError."""
    _store(folder, "note", text)


def delete(folder: Path) -> None:
    """Delete a run's folder with all its files. Raises UserError if the run still trains, or cannot be deleted."""
    if folders.in_use(folder):
        raise UserError(f"run {folder.name}: still trains; stop it first with: bntui stop {folder.name}")
    try:
        shutil.rmtree(folder.resolve())
    except OSError as error:
        raise UserError(f"run {folder.name}: cannot be deleted: {error.strerror or error}") from None


def _store(folder: Path, key: str, text: str) -> None:
    # Pasted text may hold line breaks and control characters; keep one printable line.
    line = "".join(char for char in " ".join(text.split()) if char.isprintable())
    RunReader(folder).close()
    try:
        # The process that trains the run may write at the same time; SQLite waits for its commit.
        with contextlib.closing(sqlite3.connect(folder / folders.DATABASE)) as database, database:
            database.execute("INSERT OR REPLACE INTO run VALUES (?, ?)", (key, json.dumps(line)))
    except sqlite3.Error as error:
        raise UserError(f"run {folder.name}: its {key} cannot be stored: {error}") from None
