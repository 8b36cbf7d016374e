"""The optimum of a two-layer ReLU network with BatchNorm under weight decay (Ergen, Sahiner et al. 2021).

The objective is ½‖F − Y‖² + (decay/2)·Σ(γ² + β² + ‖w‖²) over n samples and the network's neurons, which add
relu(γŷ + β)·w to the outputs F (n, k), ŷ of unit variance. With λ = decay/√n it is at least a convex program, and equal
to it where there are enough neurons. All tensors are float64.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from bntui.probes.evaluation import nonzero


class Neuron(NamedTuple):
    """One neuron: weights (d,) before BatchNorm, of any length, BatchNorm's γ and β, and the output weight."""

    weights: Tensor
    scale: Tensor
    shift: Tensor
    output: Tensor


def centred(inputs: Tensor) -> Tensor:
    """Return inputs (n, d) less their mean."""
    return inputs - inputs.mean(0)


def spans(inputs: Tensor) -> bool:
    """Return whether the centred inputs (n, d) and a constant span all of ℝⁿ, so that n − 1 of them are independent."""
    return int(torch.linalg.matrix_rank(centred(inputs))) == len(inputs) - 1


def parts(targets: Tensor) -> Tensor:
    """Return the positive and the negative part of each column of targets (n, k) as columns (n, 2k), all ≥ 0."""
    return torch.cat([targets.clamp(min=0), (-targets).clamp(min=0)], dim=1)


def separate(targets: Tensor) -> bool:
    """Return whether no sample has two targets other than 0, as one-hot labels, for which the closed form holds."""
    return bool(((targets != 0).sum(1) <= 1).all())


def optimal_outputs(targets: Tensor, penalty: float) -> Tensor:
    """Return F* = Σ ±(1 − λ/‖p‖)₊p over the parts p of the targets, (n, k); needs `spans` and `separate`."""
    pieces = parts(targets)
    kept = (1 - penalty / pieces.norm(dim=0)).clamp(min=0).nan_to_num()
    positive, negative = (kept * pieces).chunk(2, dim=1)
    outputs: Tensor = positive - negative
    return outputs


def optimal_value(targets: Tensor, penalty: float) -> Tensor:
    """Return the least objective: Σ over parts p of λ‖p‖ − λ²/2 if ‖p‖ > λ, else ½‖p‖²; as `optimal_outputs`."""
    lengths = parts(targets).norm(dim=0)
    return torch.where(lengths > penalty, penalty * lengths - penalty**2 / 2, lengths**2 / 2).sum()


def optimal_neuron(inverse: Tensor, part: Tensor, penalty: float) -> Neuron:
    """Return the neuron that contributes the optimum's share of a part (n,), in PyTorch's form of BatchNorm.

    `inverse` (d, n) is X⁺, the pseudoinverse of the centred inputs X.
    w = X⁺(p − mean), γ : β = ‖p − mean‖ : √n·mean and ‖(γ, β)‖ = |output| = √((‖p‖ − λ)₊/√n).
    """
    n, mean = len(part), part.mean()
    length = ((part.norm() - penalty).clamp(min=0) / n**0.5).sqrt()
    weights = inverse @ (part - mean)
    direction = torch.stack([(part - mean).norm(), n**0.5 * mean]) / part.norm()
    scale, shift = length * direction
    return Neuron(weights, scale, shift, length)


def lower_bound(outputs: Tensor, targets: Tensor, penalty: float) -> Tensor:
    """Return a lower bound of the optimum, from any outputs (n, k): weak duality.

    For residuals R = Y − F scaled to V = R·min(1, λ/M), with M ≥ ‖Vᵀh‖ for all h ≥ 0 of length 1, it is ½‖Y‖² − ½‖V −
    Y‖². M is max(‖r₊‖, ‖r₋‖) for one output, else √(largest row sum of |RᵀR|). At the optimum the bound equals it
    where the inputs span ℝⁿ and the targets are `separate`; it is a bound for any.
    """
    residual = targets - outputs
    products = residual.T @ residual if residual.shape[1] > 1 else parts(residual).norm(dim=0).diag() ** 2
    reach = products.abs().sum(1).max().sqrt()
    dual = residual * (penalty / reach).clamp(max=1).nan_to_num(1.0)
    return (targets.square().sum() - (dual - targets).square().sum()) / 2


def relative_gap(value: Tensor, optimum: Tensor) -> Tensor:
    """Return how far a value is above the optimum, as a share of it; NaN for an optimum of 0."""
    return (value - optimum) / nonzero(optimum)
