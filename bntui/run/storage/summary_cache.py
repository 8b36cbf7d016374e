"""Summaries of runs that have not changed, kept in the user's cache folder: a file for each folder of runs."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs
from pydantic import ConfigDict, TypeAdapter

from bntui import __version__
from bntui.run.storage import run_files, schema
from bntui.run.storage.summary import Summary

WORTH_SAVING = 50
"""The number of new summaries from which the file is written; fewer are read again as fast."""
_LARGEST = 100_000_000
"""Bytes of the largest file that is read."""

Signature = tuple[tuple[int, int, int], ...]
"""For each file that shows whether a run has changed: its inode, its size, and when it last changed, in nanoseconds."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A summary, and the signature of the run when it was read."""

    signature: Signature
    summary: Summary


# NaN is a measured value.
_FILE = TypeAdapter(dict[str, Kept], config=ConfigDict(ser_json_inf_nan="constants"))


def load(runs_dir: Path) -> dict[str, Kept]:
    """Return the kept summaries by the names of their runs' folders; none if the file is missing or damaged."""
    try:
        path = _path(runs_dir)
        return _FILE.validate_json(path.read_bytes()) if path.stat().st_size <= _LARGEST else {}
    except (OSError, ValueError):
        return {}


def save(runs_dir: Path, kept: Mapping[str, Kept]) -> None:
    """Replace the file, in one step; where it cannot be written, the runs are read again the next time."""
    with contextlib.suppress(OSError, ValueError):
        path = _path(runs_dir)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        run_files.replace(path, _FILE.dump_json(dict(kept)), run_files.PRIVATE)


def _path(runs_dir: Path) -> Path:
    # Another version may find other mistakes in a spec, and summaries may hold more.
    parts = f"{__version__} {schema.VERSION} {sorted(Summary.__slots__)}"
    name = hashlib.sha256(f"{parts} {runs_dir.resolve()}".encode()).hexdigest()[:32]
    return Path(platformdirs.user_cache_dir("bntui")) / "summaries" / f"{name}.json"
