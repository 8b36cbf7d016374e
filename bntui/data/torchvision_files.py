"""torchvision's archives: fetched and unpacked in a temporary folder, then moved to their paths file by file.

So an interrupted download, or two at once, leave no incomplete file behind that a later run would read. An archive that
the user put into the folder is used and kept.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from torchvision.datasets.utils import extract_archive

from bntui.data.download import Archive, DownloadError, fetch, md5_of
from bntui.data.request import Request, Unavailable
from bntui.records import Loading
from bntui.user_paths import is_file

INCOMING = ".incoming-"
ABANDONED = 86400.0
"""Seconds after which a temporary folder is that of a process that was killed."""


@dataclass(frozen=True)
class Packed:
    """An archive, the `folder` to unpack it in, and its files as paths below that folder."""

    archive: Archive
    folder: Path
    files: Sequence[str]

    @property
    def unpacked(self) -> bool:
        """True when all files exist."""
        return all(is_file(self.folder / file) for file in self.files)


def provide(request: Request, archives: Iterable[Packed]) -> None:
    """Fetch and unpack each archive of which a file is missing. Raises Unavailable, Cancelled."""
    try:
        for packed in archives:
            if not packed.unpacked:
                _unpack(packed, request)
    except DownloadError as error:
        raise Unavailable(request.name, request.data_dir, str(error)) from None
    except OSError as error:
        raise Unavailable(request.name, request.data_dir, _reason(error)) from None


def _unpack(packed: Packed, request: Request) -> None:
    packed.folder.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(packed.folder)
    with tempfile.TemporaryDirectory(prefix=INCOMING, dir=packed.folder) as name:
        incoming = Path(name)
        archive = _archive(packed, incoming, request)
        request.report(Loading(f"unpacking {packed.archive.label}"))
        extract_archive(str(archive), name)
        for file in packed.files:
            target = packed.folder / file
            target.parent.mkdir(exist_ok=True)
            (incoming / file).replace(target)


def _remove_abandoned(folder: Path) -> None:
    for path in folder.glob(f"{INCOMING}*"):
        if time.time() - path.lstat().st_mtime > ABANDONED:
            shutil.rmtree(path, ignore_errors=True)


def _archive(packed: Packed, incoming: Path, request: Request) -> Path:
    """Return the archive's path: the user's copy where it is intact, else a download in `incoming`."""
    name = Path(packed.archive.urls[0]).name
    copy = packed.folder / name
    if is_file(copy) and md5_of(copy) == packed.archive.md5:
        return copy
    fetch(packed.archive, incoming / name, request)
    return incoming / name


def _reason(error: OSError) -> str:
    return f"{error.filename}: {error.strerror}" if error.filename else str(error)
