"""torchvision's archives: fetched and unpacked in a folder of their own, then moved into place file by file.

So a download that is cut short, or two at once, leave no half-written file for a later run to take for whole.
An archive that somebody put there is used, and left.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from torchvision.datasets.utils import extract_archive

from bntui.data.download import Archive, DownloadError, fetch, md5_of
from bntui.data.request import Request, Unavailable
from bntui.records import Loading


@dataclass(frozen=True)
class Packed:
    """An archive, where it is put, and the files it holds, as paths below `folder`."""

    archive: Archive
    folder: Path
    files: Sequence[str]

    @property
    def there(self) -> bool:
        """True when all its files are unpacked."""
        return all((self.folder / file).is_file() for file in self.files)


def provide(name: str, packed: Iterable[Packed], request: Request) -> None:
    """Sees to it that all files are on disk. Raises Unavailable, Cancelled."""
    try:
        for one in packed:
            if not one.there:
                _get(one, request)
    except DownloadError as error:
        raise Unavailable(name, request.data_dir, str(error)) from None
    except OSError as error:
        raise Unavailable(name, request.data_dir, _why(error)) from None


def _get(packed: Packed, request: Request) -> None:
    packed.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".incoming-", dir=packed.folder) as name:
        incoming = Path(name)
        archive = _archive(packed, incoming, request)
        request.report(Loading(f"unpacking {packed.archive.label}"))
        extract_archive(str(archive), name)
        for file in packed.files:
            target = packed.folder / file
            target.parent.mkdir(exist_ok=True)
            (incoming / file).replace(target)


def _archive(packed: Packed, incoming: Path, request: Request) -> Path:
    name = Path(packed.archive.urls[0]).name
    kept = packed.folder / name
    if kept.is_file() and md5_of(kept) == packed.archive.md5:
        return kept
    fetch(packed.archive, incoming / name, request)
    return incoming / name


def _why(error: OSError) -> str:
    return f"{error.filename}: {error.strerror}" if error.filename else str(error)
