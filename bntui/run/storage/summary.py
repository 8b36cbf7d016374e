"""A run in one line."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path

from bntui.records import Progress
from bntui.spec import ExperimentSpec


@dataclass(frozen=True, slots=True)
class Summary:
    """A run in one line; `accuracies` are the newest training accuracies by variant, in [0, 1].

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
    def steps(self) -> str:
        """Steps done and wanted, as in '200/1000'."""
        return f"{self.progress.steps}/{self.spec.steps}" if self.spec else ""

    @property
    def accuracy(self) -> str:
        """The accuracies as text, as in 'standard 0.912  bn 0.981'."""
        return "  ".join(f"{name} {value:.3f}" for name, value in self.accuracies.items())

    @property
    def best_accuracy(self) -> float | None:
        """The accuracy of the best variant; None without any."""
        return max(filter(math.isfinite, self.accuracies.values()), default=None)

    def matches(self, text: str) -> bool:
        """Return whether every word of `text` occurs in the summary, ignoring case.

        'state:failed' asks for runs whose state begins so, 'seed:3' for those of this seed.
        """
        shown = (self.run_id, self.title, self.preset, self.dataset, self.device, self.state, self.note)
        searched = " ".join(shown).casefold()
        return all(self._has(word, searched) for word in text.casefold().split())

    def _has(self, word: str, searched: str) -> bool:
        key, _, value = word.partition(":")
        if key == "state":
            return self.state.startswith(value)
        if key == "seed" and value.isdecimal():
            return self.seed == value
        return word in searched
