"""Where data come from: the digits that ship with the package, torchvision's sets, an image folder; one is generated.

Importing this package does not import torch, so that a name can be checked at once. A data set is one loader,
`Request` → `Dataset`, and one line in `DATASETS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from bntui.data.request import Cancelled, Request, Unavailable, default_data_dir
from bntui.records import UserError
from bntui.spec import nearest

if TYPE_CHECKING:
    from bntui.data.dataset import Dataset

__all__ = [
    "DATASETS",
    "Cancelled",
    "Loader",
    "Request",
    "Unavailable",
    "check_name",
    "default_data_dir",
    "load",
]

Loader = Callable[[Request], "Dataset"]


def _digits(request: Request) -> Dataset:
    from bntui.data.digits import digits

    return digits(request)


def _gaussian(request: Request) -> Dataset:
    from bntui.data.gaussian import gaussian

    return gaussian(request)


def _folder(request: Request) -> Dataset:
    from bntui.data.folder import folder

    return folder(request)


def _cifar10(request: Request) -> Dataset:
    from bntui.data.cifar import cifar10

    return cifar10(request)


def _idx(name: str, collection: str) -> Loader:
    def loader(request: Request) -> Dataset:
        from bntui.data.mnist import mnist

        return mnist(name, collection, request)

    return loader


DATASETS: dict[str, Loader] = {
    "digits": _digits,
    "mnist": _idx("mnist", "MNIST"),
    "fashion-mnist": _idx("fashion-mnist", "FashionMNIST"),
    "kmnist": _idx("kmnist", "KMNIST"),
    "cifar10": _cifar10,
    "gaussian": _gaussian,
    "folder": _folder,
}


def check_name(name: str) -> None:
    """Raises UserError unless `name` is a data set's, or 'folder:PATH'; looks at no disk."""
    known, colon, argument = name.partition(":")
    if known not in DATASETS:
        raise UserError(f"unknown data set '{name}'{nearest(known, DATASETS)}")
    if known == "folder" and not argument:
        raise UserError("data set folder: say which: folder:PATH, with PATH/train/CLASS/*, PATH/test/CLASS/*")
    if known != "folder" and colon:
        raise UserError(f"unknown data set '{name}'; did you mean {known}?")


def load(name: str, request: Request) -> Dataset:
    """The data set of that name, wholly in memory; the same for the same files.

    Raises UserError for a mistake or a damaged file, `Unavailable` for a known set that is neither on disk
    nor to be had, `Cancelled` when the request says so.
    """
    check_name(name)
    known, _, argument = name.partition(":")
    return DATASETS[known](replace(request, argument=argument, data_dir=request.data_dir.expanduser()))
