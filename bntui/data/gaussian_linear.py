"""A few generated vectors, with one linear function of each: more numbers than samples, or only two."""

from __future__ import annotations

import numpy as np
import torch

from bntui.data.dataset import Dataset, Split
from bntui.data.request import Request

SIZES = {"gaussian-wide": (12, 20, 0.0), "gaussian-plane": (8, 2, 0.5)}
"""Training samples, numbers of each, and the deviation of noise in the targets.

The program of Ergen, Sahiner et al. 2021 has a closed form for the first, and has to be solved for the second.
"""
TEST = 200
SEED = 20180529


def load(request: Request) -> Dataset:
    """Return inputs x (n, d, 1, 1) and targets ⟨a, x⟩/√d + noise (n, 1), float32; entries of x and of a ~ N(0, 1).

    They do not depend on the run's seed.
    """
    # NumPy promises never to change the stream of RandomState; it does not for Generator.
    random = np.random.RandomState(SEED)
    count, size, noise = SIZES[request.name]
    direction = torch.from_numpy(random.standard_normal((size, 1)))
    inputs = torch.from_numpy(random.standard_normal((count + TEST, size)))
    exact = inputs @ direction / size**0.5
    targets = (exact + noise * torch.from_numpy(random.standard_normal(exact.shape))).float()
    images = inputs.float().reshape(-1, size, 1, 1)
    train, test = Split(images[:count], targets[:count]), Split(images[count:], targets[count:])
    return Dataset(request.name, 1, train, test)
