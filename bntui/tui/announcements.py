"""What calls for attention: a variant of the run that this process trains diverges, a run or a sweep ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bntui.records import Notice, NoticeKind
from bntui.run.sources.protocol import RunSource
from bntui.tui.widgets.messages import outcome_text

SECONDS = 0.5
"""How often to look for divergences."""


class Divergences:
    """Tells of each divergence in the run that this process trains, once."""

    def __init__(self, tell: Callable[[str], object]) -> None:
        self._tell = tell
        self._run: RunSource | None = None
        self._told = 0

    def look(self, run: RunSource | None) -> None:
        """Tell of the divergences since the last look, in one text."""
        if run is None:
            return
        if run is not self._run:
            self._run, self._told = run, 0
        texts = _divergences(run.notices)
        if texts[self._told :]:
            self._tell(f"{run_name(run)}: {', '.join(texts[self._told :])}")
        self._told = len(texts)


def run_name(run: RunSource) -> str:
    """Return the id of a run, or the name of its experiment before it has one."""
    return run.run_id or run.spec.name


def run_end(run: RunSource, error: str) -> str:
    """Return how a run ended; `error` is '' where none ended it."""
    return f"{run_name(run)}: " + (f"failed: {error}" if error else outcome_text(run))


def sweep_end(name: str, failures: int, error: str) -> str:
    """Return how the work on a sweep ended, of which so many points failed."""
    failed = f", {failures} {'point' if failures == 1 else 'points'} failed" if failures else ""
    return f"sweep {name}: " + (f"failed: {error}" if error else f"ended{failed}")


def _divergences(notices: Sequence[Notice]) -> list[str]:
    """Return the texts of the divergences since training began or was resumed: those before it are no news."""
    resumed = [index for index, notice in enumerate(notices) if notice.kind is NoticeKind.RESUMED]
    recent = notices[resumed[-1] :] if resumed else notices
    return [notice.text for notice in recent if notice.kind is NoticeKind.DIVERGED]
