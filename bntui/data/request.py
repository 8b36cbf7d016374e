"""The request for a data set: what to load, where from, and how to report progress."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from bntui.printable_text import excerpt
from bntui.records import Loading, UserError

REPORT_SECONDS = 0.1
"""The least time between two progress reports."""


class Unavailable(UserError):
    """A known data set that is not on disk and could not be downloaded; `what` is the message without the advice."""

    def __init__(self, name: str, folder: Path, reason: str) -> None:
        self.what = excerpt(f"{name} is not in {folder} and could not be downloaded ({reason})", length=300)
        super().__init__(f"{self.what}; use --dataset digits, or --data-dir DIR where it is")


class Cancelled(Exception):
    """Loading ended because the request was cancelled."""


def default_data_dir() -> Path:
    """Return the default folder of data sets: `data` in the user's cache folder for bntui."""
    return Path(platformdirs.user_cache_dir("bntui")) / "data"


def _ignore(_: Loading) -> None:
    pass


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Request:
    """The arguments of a loader.

    `image_shape` is the (channels, height, width) that the network is designed for; data sets that can be resized take
    it. `report` and `cancelled` are called from the thread that loads. `bntui.data.load` fills in the rest: `name` is
    the key in DATASETS, `argument` the part after 'folder:', `files` the loader's, below `data_dir`.
    """

    image_shape: tuple[int, int, int]
    data_dir: Path = field(default_factory=default_data_dir)
    name: str = ""
    argument: str = ""
    files: tuple[str, ...] = ()
    report: Callable[[Loading], None] = _ignore
    cancelled: Callable[[], bool] = _never

    def check(self) -> None:
        """Raise `Cancelled` once the request is cancelled."""
        if self.cancelled():
            raise Cancelled


class ProgressMeter:
    """Reports progress to a request at a limited rate, for the first time after `delay` seconds."""

    def __init__(self, request: Request, delay: float = 0.0) -> None:
        self._request = request
        self._next = time.monotonic() + delay

    def show(self, text: str, fraction: float | None) -> None:
        """Report what is being done and the fraction that is done, if a report is due. Raises Cancelled."""
        self._request.check()
        now = time.monotonic()
        if now >= self._next:
            self._next = now + REPORT_SECONDS
            self._request.report(Loading(text, fraction))
