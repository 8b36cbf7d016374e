"""Where the numbers of a run come from: commands, versions, machines, data and times, for reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bntui.number_format import clock
from bntui.records import Session

_MOST = 50
"""Sessions that are kept: a job that is requeued again and again must not make the run unreadable."""
_LONGEST = 2500
"""Characters of a command that are stored."""
_NAMES = {"python": "Python", "cuda": "CUDA", "cudnn": "cuDNN"}


@dataclass(frozen=True, slots=True)
class Provenance:
    """How a run was made; runs of earlier versions tell less of it.

    `sessions` are the processes that trained it, in their order. `asked` is the preset's data set, not always the one
    used. `seconds` were spent on training, `probe_seconds` of them on measuring.
    """

    sessions: tuple[Session, ...]
    seed: int
    asked: str
    seconds: float
    probe_seconds: float

    @property
    def begun(self) -> str:
        """When training first began: a time in UTC (ISO 8601); '' if unknown."""
        return self.sessions[0].begun

    @property
    def ended(self) -> str:
        """When training last ended; '' while it goes on, and if its process died."""
        return self.sessions[-1].ended


def with_session(earlier: Sequence[Session], session: Session) -> tuple[Session, ...]:
    """Return the sessions with a new one; of very many, the first and the last ones."""
    shorter = replace(session, command=session.command[:_LONGEST])
    return (*earlier[:1], *earlier[1:][-(_MOST - 2) :], shorter)


def rows(provenance: Provenance) -> tuple[tuple[str, str], ...]:
    """Return what is known of a run's provenance as labels and texts; texts may hold any characters.

    Of each later session, its command and begin, and what else differs from the one before.
    """
    first, *later = provenance.sessions
    found = [("seed", str(provenance.seed)), *_texts(first, provenance.asked).items()]
    before = first
    for session in later:
        known = _texts(replace(before, command="", begun=""), provenance.asked).items()
        texts = _texts(session, provenance.asked).items()
        found += [(f"{label} from step {session.step:,}", text) for label, text in texts if (label, text) not in known]
        before = session
    return (*found, *_times(provenance))


def _texts(session: Session, asked: str) -> dict[str, str]:
    versions = dict(session.versions)
    bntui = versions.pop("bntui", "")
    texts = {
        "command": session.command,
        "bntui": ", ".join(filter(None, (bntui, _commit(session.commit)))),
        "libraries": ", ".join(f"{_NAMES.get(name, name)} {number}" for name, number in versions.items() if number),
        "data": _data(session, asked),
        "CPU": ", ".join(_cpu(session)),
        "GPU": ", ".join(filter(None, (*session.gpus, f"driver {session.driver}" if session.driver else ""))),
        "system": session.system,
        "host": session.host,
        "begun": _time(session.begun),
    }
    return {label: text for label, text in texts.items() if text}


def _commit(commit: str) -> str:
    found, dirty, _ = commit.partition("-dirty")
    return f"commit {found}" * bool(found) + " and uncommitted changes" * bool(dirty)


def _data(session: Session, asked: str) -> str:
    name = session.dataset or asked
    parts = [f"{name} instead of {asked}, which was not available" if name != asked else name]
    if session.train_samples or session.test_samples:
        parts.append(f"{session.train_samples:,} training and {session.test_samples:,} test samples")
    if session.data_hash:
        parts.append(f"SHA-256 {session.data_hash}")
    return "; ".join(parts)


def _cpu(session: Session) -> Iterator[str]:
    if session.cpu:
        yield session.cpu
    for count, noun in ((session.cores, "core"), (session.threads, "thread")):
        if count:
            yield f"{count} {noun}{'s' * (count > 1)}"


def _times(provenance: Provenance) -> Iterator[tuple[str, str]]:
    if provenance.ended:
        yield "ended", _time(provenance.ended)
    if provenance.seconds:
        yield "training", f"{_seconds(provenance.seconds)}, of which {_seconds(provenance.probe_seconds)} for probes"


def _seconds(seconds: float) -> str:
    return clock(seconds) if seconds >= 60 else f"{seconds:.1f} s"


def _time(text: str) -> str:
    """Return a stored time for people; as it is where it is no time."""
    try:
        return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (ValueError, OverflowError):
        return text
