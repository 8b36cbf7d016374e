"""Leases: a process takes a thing, such as a point, for itself, also on a file system that several machines share.

A lease is a file that only one process can create. It names its process; if that has died, or on another machine has
given no sign of life for `STALE_SECONDS`, another may take the lease over. To take over, a process creates the file
with the next number: of several processes one succeeds. Nobody deletes the file of another, so none can delete the
lease of a third that came in between.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import tempfile
import threading
import uuid
from collections.abc import Callable
from pathlib import Path

from bntui.records import UserError
from bntui.run.storage import run_files, trainer_process
from bntui.user_paths import reason

STALE_SECONDS = 120.0
BEAT_SECONDS = 20.0
"""The interval of a holder's signs of life."""
_MOST_BYTES = 2000


class Lease:
    """A lease that this process holds; a context manager that gives signs of life, and releases it at its end."""

    def __init__(self, paths: list[Path], on_loss: Callable[[], object] = lambda: None) -> None:
        """`paths` are the file of this lease, and those that were taken over, oldest first."""
        self._paths = paths
        self._on_loss = on_loss
        self._released = threading.Event()
        self._beat = threading.Thread(target=self._beats, name="lease", daemon=True)

    def __enter__(self) -> Lease:
        self._beat.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def release(self) -> None:
        """Delete the files, oldest first: while the last is there, nobody else can take the lease."""
        self._released.set()
        for path in self._paths:
            with contextlib.suppress(OSError):
                path.unlink()

    def _beats(self) -> None:
        while not self._released.wait(BEAT_SECONDS):
            if self._lost():
                self._on_loss()
                return

    def _lost(self) -> bool:
        """Give a sign of life; return whether the file has disappeared, or another process has taken over."""
        own = self._paths[-1]
        try:
            # With the time of the file's server.
            os.utime(own)
        except FileNotFoundError:
            return not self._released.is_set()
        except OSError:
            # The next time, perhaps.
            return False
        return _files(own.parent, own.stem)[-1:] not in ([own], [])


def take(folder: Path, name: str, on_loss: Callable[[], object] = lambda: None) -> Lease | None:
    """Return the lease of that name in a folder; None if another process holds it.

    `on_loss` is called, in a thread, if its file disappears. Raises UserError if the folder cannot be written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _take(folder, name, on_loss)
    except OSError as error:
        raise UserError(f"{folder}: cannot be written ({reason(error)})") from None


def is_held(folder: Path, name: str) -> bool:
    """Return whether a process holds the lease."""
    files = _files(folder, name)
    return bool(files) and _alive(files[-1])


def _take(folder: Path, name: str, on_loss: Callable[[], object]) -> Lease | None:
    earlier = _files(folder, name)
    before = [_content(path) for path in earlier]
    if earlier and _alive(earlier[-1]):
        return None
    number = int(earlier[-1].suffix[1:]) + 1 if earlier else 0
    path = folder / f"{name}.{number}"
    content = json.dumps({**trainer_process.record(), "token": uuid.uuid4().hex})
    try:
        run_files.create(path, run_files.PRIVATE, content.encode())
    except FileExistsError:
        return None
    # Meanwhile another may have taken over, ended and released the lease, and a third taken it from the beginning.
    if _files(folder, name) != [*earlier, path] or [_content(each) for each in earlier] != before:
        path.unlink(missing_ok=True)
        return None
    return Lease([*earlier, path], on_loss)


def _files(folder: Path, name: str) -> list[Path]:
    """Return the files of a lease, oldest first; of a lease that nobody holds there are none."""
    pattern = re.compile(rf"{re.escape(name)}\.(\d{{1,9}})")
    try:
        found = [(match, path) for path in folder.iterdir() if (match := pattern.fullmatch(path.name))]
    except OSError:
        return []
    return [path for match, path in sorted(found, key=lambda pair: int(pair[0][1]))]


def _content(path: Path) -> bytes:
    try:
        return run_files.read(path, _MOST_BYTES)
    except OSError:
        return b""


def _alive(path: Path) -> bool:
    """Return whether the process that a lease names lives, or may live."""
    try:
        recorded = json.loads(_content(path))
        alive = trainer_process.alive(recorded) if isinstance(recorded, dict) else None
    except ValueError:
        # It is being written, or was when its process was killed.
        alive = None
    if alive is not None:
        return alive
    try:
        with tempfile.TemporaryFile(dir=path.parent) as now:
            # The time of the file's server, which may differ from that of this machine.
            return os.fstat(now.fileno()).st_mtime - path.stat().st_mtime < STALE_SECONDS
    except OSError:
        return path.exists()
