"""Input made at random: presets, command lines, and runs that were damaged after they ended."""

from __future__ import annotations

from collections.abc import Iterator

from tests.faults import damaged_runs, junk_command_lines, mutated_presets
from tests.faults.outcome import Kind, Outcome
from tests.faults.program import in_process

SECONDS = 300.0


def presets(tries: int = 10_000) -> Iterator[Outcome]:
    """Read presets with random changes."""
    return in_process(_presets, (tries,), "mutated presets", SECONDS)


def command_lines(tries: int | None = None) -> Iterator[Outcome]:
    """Run commands with junk for every option and argument."""
    return in_process(_command_lines, (tries,), "junk on the command line", SECONDS)


def damaged(tries: int = 90) -> Iterator[Outcome]:
    """Read damaged runs with every command."""
    return in_process(_damaged, (tries,), "damaged runs", SECONDS)


def _presets(tries: int) -> list[Outcome]:
    failures = [_failed(fault.preset[:60], fault.what) for fault in mutated_presets.faults(tries)]
    return _all(tries, failures)


def _command_lines(tries: int | None) -> list[Outcome]:
    faults = junk_command_lines.faults(tries)
    lines = tries or sum(1 for _ in junk_command_lines.command_lines())
    return _all(lines, [_failed(" ".join(fault.arguments)[:80], fault.what) for fault in faults])


def _damaged(tries: int) -> list[Outcome]:
    actions, failures = damaged_runs.campaign(tries)
    return _all(actions, [_failed(f"{fault.damage} {fault.seed} {fault.action}", fault.what) for fault in failures])


def _failed(tried: object, what: str) -> Outcome:
    last = what.strip().splitlines()[-1][:200]
    kind = Kind.FREEZE if last.startswith("took ") else Kind.STATUS if last.startswith("status") else Kind.TRACEBACK
    return Outcome(repr(tried), last, kind)


def _all(tries: int, failures: list[Outcome]) -> list[Outcome]:
    return [*failures, *(Outcome("") for _ in range(tries - len(failures)))]
