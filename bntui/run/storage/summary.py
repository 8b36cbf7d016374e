"""A run in one line."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bntui.number_format import significant
from bntui.records import Progress, State
from bntui.run.storage.ending import all_diverged
from bntui.spec import ExperimentSpec


@dataclass(frozen=True, slots=True)
class Summary:
    """A run in one line; `accuracies` are the newest training accuracies by variant, in [0, 1], `losses` the losses.

    `older` is true where an earlier version of bntui measured the run, of which some numbers differ.
    `diverged` is the step at which each diverged variant diverged, `error` why the run failed. An unreadable run has
    spec None, and its state is 'unreadable: ' with the reason.
    """

    folder: Path
    state: str
    spec: ExperimentSpec | None = None
    title: str = ""
    note: str = ""
    dataset: str = ""
    device: str = ""
    host: str = ""
    progress: Progress = field(default=Progress(0, 0.0, 0.0))
    accuracies: dict[str, float] = field(default_factory=dict)
    losses: dict[str, float] = field(default_factory=dict)
    older: bool = False
    diverged: dict[str, int] = field(default_factory=dict)
    error: str = ""

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self.folder.name

    @property
    def preset(self) -> str:
        """The preset's name; '' if the run is unreadable."""
        return self.spec.name if self.spec else ""

    @property
    def seed(self) -> str:
        """The seed; '' if the run is unreadable."""
        return str(self.spec.seed) if self.spec else ""

    @property
    def outcome(self) -> str:
        """The state, or 'diverged' for a finished run of which every variant diverged."""
        lost = self.spec and self.state == State.FINISHED and all_diverged(self.spec, self.diverged)
        return "diverged" if lost else self.state

    @property
    def steps(self) -> str:
        """Steps done and wanted, as in '200/1000'."""
        return f"{self.progress.steps}/{self.spec.steps}" if self.spec else ""

    @property
    def newest(self) -> str:
        """The newest accuracies, or losses, as text."""
        return training_text(self.accuracies, self.losses)

    @property
    def best_accuracy(self) -> float | None:
        """The accuracy of the best variant; None without any."""
        return max(filter(math.isfinite, self.accuracies.values()), default=None)

    def matches(self, text: str) -> bool:
        """Return whether every word of `text` occurs in the summary, ignoring case.

        'state:failed' asks for runs whose state begins so, 'seed:3' for those of this seed.
        """
        shown = (self.run_id, self.title, self.preset, self.dataset, self.device, self.state, self.outcome, self.note)
        searched = " ".join(shown).casefold()
        return all(self._has(word, searched) for word in text.casefold().split())

    def _has(self, word: str, searched: str) -> bool:
        key, _, value = word.partition(":")
        if key == "state":
            return self.state.startswith(value) or self.outcome.startswith(value)
        if key == "seed" and value.isdecimal():
            return self.seed == value
        return word in searched


def training_text(accuracies: Mapping[str, float], losses: Mapping[str, float], without: Collection[str] = ()) -> str:
    """Return accuracies by variant as 'standard 0.912  bn 0.981'; where there are none, 'loss: standard 0.0123'.

    Variants in `without` are left out.
    """
    what, values, text = ("", accuracies, "{:.3f}".format) if accuracies else ("loss: ", losses, significant)
    shown = "  ".join(f"{name} {text(value)}" for name, value in values.items() if name not in without)
    return what * bool(shown) + shown
