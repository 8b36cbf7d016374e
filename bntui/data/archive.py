"""torchvision's archives: fetched, unpacked beside their place and moved into it file by file.

So a download that is cut short, or two at once, leave no half-written file for a later run to take for whole.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bntui.data.download import Archive, DownloadError, fetch
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
    target = packed.folder / Path(packed.archive.urls[0]).name
    fetch(packed.archive, target, request)
    request.check()
    request.report(Loading(f"unpacking {packed.archive.label}"))
    _unpack(target, packed)
    target.unlink()


def _unpack(target: Path, packed: Packed) -> None:
    from torchvision.datasets.utils import extract_archive

    with tempfile.TemporaryDirectory(prefix=".unpacking-", dir=packed.folder) as beside:
        extract_archive(str(target), beside)
        for file in packed.files:
            place = packed.folder / file
            place.parent.mkdir(exist_ok=True)
            (Path(beside) / file).replace(place)


def _why(error: OSError) -> str:
    return f"{error.filename}: {error.strerror}" if error.filename else str(error)
