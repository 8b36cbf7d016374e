"""A hash of a data set's tensors, which tells whether two runs saw the same samples."""

from __future__ import annotations

import hashlib

import numpy as np
from torch import Tensor

from bntui.data.dataset import Dataset


def digest(dataset: Dataset) -> str:
    """Return the SHA-256 of a data set's tensors, with their types and shapes: 64 hexadecimal digits.

    The same on every machine for the same values, whatever order the machine keeps its bytes in.
    """
    hashed = hashlib.sha256()
    for split in (dataset.train, dataset.test):
        for tensor in (split.images, split.labels):
            _add(hashed, tensor)
    return hashed.hexdigest()


def _add(hashed: hashlib._Hash, tensor: Tensor) -> None:
    array = tensor.contiguous().numpy()
    little = array.astype(array.dtype.newbyteorder("<"), copy=False)
    hashed.update(f"{array.dtype.name}{array.shape}".encode())
    hashed.update(np.ascontiguousarray(little).data.cast("B"))
