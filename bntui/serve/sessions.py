"""The sessions by their addresses: how many there may be, how they begin, and what is left of those that have ended."""

from __future__ import annotations

import asyncio
import logging
import secrets
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field

from bntui.printable_text import excerpt
from bntui.serve.dashboard_process import DashboardProcess
from bntui.serve.downloads import Downloads
from bntui.serve.session import CallLater, CloseCode, Expiry, Session

LOGGER = logging.getLogger(__name__)

WAIT_SECONDS = 5.0
"""Time that a page waits for another one's process to end: a new session often begins where another one is stopped."""

CLOSE_SECONDS = 0.5
"""Time that the server waits for processes at its own end; they finish by themselves."""

MOST_ADDRESSES = 256
"""Addresses of sessions that have not begun, or have ended, which the server remembers."""


class Unavailable(Exception):
    """There is no dashboard to show: the code to close the connection with, and a text for the reader."""

    def __init__(self, code: CloseCode, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


@dataclass
class _Address:
    session: Session | None = None
    beginning: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def is_busy(self) -> bool:
        return self.beginning.locked() or (self.session is not None and self.session.outcome is None)


class Sessions:
    """At most `most` processes that run `command`, each at an address that cannot be guessed."""

    def __init__(
        self,
        command: Sequence[str],
        most: int,
        expiry: Expiry,
        downloads: Downloads,
        call_later: CallLater | None = None,
    ) -> None:
        self._command = command
        self._most = most
        self._expiry = expiry
        self._downloads = downloads
        self._call_later = call_later
        self._free = asyncio.Semaphore(most)
        self._addresses: dict[str, _Address] = {}
        self._running: dict[asyncio.Task[None], Session] = {}

    def new(self) -> str:
        """Return the key of a new session, which begins with its first page."""
        idle = [key for key, address in self._addresses.items() if not address.is_busy]
        for key in idle[: len(idle) + 1 - MOST_ADDRESSES]:
            del self._addresses[key]
        key = secrets.token_urlsafe(24)
        self._addresses[key] = _Address()
        return key

    async def begun(self, key: str, width: int, height: int) -> Session:
        """Return the session with this key; start its process for a window of this size if there is none yet.

        Raises Unavailable.
        """
        if (address := self._addresses.get(key)) is None:
            raise Unavailable(CloseCode.UNKNOWN, "This address belongs to no session, or to one that ended long ago.")
        async with address.beginning:
            if address.session is None:
                address.session = await self._begin(width, height)
        if address.session.outcome is not None:
            raise Unavailable(CloseCode.ENDED, address.session.outcome)
        return address.session

    async def close(self) -> None:
        """Close the terminals of all processes, and give the processes a little time to end."""
        stop = "continues" if self._expiry.train_on else "stops, and its measurements are kept"
        text = f"The server has ended; training {stop}."
        closing = [asyncio.create_task(session.close(text)) for session in self._running.values()]
        if closing:
            await asyncio.wait([*self._running, *closing], timeout=CLOSE_SECONDS)

    async def _begin(self, width: int, height: int) -> Session:
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._free.acquire()
        except TimeoutError:
            raise Unavailable(CloseCode.FULL, self._limit) from None
        try:
            process = await DashboardProcess.start(self._command, width, height)
        except BaseException as error:
            self._free.release()
            if isinstance(error, OSError):
                text = f"The dashboard cannot be started: {error.strerror or error}"
                raise Unavailable(CloseCode.FAILED, text) from error
            raise
        call_later = self._call_later or asyncio.get_running_loop().call_later
        session = Session(process, self._downloads, self._expiry, call_later)
        self._running[asyncio.create_task(self._watch(session))] = session
        return session

    async def _watch(self, session: Session) -> None:
        showing = asyncio.create_task(session.run())
        status = await session.process.ended()
        self._free.release()
        if task := asyncio.current_task():
            self._running.pop(task, None)
        await showing
        if status not in (0, -signal.SIGTERM):
            errors = excerpt(await session.process.errors(), 200)
            LOGGER.warning("a dashboard ended with status %d: %s", status, errors)

    @property
    def _limit(self) -> str:
        return (
            f"{self._most} dashboards are open, kept or training here (--max-sessions {self._most}). "
            "Quit one of them with q, or stop its run with: bntui stop RUN"
        )
