"""The stored weights that a command names, by runs and variants, and the data that they were trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bntui.records import UserError
from bntui.run.spec_difference import as_trained
from bntui.run.storage import checkpoints
from bntui.run.storage.reader import RunReader

if TYPE_CHECKING:
    from bntui.data.dataset import Dataset
    from bntui.records import Checkpoint
    from bntui.spec import ExperimentSpec
    from bntui.train.stored_surface import StoredWeights


@dataclass(frozen=True, eq=False)
class StoredRun:
    """A run with its newest checkpoint; `classes` and `data_hash` are those of its data set, the hash '' if unknown."""

    run_id: str
    spec: ExperimentSpec
    checkpoint: Checkpoint
    classes: int
    data_hash: str

    @property
    def variants(self) -> tuple[str, ...]:
        """The names of the variants."""
        return tuple(variant.name for variant in self.spec.variants)

    def weights(self, variant: str) -> StoredWeights:
        """Return the weights of a variant. Raises UserError for an unknown one."""
        from bntui.train.stored_surface import StoredWeights

        found = next((each for each in self.spec.variants if each.name == variant), None)
        if found is None:
            raise UserError(f"run {self.run_id}: unknown variant '{variant}'; choose from {', '.join(self.variants)}")
        return StoredWeights(self.run_id, self.spec, found, self.checkpoint, self.classes)


@dataclass(frozen=True, eq=False)
class Surface:
    """A line between weights, or the plane around `start` where there is no `end`, with a name."""

    name: str
    start: StoredWeights
    end: StoredWeights | None = None


def read_run(folder: Path) -> StoredRun:
    """Return a run of which something is stored. Raises UserError."""
    with RunReader(folder) as reader:
        spec, info, sessions = reader.spec, reader.info, reader.sessions
    if info is None:
        raise UserError(f"run {folder.name}: nothing was measured, so its weights are not stored")
    data_hash = sessions[-1].data_hash if sessions else ""
    return StoredRun(folder.name, as_trained(spec, info), checkpoints.last(folder), info.classes, data_hash)


def surfaces(runs: Sequence[StoredRun], variants: Sequence[str]) -> list[Surface]:
    """Return the lines between two runs, or between two variants of one, or else the planes in one run.

    Raises UserError where variants are unknown, or cannot be joined by a line.
    """
    first, last = runs[0], runs[-1]
    if len(variants) > 2:
        raise UserError(f"--variant is given {len(variants)} times; give two variants for a line")
    if len(variants) == 2:
        return [_line(f"{variants[0]} to {variants[1]}", first.weights(variants[0]), last.weights(variants[1]))]
    if len(runs) == 1:
        return [Surface(name, first.weights(name)) for name in variants or first.variants]
    shared = variants or [name for name in first.variants if name in last.variants]
    if not shared:
        raise UserError(
            f"runs {first.run_id} and {last.run_id} have no variant of the same name ({', '.join(first.variants)};"
            f" {', '.join(last.variants)}); name one of each with --variant A --variant B"
        )
    return [_line(name, first.weights(name), last.weights(name)) for name in shared]


def _line(name: str, start: StoredWeights, end: StoredWeights) -> Surface:
    from bntui.train.stored_surface import check_alike

    check_alike(start, end)
    return Surface(name, start, end)


def dataset_of(runs: Sequence[StoredRun], data_dir: Path | None) -> Dataset:
    """Return the data set that runs were trained on. Raises UserError where they differ, or where it has changed."""
    from bntui.data import Request, default_data_dir, load
    from bntui.data.digest import digest
    from bntui.models import MODELS

    first, last = runs[0], runs[-1]
    known = {run.data_hash for run in runs} - {""}
    if first.spec.dataset != last.spec.dataset or len(known) > 1:
        raise UserError(
            f"runs {first.run_id} and {last.run_id} have other data: {first.spec.dataset}, {last.spec.dataset}"
            f" (SHA-256 {first.data_hash[:12]}, {last.data_hash[:12]})"
        )
    request = Request(MODELS[first.spec.network.kind].input_shape, data_dir or default_data_dir())
    dataset = load(first.spec.dataset, request)
    if known and digest(dataset) not in known:
        raise UserError(f"{first.spec.dataset} is no longer the data of run {first.run_id}: its SHA-256 has changed")
    return dataset
