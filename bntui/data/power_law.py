"""Generated vectors whose covariance has eigenvalues that fall as a power of their number, with noisy linear functions.

The setting of Zou et al. 2021, in which SGD and ridge regression are compared.
"""

from __future__ import annotations

import numpy as np
import torch

from bntui.data.dataset import Dataset, Split
from bntui.data.request import Request

Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

SIZE = 200
TRAIN = 32_768
SEED = 20180529
DECAYS = (0.0, 1.0, 10.0)
"""Of each target, the power by which the coefficients of its linear function fall: wᵢ = i^(−decay)."""


def load(request: Request) -> Dataset:
    """Return inputs x ~ N(0, H) (n, 200, 1, 1) and targets ⟨w, x⟩ + N(0, 1) (n, 3), float32.

    H is diagonal, with the eigenvalues i^(−1), or i^(−2) for 'power-law-2'. The samples are those of a pool; a run
    draws from it in an order given by its seed, without repetition. The test split stands for all samples that there
    could be: it has the 200 inputs √Hᵢᵢ·eᵢ, and targets without noise, so that the sum of the squared errors of a
    linear function v on it is the excess risk (v − w)ᵀH(v − w).
    """
    numbers = np.arange(1, SIZE + 1, dtype=np.float64)
    spectrum = numbers ** -float(request.name.rpartition("-")[2])
    functions = np.stack([numbers**-decay for decay in DECAYS], axis=1)
    # NumPy promises never to change the stream of RandomState; it does not for Generator.
    random = np.random.RandomState(SEED)
    inputs = random.standard_normal((TRAIN, SIZE)) * np.sqrt(spectrum)
    noise = random.standard_normal((TRAIN, len(DECAYS)))
    axes = np.diag(np.sqrt(spectrum))
    train, test = _split(inputs, inputs @ functions + noise), _split(axes, axes @ functions)
    return Dataset(request.name, len(DECAYS), train, test)


def _split(inputs: Array, targets: Array) -> Split:
    return Split(torch.from_numpy(inputs).float().reshape(-1, SIZE, 1, 1), torch.from_numpy(targets).float())
