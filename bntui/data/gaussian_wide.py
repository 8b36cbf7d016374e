"""Fewer generated vectors than they have numbers, with one linear function of each: any targets can be fitted."""

from __future__ import annotations

import numpy as np
import torch

from bntui.data.dataset import Dataset, Split
from bntui.data.request import Request

SIZE = 20
TRAIN = 12
TEST = 200
SEED = 20180529


def load(request: Request) -> Dataset:
    """Return inputs x (n, 20, 1, 1) and targets ⟨a, x⟩/√20 (n, 1), float32; entries of x and of a ~ N(0, 1).

    The 12 training samples are those of Ergen, Sahiner et al. 2021 in number and size. They do not depend on the run's
    seed.
    """
    # NumPy promises never to change the stream of RandomState; it does not for Generator.
    random = np.random.RandomState(SEED)
    direction = torch.from_numpy(random.standard_normal((SIZE, 1)))
    inputs = torch.from_numpy(random.standard_normal((TRAIN + TEST, SIZE)))
    images, targets = inputs.float().reshape(-1, SIZE, 1, 1), (inputs @ direction / SIZE**0.5).float()
    train, test = Split(images[:TRAIN], targets[:TRAIN]), Split(images[TRAIN:], targets[TRAIN:])
    return Dataset(request.name, 1, train, test)
