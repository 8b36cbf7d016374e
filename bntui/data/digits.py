"""The 1,797 handwritten 8×8 digits that ship with the package, for training without a download.

Source: E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning
Repository, 1998 (CC BY 4.0); the part of it that scikit-learn carries, in its order.
"""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import interpolate

from bntui.data.dataset import Dataset, Split
from bntui.data.request import Request

FILE = Path(__file__).with_name("digits.npz")
TRAIN = 1500
BRIGHTEST = 16
SPLIT_SEED = 20180529


def load(request: Request) -> Dataset:
    """Return the digits in one channel, scaled bilinearly to the requested height and width."""
    with np.load(FILE) as stored:
        images, labels = torch.from_numpy(stored["images"]), torch.from_numpy(stored["labels"])
    scaled = _scale(images, request.image_shape[1:])
    order = shuffled(len(labels))
    train, test = order[:TRAIN], order[TRAIN:]
    labels = labels.long()
    return Dataset(request.name, 10, Split(scaled[train], labels[train]), Split(scaled[test], labels[test]))


def shuffled(count: int) -> list[int]:
    """Return a fixed order of 0 … count − 1.

    The sort keys come from `random.Random.random()`, the one stream that Python promises never to change.
    """
    generator = random.Random(SPLIT_SEED)
    return sorted(range(count), key=lambda _: generator.random())


def _scale(images: Tensor, size: tuple[int, int]) -> Tensor:
    # In float64, so that ties are rounded the same way on every processor.
    unit = images.double().unsqueeze(1) / BRIGHTEST
    return (interpolate(unit, size=size, mode="bilinear") * 255).round().to(torch.uint8)
