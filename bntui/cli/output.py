"""Text on standard output, whoever wrote it."""

from __future__ import annotations

import sys

from bntui.lossy_file import discard
from bntui.printable_text import printable
from bntui.records import UserError


def show(text: str) -> None:
    """Print lines, without what would control a terminal. Raises UserError if they cannot be written."""
    try:
        print("\n".join(map(printable, text.split("\n"))), flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        # Python would try, and fail, to write the rest at its exit.
        discard(sys.stdout)
        raise UserError(f"standard output: cannot be written: {error.strerror or error}") from None
