"""A line about each run: what `bntui runs` prints, and the screen of runs shows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bntui.records import Progress, RunInfo, UserError, divergence_steps
from bntui.run.storage import folders
from bntui.run.storage.reader import RunReader
from bntui.spec import ExperimentSpec


@dataclass(frozen=True, slots=True)
class Summary:
    """A run at a glance; `accuracies` are the newest training accuracies by variant, in [0, 1].

    A run that cannot be read has no spec, and the reason as its state.
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

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self.folder.name

    @property
    def preset(self) -> str:
        """The name of its preset."""
        return self.spec.name if self.spec else ""

    @property
    def steps(self) -> str:
        """Steps done, of all."""
        return f"{self.progress.steps}/{self.spec.steps}" if self.spec else ""

    @property
    def accuracy(self) -> str:
        """The accuracies as text."""
        return "  ".join(f"{name} {value:.3f}" for name, value in self.accuracies.items())

    def matches(self, text: str) -> bool:
        """Whether every word of a text occurs somewhere, in capitals or not."""
        shown = (self.run_id, self.title, self.preset, self.dataset, self.device, self.state, self.note)
        return all(word in " ".join(shown).casefold() for word in text.casefold().split())


def summaries(runs_dir: Path) -> Iterator[Summary]:
    """All runs, oldest first; one that cannot be read is there, with the reason as its state."""
    for folder in folders.all_runs(runs_dir):
        try:
            with RunReader(folder) as reader:
                yield summary(reader)
        except UserError as error:
            yield Summary(folder, str(error).removeprefix(f"run {folder}: ").removeprefix(f"run {folder.name}: "))
        except (sqlite3.Error, ValueError) as error:
            yield Summary(folder, f"cannot be read: {error}")


def summary(reader: RunReader) -> Summary:
    """A run at a glance."""
    spec, info = reader.spec, reader.info
    return Summary(
        folder=reader.folder,
        state=reader.state,
        spec=spec,
        title=reader.value("title", ""),
        note=reader.value("note", ""),
        dataset=info.dataset if info else spec.dataset,
        device=info.device if info else spec.device,
        host=reader.value("host", ""),
        progress=reader.progress,
        accuracies=_accuracies(reader, info) if info else {},
    )


def _accuracies(reader: RunReader, info: RunInfo) -> dict[str, float]:
    index = next((at for at, column in enumerate(info.columns_of("train")) if column.name == "accuracy"), None)
    # What diverged long ago is looked for where it ended, not from the end backwards.
    ended = divergence_steps(reader.notices())
    last = {variant: reader.last(variant, "train", ended.get(variant)) for variant in info.variants}
    return {variant: found.values[index] for variant, found in last.items() if found and index is not None}
