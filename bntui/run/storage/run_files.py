"""Files in a run's folder: created for their owner, or for all to read, and never through a symbolic link."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from bntui.user_paths import open_regular

PRIVATE, SHARED = 0o600, 0o644

Identity = tuple[int, int] | None


def folder_mode(mode: int) -> int:
    """Return the mode of a folder whose files have this mode."""
    return mode | (mode & 0o444) >> 2


def mode_in(folder: Path) -> int:
    """Return the mode of new files in a run's folder. Raises OSError."""
    return SHARED if folder.stat().st_mode & 0o004 else PRIVATE


def create(path: Path, mode: int, data: bytes = b"") -> None:
    """Create a file, which must not exist, with this mode whatever the umask. Raises OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, mode)
        file.write(data)


def replace(path: Path, data: bytes, mode: int) -> None:
    """Write a file that readers see complete or not at all. Raises OSError."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    with contextlib.suppress(FileNotFoundError):
        part.unlink()
    try:
        create(part, mode, data)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def read(path: Path, most: int) -> bytes:
    """Return a regular file's content, up to `most` bytes; a link is not followed. Raises OSError."""
    with os.fdopen(open_regular(path, follow=False), "rb") as file:
        return file.read(most)


def identity(path: Path) -> Identity:
    """Return what tells a file from another of the same name; None if it does not exist. Raises OSError."""
    try:
        found = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_dev, found.st_ino
