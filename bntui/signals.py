"""How a process that trains reacts to signals, with a screen or without."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import Enum, auto


class Reaction(Enum):
    """What a signal asks for."""

    STOP = auto()
    """Stop after the step under way."""
    HANG_UP = auto()
    """The terminal has disappeared: continue without it, or stop if the user asked for that."""
    CHECKPOINT = auto()
    """Write a checkpoint and continue."""


REACTIONS: Mapping[str, Reaction] = {
    "SIGINT": Reaction.STOP,
    "SIGTERM": Reaction.STOP,
    "SIGQUIT": Reaction.STOP,
    # A limit on CPU time is reached (`ulimit -t`); the kernel kills the process some seconds later.
    "SIGXCPU": Reaction.STOP,
    "SIGHUP": Reaction.HANG_UP,
    # Batch systems send these some time before they end a job.
    "SIGUSR1": Reaction.CHECKPOINT,
    "SIGUSR2": Reaction.CHECKPOINT,
}
"""By the signal's name, as not every platform has all of them. The default action of each would end the process."""

Handler = Callable[[int], object]


@contextmanager
def handled(handlers: Mapping[str, Handler]) -> Iterator[None]:
    """Call these functions with the number of the signal, by its name; restore the former handlers at the end.

    Python lets only the main thread choose: in another thread this does nothing.
    """
    main = threading.current_thread() is threading.main_thread()
    known = {getattr(signal, name): handler for name, handler in handlers.items() if main and hasattr(signal, name)}
    former = {number: signal.signal(number, _calling(handler)) for number, handler in known.items()}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler or signal.SIG_DFL)


def _calling(handler: Handler) -> Callable[[int, object], None]:
    def call(number: int, _: object) -> None:
        handler(number)

    return call
