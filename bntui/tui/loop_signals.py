"""Signals of a process with an event loop: before the loop runs, while it runs, and after it."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import partial

from bntui.signals import REACTIONS, Reaction, handled

Callback = Callable[[], object]


class LoopSignals:
    """Calls back on signals. Not asyncio's handlers: those are gone with the loop, and training may outlive it."""

    def __init__(self, reactions: Mapping[Reaction, Callback], afterwards: Mapping[Reaction, Callback]) -> None:
        """`reactions` are called in the loop, `afterwards` once it is closed."""
        self._reactions = reactions
        self._afterwards = afterwards
        self._early: list[Callback] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._context = contextvars.Context()

    def handled(self) -> AbstractContextManager[None]:
        """Return a context in which signals do what `signals.REACTIONS` says."""
        return handled({name: partial(self._react, reaction) for name, reaction in REACTIONS.items()})

    def use_running_loop(self) -> None:
        """Call back in the running loop, first for the signals that have come already."""
        self._loop, self._context = asyncio.get_running_loop(), contextvars.copy_context()
        for callback in self._early:
            self.call(callback)

    def call(self, callback: Callback) -> None:
        """Call back in the loop soon, from any thread; not at all if the loop is closed."""
        if self._loop is None:
            self._early.append(callback)
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(callback, context=self._context)

    def _react(self, reaction: Reaction, _: int) -> None:
        if self._loop is None or not self._loop.is_closed():
            self.call(self._reactions[reaction])
        elif reaction in self._afterwards:
            self._afterwards[reaction]()
