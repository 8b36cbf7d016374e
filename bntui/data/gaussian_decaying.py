"""Generated vectors of which a few directions vary much and carry the targets, and most vary little."""

from __future__ import annotations

import numpy as np
import torch

from bntui.data.dataset import Dataset, Split
from bntui.data.request import Request

SIZE = 20
TRAIN = 80
TEST = 1000
INFORMATIVE = 3
NOISE = 0.3
SEED = 20180529


def load(request: Request) -> Dataset:
    """Return inputs x = Σ_i 10^(−i/10)·z_i·v_i (n, 20, 1, 1) and targets (z₁ + z₂ + z₃)/√3 + noise (n, 1), float32.

    z ~ N(0, 1), v_i are 20 random orthonormal directions, and the noise ~ N(0, 0.3²), also in the test set. They do
    not depend on the run's seed.
    """
    # NumPy promises never to change the stream of RandomState; it does not for Generator.
    random = np.random.RandomState(SEED)
    directions = np.linalg.qr(random.standard_normal((SIZE, SIZE)))[0]
    standard = random.standard_normal((TRAIN + TEST, SIZE))
    inputs = standard * 10.0 ** (-np.arange(1, SIZE + 1) / 10) @ directions.T
    informative = standard[:, :INFORMATIVE].sum(1, keepdims=True) / INFORMATIVE**0.5
    targets = torch.from_numpy(informative + NOISE * random.standard_normal((TRAIN + TEST, 1))).float()
    images = torch.from_numpy(inputs).float().reshape(-1, SIZE, 1, 1)
    train, test = Split(images[:TRAIN], targets[:TRAIN]), Split(images[TRAIN:], targets[TRAIN:])
    return Dataset(request.name, 1, train, test)
