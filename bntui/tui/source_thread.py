"""The thread in which a source works."""

from __future__ import annotations

import asyncio
import contextlib
import threading

from bntui.run.sources.protocol import RunSource


class SourceThread(threading.Thread):
    """Runs a source's `work`; `error` is what it raised.

    A thread of our own, because asyncio waits at most 300 seconds for threads of its pool when an app ends (Python
    3.12 and newer), and training may continue for days after its terminal has disappeared.
    """

    def __init__(self, source: RunSource) -> None:
        super().__init__(name="trainer")
        self.source = source
        self.error: BaseException | None = None
        self._loop = asyncio.get_running_loop()
        self._finished = asyncio.Event()

    def run(self) -> None:
        try:
            self.source.work()
        except BaseException as error:
            self.error = error
        finally:
            # The loop is closed if the screen ended before.
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._finished.set)

    async def finished(self) -> None:
        """Wait for the end of the work, and raise what it raised."""
        await self._finished.wait()
        if self.error:
            raise self.error
