"""A comparison without runs: groups of seeds whose made-up curves lie apart by a factor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bntui.records import Notice, NoticeKind, State
from bntui.run.series.history import History
from bntui.run.series.merged import MergedHistory
from tests.tui.fake_source import ORDINARY_COLUMNS, FakeSource

SEED_DIVERGED = Notice(NoticeKind.DIVERGED, "seed 1: standard diverged at step 60: loss", 60, "standard", "loss")


def merged_history(
    labels: Sequence[str] = ("",), seeds: int = 3, done: int = 120, ended: Mapping[int, int] | None = None
) -> MergedHistory:
    """Return finished runs of these groups; `ended` maps a seed to the step at which its `standard` diverged."""
    source = FakeSource(done=done, steps=done)
    assert source.history is not None
    taken = list(source.history.measurements())
    groups: dict[str, dict[int, History]] = {label: {} for label in labels}
    for group, label in enumerate(labels):
        for seed in range(seeds):
            factor, last = 1 + 0.05 * seed + 0.2 * group, (ended or {}).get(seed, done)
            history = groups[label][seed] = History(source.history.info)
            history.extend(
                replace(each, values=tuple(factor * value for value in each.values))
                for each in taken
                if each.variant != "standard" or each.step <= last
            )
            history.over = True
    return MergedHistory(groups)


class FakeComparison(FakeSource):
    """A finished comparison of such groups."""

    attached = True

    def __init__(self, labels: Sequence[str] = ("",), seeds: int = 3, ended: Mapping[int, int] | None = None) -> None:
        super().__init__(State.FINISHED, done=120, steps=120, notices=(SEED_DIVERGED,) if ended else ())
        self.run_id = ""
        self.folder = None
        self.history = merged_history(labels, seeds, ended=ended)  # type: ignore[assignment]
        self.info = replace(self.history.info, columns=ORDINARY_COLUMNS)  # type: ignore[union-attr]
        self._members = {label: [FakeSource(State.FINISHED, done=0) for _ in range(seeds)] for label in labels}

    @property
    def parts(self) -> dict[str, FakeSource]:
        return {
            f"{label} seed {seed}".strip(): run
            for label, runs in self._members.items()
            for seed, run in enumerate(runs)
        }

    @property
    def groups(self) -> dict[str, tuple[FakeSource, ...]]:
        return {label: tuple(runs) for label, runs in self._members.items()}
