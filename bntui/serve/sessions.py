"""The processes behind all pages: how many there may be, and what becomes of them when a page or the server ends."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from bntui.printable_text import excerpt
from bntui.serve.session import Session

LOGGER = logging.getLogger(__name__)

WAIT_SECONDS = 5.0
"""Time that a page waits for another one's process to end: a page that is loaded anew waits for itself."""

CLOSE_SECONDS = 0.5
"""Time that the server waits for processes at its own end; they finish by themselves."""


class Sessions:
    """At most `most` processes, which run `command`; with `keep`, their training outlives page and server."""

    def __init__(self, command: Sequence[str], most: int, keep: bool) -> None:
        self._command = command
        self._most = most
        self._keep = keep
        self._free = asyncio.Semaphore(most)
        self._running: dict[asyncio.Task[None], Session] = {}

    @asynccontextmanager
    async def open(self, width: int, height: int) -> AsyncIterator[Session]:
        """Start a process for a page with this window, and close its terminal at the end.

        Raises TimeoutError if there are too many, OSError if it cannot be started.
        """
        async with asyncio.timeout(WAIT_SECONDS):
            await self._free.acquire()
        try:
            session = await Session.start(self._command, width, height)
        except BaseException:
            self._free.release()
            raise
        task = asyncio.create_task(self._watch(session))
        self._running[task] = session
        try:
            yield session
        finally:
            self._hang_up(session)

    async def close(self) -> None:
        """Close the terminals of all processes, and give the processes a little time to end."""
        for session in self._running.values():
            self._hang_up(session)
        if self._running:
            await asyncio.wait(self._running, timeout=CLOSE_SECONDS)

    @property
    def limit(self) -> str:
        """What to tell a page for which there is no room."""
        return (
            f"{self._most} dashboards are open here or train (--max-sessions {self._most}). "
            "Close one of them, or stop its run with: bntui stop RUN"
        )

    def _hang_up(self, session: Session) -> None:
        session.hang_up(terminate=not self._keep)

    async def _watch(self, session: Session) -> None:
        status = await session.ended()
        self._free.release()
        if task := asyncio.current_task():
            self._running.pop(task, None)
        if status not in (0, -signal.SIGTERM):
            LOGGER.warning("a dashboard ended with status %d: %s", status, excerpt(await session.errors(), 200))
