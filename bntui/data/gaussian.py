"""Generated vectors and their products with a random matrix: the regression task of a deep linear network."""

from __future__ import annotations

import numpy as np
import torch

from bntui.data.dataset import Dataset, Split
from bntui.data.request import Request

SIZE = 10
TRAIN = 1000
TEST = 200
SEED = 20180529


def load(request: Request) -> Dataset:
    """Return inputs x (n, 10, 1, 1) and targets A·x (n, 10), float32; entries of x and of the 10×10 matrix A ~ N(0, 1).

    Santurkar et al. 2018, appendix A: 1,000 samples for training. They do not depend on the run's seed.
    """
    # NumPy promises never to change the stream of RandomState; it does not for Generator.
    random = np.random.RandomState(SEED)
    matrix = torch.from_numpy(random.standard_normal((SIZE, SIZE)))
    inputs = torch.from_numpy(random.standard_normal((TRAIN + TEST, SIZE)))
    images, targets = inputs.float().reshape(-1, SIZE, 1, 1), (inputs @ matrix.T).float()
    train, test = Split(images[:TRAIN], targets[:TRAIN]), Split(images[TRAIN:], targets[TRAIN:])
    return Dataset(request.name, SIZE, train, test)
