"""What is orthogonal to all inputs of a network's first layer."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import unfold

CHUNK = 500
"""Images whose inputs are in memory at a time."""


def orthogonal_projector(images: Tensor, weights: nn.Module) -> Tensor:
    """Return the projector onto the orthogonal complement of the span of all inputs of a layer, float64 on the CPU.

    `images` (n, c, h, w) are the training set, `weights` is the linear layer or convolution that takes them; the inputs
    of a convolution are the patches of an image padded with zeros. The projector is (d, d), d the size of an input, and
    acts on rows of weights. Directions count as spanned where the inputs' length is above their rounding.
    """
    gram = torch.zeros((), dtype=torch.float64)
    for chunk in images.split(CHUNK):
        rows = _inputs(chunk.cpu().double(), weights)
        gram = gram + rows.T @ rows
    lengths, directions = torch.linalg.eigh(gram)
    outside = directions[:, lengths <= lengths[-1] * len(gram) * torch.finfo(gram.dtype).eps]
    projector: Tensor = outside @ outside.T
    return projector


def _inputs(images: Tensor, weights: nn.Module) -> Tensor:
    """Return each input as a row, (inputs, d)."""
    if not isinstance(weights, nn.Conv2d):
        return images.flatten(1)
    padding = weights.padding
    if isinstance(padding, str):
        sizes = zip(weights.kernel_size, weights.dilation, strict=True)
        padding = tuple(d * (k - 1) // 2 if padding == "same" else 0 for k, d in sizes)
    patches = unfold(images, weights.kernel_size, weights.dilation, padding, weights.stride)
    return patches.transpose(1, 2).flatten(0, 1)
