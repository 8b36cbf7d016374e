"""One line about each run: what `bntui runs` prints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bntui.records import UserError
from bntui.run import folders
from bntui.run.archive import Archive


@dataclass(frozen=True, slots=True)
class Summary:
    """A run at a glance; `accuracies` are the newest training accuracies by variant, in [0, 1]."""

    run_id: str
    preset: str
    dataset: str
    device: str
    steps: int
    of: int
    state: str
    accuracies: dict[str, float]


def summaries(runs_dir: Path) -> Iterator[Summary]:
    """All runs, oldest first; one that cannot be read is there, with the reason as its state."""
    for folder in folders.all_runs(runs_dir):
        try:
            with Archive(folder) as archive:
                yield summary(archive)
        except UserError as error:
            yield Summary(folder.name, "", "", "", 0, 0, str(error), {})


def summary(archive: Archive) -> Summary:
    """A run at a glance."""
    spec, info = archive.spec, archive.info
    accuracies = {}
    place = next((at for at, c in enumerate(info.columns_of("train")) if c.name == "accuracy"), None) if info else None
    for variant in info.variants if info else ():
        last = archive.last(variant, "train")
        if last and place is not None:
            accuracies[variant] = last.values[place]
    return Summary(
        run_id=archive.run_id,
        preset=spec.name,
        dataset=info.dataset if info else spec.dataset,
        device=info.device if info else spec.device,
        steps=archive.progress.steps,
        of=spec.steps,
        state=archive.state,
        accuracies=accuracies,
    )
