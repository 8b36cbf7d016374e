"""The runs of a store by what they measure: the only truth about which points of a sweep are done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from bntui.records import State
from bntui.run.storage.listing import Listing
from bntui.run.storage.summary import Summary
from bntui.sweep.point import identity

_OVER = (State.FINISHED, State.STOPPED, State.FAILED, State.INTERRUPTED)


class RunIndex:
    """The runs of a folder by `identity` of their specs, read again and again: what has not changed is read once."""

    def __init__(self, runs_dir: Path) -> None:
        self._listing = Listing(runs_dir)
        self._known: dict[Path, tuple[Summary, str]] = {}

    def read(self) -> Mapping[str, Sequence[Summary]]:
        """Return the readable runs by identity, oldest first.

        Left out is what measured something else than its spec says: a run that fell back to the digits, and one of an
        earlier version of bntui of which some numbers differ.
        """
        found: dict[str, list[Summary]] = {}
        before, self._known = self._known, {}
        for run in self._listing.read():
            if run.spec is None or run.older or run.dataset != run.spec.dataset:
                continue
            known = before.get(run.folder)
            name = known[1] if known and known[0].spec is run.spec else identity(run.spec)
            self._known[run.folder] = run, name
            found.setdefault(name, []).append(run)
        return found

    def decisive_run(self, point: str) -> Summary | None:
        """Return the run that tells how far the point with this id is; None without one."""
        return decisive(self.read().get(point, ()))


def decisive(runs: Sequence[Summary]) -> Summary | None:
    """Return the run that tells how far a point is: a finished one, else one that trains, else the newest."""
    finished = [run for run in runs if run.state == State.FINISHED]
    training = [run for run in runs if run.state not in _OVER]
    return next(reversed(finished or training or list(runs)), None)
