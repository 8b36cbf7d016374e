"""CIFAR-10, from the pickled batches of torchvision.

What unpickles a file runs what is written in it, so only the published files are, by their checksums: the same bytes
that were checked, since the folder may belong to another user.
"""

from __future__ import annotations

import hashlib
import pickle
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torchvision.datasets import CIFAR10

from bntui.data.dataset import Dataset, Split
from bntui.data.download import Archive
from bntui.data.request import Request
from bntui.data.torchvision_files import Packed, provide
from bntui.records import UserError

SHAPE = (3, 32, 32)


def load(request: Request) -> Dataset:
    """Return CIFAR-10, 3×32×32; download it where a file is missing. Raises UserError, Unavailable, Cancelled."""
    archive = Archive([CIFAR10.url], CIFAR10.tgz_md5, request.name)
    provide(request, [Packed(archive, request.data_dir, request.files)])
    folder = request.data_dir / CIFAR10.base_folder
    train, test = (_split(request, folder, batches) for batches in (CIFAR10.train_list, CIFAR10.test_list))
    return Dataset(request.name, 10, train, test)


def _split(request: Request, folder: Path, batches: list[list[str]]) -> Split:
    loaded = []
    for name, md5 in batches:
        request.check()
        loaded.append(_batch(folder / name, md5))
    images = np.concatenate([batch["data"] for batch in loaded]).reshape(-1, *SHAPE)
    labels = [label for batch in loaded for label in batch["labels"]]
    return Split(torch.from_numpy(images), torch.tensor(labels, dtype=torch.int64))


def _batch(path: Path, md5: str) -> Any:
    """Return the table of a batch: `data` uint8 (n, 3072) and `labels`. Raises UserError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from None
    if hashlib.md5(content, usedforsecurity=False).hexdigest() != md5:
        raise UserError(f"{path} is damaged or incomplete; delete it to have it downloaded again")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy on pickles of this age
        return pickle.loads(content, encoding="latin1")
