"""Download of one archive over HTTPS, with a deadline, a limit and a checksum, from the first mirror that serves it."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import queue
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bntui.data.request import ProgressMeter, Request
from bntui.printable_text import excerpt

TIMEOUT = 10.0
"""Seconds to wait for an answer, or for the next bytes."""
POLL = 0.1
"""Seconds between two checks for cancellation."""
BLOCK = 1 << 16
"""Bytes to read at once."""
MEGABYTE = 1_000_000
LARGEST = 500 * MEGABYTE
"""Bytes of the largest download; the largest archive, of CIFAR-10, has 170 MB."""
SCHEMES = ("https",)


class DownloadError(Exception):
    """No mirror served the file; the message gives the reasons."""


@dataclass(frozen=True)
class Archive:
    """A file to fetch: the addresses to try in order, its MD5, and the name for progress reports."""

    urls: Sequence[str]
    md5: str
    label: str


def fetch(archive: Archive, target: Path, request: Request) -> None:
    """Write the archive to `target`, complete or not at all. Raises DownloadError, OSError, Cancelled."""
    reasons = []
    for url in filter(_allowed, archive.urls):
        try:
            _fetch_from(url, archive, target, request)
            return
        except DownloadError as error:
            reasons.append(str(error))
    raise DownloadError("; ".join(dict.fromkeys(reasons)) or "no address with https is known")


def md5_of(path: Path) -> str:
    """Return the MD5 of a file in hexadecimal; it detects damage, not attacks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _fetch_from(url: str, archive: Archive, target: Path, request: Request) -> None:
    part = target.with_name(f"{target.name}.part")
    try:
        with part.open("wb") as file:
            for block in _blocks(url, archive.label, request):
                file.write(block)
        if md5_of(part) != archive.md5:
            raise DownloadError(f"{_host(url)} serves a file with another checksum")
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _blocks(url: str, label: str, request: Request) -> Iterator[bytes]:
    # A separate thread reads: a silent name server or firewall can block a call for minutes, and the user must be able
    # to cancel meanwhile.
    answers: queue.SimpleQueue[int | bytes | Exception] = queue.SimpleQueue()
    stop = threading.Event()
    threading.Thread(target=_read, args=(url, answers, stop), daemon=True).start()
    meter, total, done = ProgressMeter(request), 0, 0
    try:
        while (answer := _next(answers, request)) != b"":
            if isinstance(answer, Exception):
                raise DownloadError(_reason(answer, url)) from answer
            if isinstance(answer, int):
                total = answer
            else:
                done += len(answer)
            if max(total, done) > LARGEST:
                raise DownloadError(f"{_host(url)} serves more than {LARGEST / MEGABYTE:.0f} MB")
            if isinstance(answer, bytes):
                meter.show(*_progress(label, done, total))
                yield answer
    finally:
        stop.set()


def _allowed(url: str) -> bool:
    return urllib.parse.urlsplit(url).scheme in SCHEMES


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    """Follows no redirect to an address without encryption."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if not _allowed(newurl):
            raise urllib.error.URLError(f"redirects to {excerpt(newurl)}, which is not https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


_OPENER = urllib.request.build_opener(_SafeRedirects)


def _read(url: str, answers: queue.SimpleQueue[int | bytes | Exception], stop: threading.Event) -> None:
    http_request = urllib.request.Request(url, headers={"User-Agent": "bntui"})
    try:
        with contextlib.closing(_OPENER.open(http_request, timeout=TIMEOUT)) as response:
            answers.put(int(response.headers.get("Content-Length") or 0))
            block = b" "
            while block and not stop.is_set():
                block = response.read1(BLOCK)
                answers.put(block)
    except (OSError, http.client.HTTPException, ValueError) as error:
        answers.put(error)


def _next(answers: queue.SimpleQueue[int | bytes | Exception], request: Request) -> int | bytes | Exception:
    deadline = time.monotonic() + TIMEOUT
    while True:
        request.check()
        try:
            return answers.get(timeout=min(POLL, TIMEOUT))
        except queue.Empty:
            if time.monotonic() >= deadline:
                return TimeoutError()


def _progress(label: str, done: int, total: int) -> tuple[str, float | None]:
    if not total:
        return f"downloading {label}: {done / MEGABYTE:.1f} MB", None
    return f"downloading {label}: {done / MEGABYTE:.1f} of {total / MEGABYTE:.1f} MB", min(done / total, 1.0)


def _reason(error: Exception, url: str) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"{_host(url)} answers {error.code}"
    inner = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(inner, TimeoutError):
        return f"{_host(url)} does not answer"
    text = getattr(inner, "strerror", None) or str(inner) or type(inner).__name__
    return f"{_host(url)}: {text}"


def _host(url: str) -> str:
    return urllib.request.Request(url).host or url
