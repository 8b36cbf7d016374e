"""The list of runs, as `bntui runs` prints it and the screen of runs shows it."""

from __future__ import annotations

import os
import time
from pathlib import Path

from bntui.printable_text import printable
from bntui.records import NoticeKind, State, UserError, divergence_steps
from bntui.run.storage import folders, requests, summary_cache
from bntui.run.storage.reader import RunReader
from bntui.run.storage.summary import Summary
from bntui.run.storage.summary_cache import Kept, Signature

_UNCHANGING = (State.FINISHED, State.STOPPED, State.FAILED)
"""States that end only with a change of the run's files; the process of another one may die."""
_CLOCK_TICK = 2 * 10**9
"""Nanoseconds within which some file systems give two changes the same time."""


class Listing:
    """The runs of a folder, read again and again: what has not changed is read once.

    Across processes, too: of many runs the summaries are kept in the user's cache folder.
    """

    def __init__(self, runs_dir: Path) -> None:
        self._dir = runs_dir
        self._kept = summary_cache.load(runs_dir)

    def read(self) -> list[Summary]:
        """Return the summaries of all runs, oldest first, unreadable ones included."""
        before, self._kept = self._kept, {}
        summaries = [self._summary(folder, before.get(folder.name)) for folder in folders.all_runs(self._dir)]
        new = sum(before.get(name) is not kept for name, kept in self._kept.items())
        if new >= summary_cache.WORTH_SAVING:
            summary_cache.save(self._dir, self._kept)
        return summaries

    def _summary(self, folder: Path, kept: Kept | None) -> Summary:
        signature = _signature(folder)
        if kept is None or kept.signature != signature:
            summary = _read(folder)
            if summary.state not in _UNCHANGING or not _settled(signature):
                return summary
            kept = Kept(signature, summary)
        self._kept[folder.name] = kept
        return kept.summary


def summaries(runs_dir: Path) -> list[Summary]:
    """Return the summaries of all runs, oldest first, unreadable ones included."""
    return Listing(runs_dir).read()


def _read(folder: Path) -> Summary:
    try:
        with RunReader(folder) as reader:
            return summary(reader)
    except UserError as error:
        return Summary(folder, "unreadable: " + str(error).removeprefix(printable(f"run {folder.name}: ")))


def summary(reader: RunReader) -> Summary:
    """Return the summary of an open run."""
    # A run that has just ended is told from an interrupted one only by reading its state again.
    state = reader.state
    with reader.snapshot():
        spec, info, notices = reader.spec, reader.value("info"), reader.notices()
        newest = reader.newest_training()
        return Summary(
            folder=reader.folder,
            state=state,
            spec=spec,
            title=reader.value("title", ""),
            note=reader.value("note", ""),
            dataset=info.dataset if info else spec.dataset,
            device=info.device if info else spec.device,
            host=reader.value("host", ""),
            progress=reader.progress,
            accuracies=newest.get("accuracy", {}),
            losses=newest.get("loss", {}),
            older=reader.older,
            diverged=divergence_steps(notices),
            error=next((notice.text for notice in reversed(notices) if notice.kind is NoticeKind.FAILED), ""),
        )


def _signature(folder: Path) -> Signature:
    """Return what changes with every change of a run: of its database, of the database's log, and of its requests."""
    # Not of the folder itself: reading a database with a log may create and remove files in it.
    return tuple(_stat(f"{folder}/{name}") for name in (folders.DATABASE, f"{folders.DATABASE}-wal", requests.FOLDER))


def _stat(path: str) -> tuple[int, int, int]:
    try:
        status = os.lstat(path)
    except OSError:
        return 0, 0, 0
    # Reading a database may leave an empty log.
    return (status.st_ino, status.st_size, status.st_mtime_ns) if status.st_size else (0, 0, 0)


def _settled(signature: Signature) -> bool:
    """Return whether the last change was long enough ago for the next one to have another time."""
    return max(changed for *_, changed in signature) < time.time_ns() - _CLOCK_TICK
