"""CIFAR-10, in the pickled batches that torchvision keeps below cifar-10-batches-py."""

from __future__ import annotations

import warnings

import torch
from torchvision.datasets import CIFAR10

from bntui.data.dataset import Dataset, Split
from bntui.data.download import Archive, md5_of
from bntui.data.request import Request
from bntui.data.torchvision_files import Packed, provide
from bntui.records import UserError


def cifar10(request: Request) -> Dataset:
    """CIFAR-10, 3×32×32; downloaded when it is not there."""
    files = _files()
    archive = Archive([CIFAR10.url], CIFAR10.tgz_md5, "cifar10")
    provide("cifar10", [Packed(archive, request.data_dir, list(files))], request)
    _verify(files, request)
    return Dataset("cifar10", 10, _split(request, train=True), _split(request, train=False))


def _files() -> dict[str, str]:
    meta = (CIFAR10.meta["filename"], CIFAR10.meta["md5"])
    batches = [*CIFAR10.train_list, *CIFAR10.test_list, meta]
    return {f"{CIFAR10.base_folder}/{name}": md5 for name, md5 in batches}


def _verify(files: dict[str, str], request: Request) -> None:
    # torchvision checks the same, but does not say which file it is.
    for file, md5 in files.items():
        request.check()
        path = request.data_dir / file
        try:
            whole = md5_of(path) == md5
        except OSError as error:
            raise UserError(f"{path} cannot be read: {error.strerror}") from None
        if not whole:
            raise UserError(f"{path} is damaged or cut short; delete it to have it downloaded again")


def _split(request: Request, train: bool) -> Split:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy on pickles of this age
        source = CIFAR10(request.data_dir, train=train, download=False)
    images = torch.from_numpy(source.data).permute(0, 3, 1, 2).contiguous()
    return Split(images, torch.tensor(source.targets, dtype=torch.int64))
