"""Summaries of runs, as `bntui runs` prints them and the screen of runs shows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bntui.records import Progress, RunInfo, UserError, divergence_steps
from bntui.run.storage import folders
from bntui.run.storage.reader import RunReader
from bntui.spec import ExperimentSpec


@dataclass(frozen=True, slots=True)
class Summary:
    """A run in one line; `accuracies` are the newest training accuracies by variant, in [0, 1].

    An unreadable run has spec None, and its state is 'unreadable: ' with the reason.
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
        """The preset's name; '' if the run is unreadable."""
        return self.spec.name if self.spec else ""

    @property
    def steps(self) -> str:
        """Steps done and wanted, as in '200/1000'."""
        return f"{self.progress.steps}/{self.spec.steps}" if self.spec else ""

    @property
    def accuracy(self) -> str:
        """The accuracies as text, as in 'standard 0.912  bn 0.981'."""
        return "  ".join(f"{name} {value:.3f}" for name, value in self.accuracies.items())

    def matches(self, text: str) -> bool:
        """Return whether every word of `text` occurs in the summary, ignoring case."""
        shown = (self.run_id, self.title, self.preset, self.dataset, self.device, self.state, self.note)
        return all(word in " ".join(shown).casefold() for word in text.casefold().split())


def summaries(runs_dir: Path) -> Iterator[Summary]:
    """Yield the summaries of all runs, oldest first, unreadable ones included."""
    for folder in folders.all_runs(runs_dir):
        try:
            with RunReader(folder) as reader:
                yield summary(reader)
        except UserError as error:
            yield Summary(folder, "unreadable: " + str(error).removeprefix(f"run {folder.name}: "))


def summary(reader: RunReader) -> Summary:
    """Return the summary of an open run."""
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
    names = [column.name for column in info.columns_of("train")]
    if "accuracy" not in names:
        return {}
    # A variant that diverged long ago is searched for from its end, not from the end of the run.
    diverged = divergence_steps(reader.notices())
    newest = {variant: reader.last(variant, "train", diverged.get(variant)) for variant in info.variants}
    index = names.index("accuracy")
    return {variant: measured.values[index] for variant, measured in newest.items() if measured}
