"""The data sets that a preset can name: each a module with `load(request)`, and a line in `DATASETS`.

Importing this package does not import torch, so that names and files can be checked at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from bntui.data.request import Cancelled, Request, Unavailable, default_data_dir
from bntui.nearest_names import nearest
from bntui.printable_text import quoted
from bntui.records import UserError
from bntui.user_paths import expanded, is_file

if TYPE_CHECKING:
    from bntui.data.dataset import Dataset

__all__ = [
    "DATASETS",
    "Cancelled",
    "DatasetLoader",
    "Request",
    "Unavailable",
    "check_name",
    "default_data_dir",
    "load",
    "present",
]


@dataclass(frozen=True, slots=True)
class DatasetLoader:
    """The function that loads a data set, and the files that it reads, as paths below the data folder.

    `files` are () for a set that ships with the package, and None for one that is generated or has no fixed files.
    """

    load: Callable[[Request], Dataset]
    files: tuple[str, ...] | None = None


def _module(name: str) -> Callable[[Request], Dataset]:
    """Return the function `load` of a module of this package; calling it imports the module, and with it torch."""

    def load_with_module(request: Request) -> Dataset:
        dataset: Dataset = import_module(f"{__name__}.{name}").load(request)
        return dataset

    return load_with_module


def _idx_files(collection: str) -> tuple[str, ...]:
    parts = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")
    return tuple(f"{collection}/raw/{part}-ubyte" for part in parts)


def _cifar_files() -> tuple[str, ...]:
    batches = (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch", "batches.meta")
    return tuple(f"cifar-10-batches-py/{batch}" for batch in batches)


DATASETS: dict[str, DatasetLoader] = {
    "digits": DatasetLoader(_module("digits"), files=()),
    "digits-few": DatasetLoader(_module("digits_few"), files=()),
    "digits-noise": DatasetLoader(_module("digits_noise"), files=()),
    "mnist": DatasetLoader(_module("mnist"), _idx_files("MNIST")),
    "fashion-mnist": DatasetLoader(_module("mnist"), _idx_files("FashionMNIST")),
    "kmnist": DatasetLoader(_module("mnist"), _idx_files("KMNIST")),
    "cifar10": DatasetLoader(_module("cifar"), _cifar_files()),
    "gaussian": DatasetLoader(_module("gaussian")),
    "gaussian-wide": DatasetLoader(_module("gaussian_linear")),
    "gaussian-plane": DatasetLoader(_module("gaussian_linear")),
    "gaussian-decaying": DatasetLoader(_module("gaussian_decaying")),
    "power-law-1": DatasetLoader(_module("power_law")),
    "power-law-2": DatasetLoader(_module("power_law")),
    "folder": DatasetLoader(_module("folder")),
}


def check_name(name: str) -> None:
    """Raise UserError unless `name` is a key of DATASETS, with 'folder' as 'folder:PATH'; read no file."""
    known, colon, argument = name.partition(":")
    if known not in DATASETS:
        raise UserError(f"unknown data set {quoted(name)}{nearest(known, DATASETS)}")
    if known == "folder" and not argument:
        raise UserError("data set folder: add its path: folder:PATH, with PATH/train/CLASS/*, PATH/test/CLASS/*")
    if known != "folder" and colon:
        raise UserError(f"unknown data set {quoted(name)}; did you mean {known}?")


def load(name: str, request: Request) -> Dataset:
    """Return the data set of that name, wholly in memory; the same for the same files.

    Raises UserError for a mistake or a damaged file, `Unavailable` for a known set that is neither on disk nor can be
    downloaded, `Cancelled` when the request is cancelled.
    """
    check_name(name)
    known, _, argument = name.partition(":")
    loader, data_dir = DATASETS[known], expanded(request.data_dir)
    return loader.load(replace(request, name=known, argument=argument, files=loader.files or (), data_dir=data_dir))


def present(data_dir: Path) -> dict[str, bool]:
    """Return, for each data set that is read from fixed files, whether all of them are below `data_dir`."""
    return {
        name: all(is_file(data_dir / file) for file in loader.files)
        for name, loader in DATASETS.items()
        if loader.files is not None
    }
