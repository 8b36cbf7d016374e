"""The log in a run's folder: notices, errors and the outcome of the run, for use without a screen."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = "worker.log"
LOGGER = logging.getLogger("bntui")
LOGGER.setLevel(logging.INFO)
# Without a run folder there is no log file, and the default handler would print over the screen.
LOGGER.addHandler(logging.NullHandler())


@contextmanager
def logged(folder: Path) -> Iterator[None]:
    """Write bntui's log, and the warnings of all libraries, to the run's folder."""
    handler = logging.FileHandler(folder / NAME, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()
