"""Where an export goes: a file or folder that is there once it is complete, or what is written to as it comes."""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bntui.lossy_file import discard
from bntui.records import UserError

STANDARD_OUTPUT = Path("-")


def check_target(to: Path, option: str = "--csv") -> None:
    """Raise UserError if a file could not be written there; called before training."""
    if to == STANDARD_OUTPUT:
        return
    with write_errors(f"{option} {to}"):
        target = resolved(to)
        if target.is_dir():
            raise UserError(f"{option} {to}: is a folder; give the path of a file")
        check_parent(to, option)


def check_new_folder(to: Path, option: str) -> None:
    """Raise UserError if a folder of event files could not be written there, or would replace other files."""
    with write_errors(f"{option} {to}"):
        target = resolved(to)
        if target.exists() and not target.is_dir():
            raise UserError(f"{option} {to}: is a file; give the path of a folder")
        if any(path.is_file() and ".tfevents." not in path.name for path in target.rglob("*")):
            raise UserError(f"{option} {to}: holds other files than event files; give another folder")
        check_parent(to, option)


def taken(to: Path) -> bool:
    """Return whether a file or a folder is there, which an export would replace."""
    target = resolved(to)
    return target.exists() and not is_special(target)


def check_parent(to: Path, option: str) -> None:
    """Raise UserError if nothing could be written beside the target."""
    with write_errors(f"{option} {to}"):
        target = resolved(to)
        if not target.parent.is_dir():
            raise UserError(f"{option} {to}: there is no folder {target.parent}")
        if not is_special(target):
            # Permissions do not show whether a disk is read-only, so try.
            tempfile.TemporaryFile(dir=target.parent).close()


@contextlib.contextmanager
def replacing(to: Path) -> Iterator[Path]:
    """Return a path to write a file or a folder to, which replaces `to` once it is complete.

    What is neither file nor folder, as /dev/null, is written to itself. Raises UserError in place of OSError.
    """
    with write_errors(str(to)):
        target = resolved(to)
        if is_special(target):
            yield target
            return
        # In a new folder of one's own, where no other user can have put anything.
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".bntui-export-") as folder:
            part = Path(folder, "part")
            yield part
            if target.is_dir() and part.is_dir():
                # A folder is not replaced by another in one step, unless it is empty.
                target.replace(Path(folder, "before"))
            part.replace(target)


@contextlib.contextmanager
def write_errors(target: str) -> Iterator[None]:
    """Raise UserError in place of OSError, but for a pipe that nobody reads."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        if target == "standard output":
            # Python would try, and fail, to write the rest at its exit.
            discard(sys.stdout)
        raise UserError(f"{target}: cannot be written: {error.strerror or error}") from None


def is_special(path: Path) -> bool:
    """Return whether something is there that is neither a file nor a folder."""
    return path.exists() and not path.is_file() and not path.is_dir()


def resolved(to: Path) -> Path:
    """Follow links, so that the file is replaced and not the link to it. Raises OSError."""
    try:
        return to.resolve()
    except (ValueError, RuntimeError) as error:
        raise OSError(str(error)) from None
