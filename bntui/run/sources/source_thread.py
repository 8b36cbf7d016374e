"""The thread in which a source works."""

from __future__ import annotations

import threading
from collections.abc import Callable

from bntui.run.sources.protocol import Work

_POLL_SECONDS = 0.2


class SourceThread(threading.Thread):
    """Runs a source's `work`, then calls `on_end` in this thread; `error` is what `work` raised.

    A thread of our own, because asyncio waits at most 300 seconds for threads of its pool when an app ends (Python
    3.12 and newer), and training may continue for days after its terminal has disappeared.
    """

    def __init__(self, source: Work, on_end: Callable[[], object] = lambda: None) -> None:
        super().__init__(name="trainer")
        self.source = source
        self.error: BaseException | None = None
        self._on_end = on_end
        self._given_up = False

    def run(self) -> None:
        """Work to the end."""
        try:
            self.source.work()
        except BaseException as error:
            self.error = error
        finally:
            self._on_end()

    @property
    def over(self) -> bool:
        """True if nobody need wait for this thread: it has ended, or was given up."""
        return self._given_up or not self.is_alive()

    def give_up(self) -> bool:
        """Stop the source; return True if nobody need wait for it, as it has nothing to save.

        Signal handlers may call it.
        """
        self._given_up = self.source.give_up()
        return self._given_up

    def wait(self) -> None:
        """Block until the thread is over."""
        while not self.over:
            # A signal may give it up meanwhile.
            self.join(_POLL_SECONDS)
