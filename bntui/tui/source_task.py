"""The thread of a source, awaited by the event loop of the app."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from bntui.run.sources.protocol import Work
from bntui.run.sources.source_thread import SourceThread


def start_thread(source: Work) -> tuple[SourceThread, Coroutine[Any, Any, None]]:
    """Start a source's work in a thread; return the thread, and a coroutine that waits for its end.

    The coroutine raises what the work raised. Call this in the event loop.
    """
    ended, loop = asyncio.Event(), asyncio.get_running_loop()

    def report_end() -> None:
        # The loop is closed if the screen ended before.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(ended.set)

    thread = SourceThread(source, report_end)
    thread.start()
    return thread, _outcome(thread, ended)


async def _outcome(thread: SourceThread, ended: asyncio.Event) -> None:
    await ended.wait()
    if thread.error:
        raise thread.error
