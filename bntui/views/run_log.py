"""What happened in runs, in the order of time: notices, and lines of the runs' logs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bntui.printable_text import excerpt
from bntui.records import Notice, NoticeKind
from bntui.run.storage.log_tail import MOST_CHARACTERS, LogLine

_ERRORS = (NoticeKind.DIVERGED, NoticeKind.FAILED)
_OF_NOTE = ("WARNING", "ERROR", "CRITICAL")


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A notice, or a line of a log.

    `time` is local; '' for a notice that is not among the lines that were read. `step` is that of a notice that has
    one, and `variant` that which it concerns, '' where several runs are shown. `run` is the label of the run. `first`
    is False for a line that goes on with the record before it.
    """

    text: str
    level: str
    time: str = ""
    step: int | None = None
    variant: str = ""
    run: str = ""
    is_notice: bool = False
    first: bool = True

    @property
    def of_note(self) -> bool:
        """Whether it is a notice, a warning or an error."""
        return self.is_notice or self.level in _OF_NOTE


@dataclass(frozen=True, slots=True)
class RunLog:
    """The notices of a run, and the lines of its log; `problem` says why they cannot be read."""

    notices: Sequence[Notice]
    lines: Sequence[LogLine] = ()
    problem: str = ""


def log_entries(runs: Mapping[str, RunLog], notices_only: bool = False) -> tuple[LogEntry, ...]:
    """Return what happened in runs, given by label; of each run in the order in which it happened.

    A notice stands in the place of its line in the log; without one, behind the notice before it.
    """
    timed: list[tuple[str, LogEntry]] = []
    for label, run in runs.items():
        time = ""
        for entry in _of_run(run, label, notices_only):
            time = entry.time or time
            timed.append((time, entry))
    if len(runs) > 1:
        # Sorting keeps the order of equal times.
        timed.sort(key=lambda each: each[0])
    return tuple(entry for _, entry in timed)


def _of_run(run: RunLog, label: str, notices_only: bool) -> list[LogEntry]:
    entries: dict[tuple[int, int], LogEntry] = {}
    if not notices_only:
        for place, line in enumerate(run.lines):
            entries[place, 0] = LogEntry(line.text, line.level, line.time, run=label, first=line.first)
    place, behind = -1, 0
    for notice in run.notices:
        found = _line_of(notice, run.lines, place + 1)
        place, behind = (place, behind + 1) if found is None else (found, 0)
        entries[place, behind] = _of_notice(notice, "" if found is None else run.lines[found].time, label)
    if run.problem:
        entries[len(run.lines), 0] = LogEntry(run.problem, "ERROR", run=label)
    return [entries[key] for key in sorted(entries)]


def _of_notice(notice: Notice, time: str, label: str) -> LogEntry:
    level = "ERROR" if notice.kind in _ERRORS else "WARNING"
    text, variant = excerpt(notice.text, MOST_CHARACTERS), "" if label else notice.variant
    return LogEntry(text, level, time, notice.step, variant, label, is_notice=True)


def _line_of(notice: Notice, lines: Sequence[LogLine], start: int) -> int | None:
    """Return the number of a notice's line from a number on."""
    text = excerpt(notice.text.partition("\n")[0].rstrip(), MOST_CHARACTERS)
    return next((number for number in range(start, len(lines)) if lines[number].text == text), None)
