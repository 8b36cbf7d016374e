"""What a loader is asked for, what it may answer instead of data, and how it tells how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from bntui.records import Loading, UserError

REPORT_EVERY = 0.1  # seconds; more often than this nobody sees


class Unavailable(UserError):
    """A known data set that is not on disk and could not be downloaded; `what` says so without the advice."""

    def __init__(self, name: str, folder: Path, reason: str) -> None:
        self.what = f"{name} is not in {folder} and could not be downloaded ({reason})"
        super().__init__(f"{self.what}; use --dataset digits, or --data-dir DIR where it is")


class Cancelled(Exception):
    """Loading was given up because the request said so."""


def default_data_dir() -> Path:
    """Where data sets are kept unless told otherwise: `data` in the user's cache folder for bntui."""
    return Path(platformdirs.user_cache_dir("bntui")) / "data"


def _silent(_: Loading) -> None:
    pass


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Request:
    """What is asked of a loader.

    `picture` is (channels, height, width) as the network takes them natively, for the sets that can be made
    to fit; `argument` what follows 'folder:'. `report` and `cancelled` are called from the thread that loads.
    """

    picture: tuple[int, int, int]
    data_dir: Path = field(default_factory=default_data_dir)
    argument: str = ""
    report: Callable[[Loading], None] = _silent
    cancelled: Callable[[], bool] = _never

    def check(self) -> None:
        """Raises `Cancelled` once that is asked for."""
        if self.cancelled():
            raise Cancelled


class Meter:
    """Reports progress to a request, from `delay` seconds on and not too often; polls for its cancelling."""

    def __init__(self, request: Request, delay: float = 0.0) -> None:
        self._request = request
        self._next = time.monotonic() + delay

    def show(self, text: str, fraction: float | None) -> None:
        """What is being done, and how much of it is. Raises Cancelled."""
        self._request.check()
        now = time.monotonic()
        if now >= self._next:
            self._next = now + REPORT_EVERY
            self._request.report(Loading(text, fraction))
