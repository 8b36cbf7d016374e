"""The principal directions of inputs: the singular value decomposition of what they differ by from their mean."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor


class Principal(NamedTuple):
    """UΣVᵀ of centred inputs, the longest first: mean (d,), U (n, rank), Σ (rank,), and Vᵀ (rank, d)."""

    mean: Tensor
    left: Tensor
    lengths: Tensor
    rows: Tensor


def principal(inputs: Tensor) -> Principal:
    """Return the principal directions of inputs (n, d) that have variance: more than rounding leaves of none."""
    mean = inputs.mean(0)
    left, lengths, rows = torch.linalg.svd(inputs - mean, full_matrices=False)
    kept = (lengths > lengths[0] * max(inputs.shape) * torch.finfo(lengths.dtype).eps).nonzero().flatten()
    return Principal(mean, left[:, kept], lengths[kept], rows[kept])
