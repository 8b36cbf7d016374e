"""CIFAR-10, from the pickled batches of torchvision."""

from __future__ import annotations

import warnings

import torch
from torchvision.datasets import CIFAR10

from bntui.data.dataset import Dataset, Split
from bntui.data.download import Archive, md5_of
from bntui.data.request import Request
from bntui.data.torchvision_files import Packed, provide
from bntui.records import UserError


def load(request: Request) -> Dataset:
    """Return CIFAR-10, 3×32×32; download it where a file is missing. Raises UserError, Unavailable, Cancelled."""
    archive = Archive([CIFAR10.url], CIFAR10.tgz_md5, request.name)
    provide(request, [Packed(archive, request.data_dir, request.files)])
    _verify(request)
    return Dataset(request.name, 10, _split(request, train=True), _split(request, train=False))


def _verify(request: Request) -> None:
    # torchvision checks the same, but its error does not name the file.
    meta = (CIFAR10.meta["filename"], CIFAR10.meta["md5"])
    sums = dict([*CIFAR10.train_list, *CIFAR10.test_list, meta])
    for file in request.files:
        request.check()
        path = request.data_dir / file
        try:
            intact = md5_of(path) == sums[path.name]
        except OSError as error:
            raise UserError(f"{path} cannot be read: {error.strerror}") from None
        if not intact:
            raise UserError(f"{path} is damaged or incomplete; delete it to have it downloaded again")


def _split(request: Request, train: bool) -> Split:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy on pickles of this age
        source = CIFAR10(request.data_dir, train=train, download=False)
    images = torch.from_numpy(source.data).permute(0, 3, 1, 2).contiguous()
    return Split(images, torch.tensor(source.targets, dtype=torch.int64))
