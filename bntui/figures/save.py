"""Name and write the files of saved figures."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from bntui.records import UserError

Files = Mapping[str, str | bytes]
"""The content of each file by its name."""


class Saved(NamedTuple):
    """What has been written: a message that says where, and the files."""

    message: str
    paths: tuple[Path, ...]


_SYMBOLS = str.maketrans({"β": "beta", "Δ": "delta"})


def file_stem(title: str) -> str:
    """Return a title as lower-case ASCII words joined by hyphens, valid in file names on any file system."""
    return re.sub(r"[^a-z0-9]+", "-", title.translate(_SYMBOLS).lower()).strip("-")


def save(files: Files, folder: Path | None) -> Saved:
    """Write the files to `folder`, or where this fails or is None to the working directory.

    Raises UserError where neither can be written.
    """
    working = Path.cwd()
    written = _write(files, [folder, working] if folder else [working])
    reason = "" if written == folder or folder is None else f", because {folder} cannot be written"
    message = f"saved in {written}{reason}: {' '.join(files)}"
    return Saved(message, tuple(written / name for name in files))


def _write(files: Files, folders: Sequence[Path]) -> Path:
    """Return the first folder to which all files could be written."""
    failure = ""
    for folder in folders:
        try:
            for name, content in files.items():
                (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        except OSError as error:
            failure = f"{folder}: cannot be written: {error.strerror or error}"
        else:
            return folder
    raise UserError(failure)
