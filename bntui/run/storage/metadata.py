"""What a user does to a run that is kept: gives it a title or a note, or deletes it."""

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
    """Give a run a title, or take it away where it is empty; its id, the folder's name, stays. Raises UserError."""
    _keep(folder, "title", title)


def note(folder: Path, text: str) -> None:
    """Keep a note with a run, or take it away where it is empty. Raises UserError."""
    _keep(folder, "note", text)


def delete(folder: Path) -> None:
    """Remove a run and all that is in its folder. Raises UserError where it still trains, or cannot be removed."""
    if folders.in_use(folder):
        raise UserError(f"run {folder.name}: still trains; end it first with: bntui stop {folder.name}")
    try:
        shutil.rmtree(folder.resolve())
    except OSError as error:
        raise UserError(f"run {folder.name}: cannot be deleted: {error.strerror or error}") from None


def _keep(folder: Path, key: str, text: str) -> None:
    # One line that a terminal can show, whatever was pasted.
    line = "".join(char for char in " ".join(text.split()) if char.isprintable())
    RunReader(folder).close()
    try:
        # Beside a process that trains the run: SQLite lets one wait for the other's commit.
        with contextlib.closing(sqlite3.connect(folder / folders.DATABASE)) as database, database:
            database.execute("INSERT OR REPLACE INTO run VALUES (?, ?)", (key, json.dumps(line)))
    except sqlite3.Error as error:
        raise UserError(f"run {folder.name}: its {key} cannot be kept: {error}") from None
