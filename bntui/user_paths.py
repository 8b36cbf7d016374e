"""Paths that users give: whatever they are, the answer is a file, False, or an error that says why.

`pathlib` raises OSError where a name is longer than a file's may be or a folder may not be entered, and RuntimeError
for the home of an unknown user.
"""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from pathlib import Path

from bntui.printable_text import excerpt
from bntui.records import UserError


def expanded(path: str | Path) -> Path:
    """Return the path with `~` and `~user` replaced by the home folder. Raises UserError."""
    if "\0" in str(path):
        raise UserError(f"'{excerpt(str(path))}': no file can have this name")
    try:
        return Path(path).expanduser()
    except RuntimeError:
        raise UserError(f"{excerpt(str(path))}: there is no such user; write the path without ~") from None


def is_file(path: Path) -> bool:
    """Return whether a regular file is there; False where none can be."""
    return os.path.isfile(path)  # noqa: PTH113  (pathlib's raises)


def is_folder(path: Path) -> bool:
    """Return whether a folder is there; False where none can be."""
    return os.path.isdir(path)  # noqa: PTH112  (pathlib's raises)


def reason(error: Exception) -> str:
    """Return what an error says, of the system's errors without the path; the name of its type if it says nothing."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def read_text(path: Path, most: int) -> str:
    """Return the UTF-8 text of a regular file of at most `most` bytes. Raises UserError with the reason alone."""
    try:
        with os.fdopen(open_regular(path), "rb") as file:
            data = file.read(most + 1)
    except (OSError, ValueError) as error:
        raise UserError(f"cannot be read: {reason(error)}") from None
    if len(data) > most:
        raise UserError(f"is larger than {most // 1000} kB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(f"is not a text in UTF-8, see its byte {error.start + 1}") from None


def replace_text(path: Path, text: str) -> None:
    """Replace a file at once, so that another process reads the old or the new text. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def open_regular(path: Path, *, follow: bool = True) -> int:
    """Return the descriptor of a regular file, opened for reading; with `follow` also through a symbolic link.

    Raises OSError for anything else; a pipe without a writer is not waited for.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | (0 if follow else os.O_NOFOLLOW))
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise OSError(errno.EINVAL, "not a regular file", str(path))
