"""A dashboard at an address of its own: pages come and go, and the newest of them shows it.

While no page does, the dashboard trains on and draws nothing, until its time is over. What it draws for one page never
reaches another: the process announces the page for which it draws.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any, Protocol

from bntui.printable_text import printable
from bntui.serve.dashboard_process import Attached, DashboardProcess, Output
from bntui.serve.downloads import Downloads, Offer

LOGGER = logging.getLogger(__name__)

GRACE_SECONDS = 20.0
"""Time that a dashboard has to stop training before it loses its terminal."""

CallLater = Callable[[float, Callable[[], None]], asyncio.TimerHandle]


class CloseCode(IntEnum):
    """Why a page's connection is closed."""

    GOING_AWAY = 1001
    """The server ends (RFC 6455); the others are our own."""
    TAKEN = 4001
    ENDED = 4002
    FULL = 4003
    UNKNOWN = 4004
    FAILED = 4005


class Page(Protocol):
    """What shows a session. Nothing is raised if its connection is lost."""

    async def show(self, data: bytes) -> None:
        """Send what its terminal receives, and wait until it can take more."""

    async def describe(self, screen: dict[str, Any]) -> None:
        """Send what the screen shows as text."""

    async def offer(self, offer: Offer) -> None:
        """Offer a file to its reader."""

    async def end(self, code: CloseCode, text: str) -> None:
        """Tell its reader why it no longer shows the session, and close its connection."""


@dataclass(frozen=True, slots=True)
class Expiry:
    """What becomes of a session without a page after some seconds: it is stopped, or with `train_on` hung up."""

    seconds: float
    train_on: bool

    @property
    def duration(self) -> str:
        """The time, in words."""
        minutes = self.seconds / 60
        return "1 minute" if minutes == 1 else f"{minutes:g} minutes"

    @property
    def text(self) -> str:
        """What became of it, for the reader of a page that comes too late."""
        after = f"No page showed this dashboard for {self.duration}" if self.seconds else "Its page ended"
        return f"{after}: {'its screen was closed, and training continued' if self.train_on else 'it was stopped'}."


class Session:
    """A process and the page that shows it, if one does now."""

    def __init__(self, process: DashboardProcess, downloads: Downloads, expiry: Expiry, call_later: CallLater) -> None:
        self.process = process
        self.outcome: str | None = None
        """What became of the dashboard, once it has ended."""
        self._downloads = downloads
        self._expiry = expiry
        self._call_later = call_later
        self._page: Page | None = None
        self._attached, self._drawn_for = 0, 1
        """Numbers of the newest page, and of that for which the process draws."""
        self._timer: asyncio.TimerHandle | None = None
        self._delivery: asyncio.Task[None] | None = None
        self._offers: list[Offer] = []
        self._screen: dict[str, Any] = {}
        """What the screen shows as text."""
        self._cause = ""
        self._tasks: set[asyncio.Task[None]] = set()

    # Pages

    def attach(self, page: Page, width: int, height: int) -> None:
        """Show the dashboard on this page, and no longer on another."""
        self._forget_page()
        if self._page:
            self._spawn(self._page.end(CloseCode.TAKEN, "Another page shows this dashboard now."))
        self._page = page
        self._attached += 1
        # The process draws for its first page without being told.
        if self._attached > 1:
            self.process.attach(self._attached, width, height)
        self._spawn(page.describe(self._screen))
        self._spawn(self._offer_files())

    def detach(self, page: Page) -> None:
        """Keep the dashboard for a time if this page, and no newer one, showed it."""
        if self._page is page:
            self._page = None
            self._forget_page()
            if self.outcome is None:
                self.process.detach()
                self._timer = self._call_later(self._expiry.seconds, self._expire)

    def _forget_page(self) -> None:
        for waiting in (self._timer, self._delivery):
            if waiting:
                waiting.cancel()

    # The end

    def stop(self, cause: str) -> None:
        """Stop training; its measurements are kept. The session ends when it has stopped."""
        if not self._cause:
            self._cause = cause
            self.process.terminate()
            self._spawn(self._end_within(GRACE_SECONDS))

    def _expire(self) -> None:
        if self._expiry.train_on:
            self._cause = self._expiry.text
            self.process.hang_up()
        else:
            self.stop(self._expiry.text)

    async def _end_within(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self.process.ended()
        except TimeoutError:
            self.process.hang_up()

    async def close(self, text: str) -> None:
        """Close the terminal of the process because the server ends."""
        if not self._expiry.train_on:
            # A process that is only starting notices nothing else.
            self.process.terminate()
        self.process.hang_up()
        if self._page:
            await self._page.end(CloseCode.GOING_AWAY, text)

    # Output

    async def run(self) -> None:
        """Pass on what the dashboard draws, until it ends."""
        async for output in self.process.output():
            await self._take(output)
        printed = await self.process.outcome()
        self.process.hang_up()
        self.outcome = "\n".join(printable(line) for line in [*self._cause.splitlines(), *printed.splitlines()])
        self._forget_page()
        if self._page:
            await self._page.end(CloseCode.ENDED, self.outcome)

    async def _take(self, output: Output) -> None:
        match output:
            case Attached():
                self._drawn_for = output.page
            case Path():
                self._prepare(output)
                self._spawn(self._offer_files())
            case dict():
                self._screen = output
                if self._page:
                    self._spawn(self._page.describe(output))
            case bytes() if self._page and self._drawn_for == self._attached:
                self._delivery = asyncio.create_task(self._page.show(output))
                await asyncio.wait([self._delivery])

    def _prepare(self, path: Path) -> None:
        try:
            self._offers.append(self._downloads.offer(path))
        except OSError as error:
            LOGGER.warning("%s cannot be offered for download: %s", path, error.strerror or error)

    async def _offer_files(self) -> None:
        """Offer the page what was written for it, and for pages before it after they were lost."""
        while self._page and self._offers:
            await self._page.offer(self._offers.pop(0))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        # The loop itself holds tasks weakly.
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
