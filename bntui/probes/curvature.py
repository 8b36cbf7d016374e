"""Products of a loss's Hessian with vectors, and its largest eigenvalues by the Lanczos method."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from bntui.probes.evaluation import joined, norm
from bntui.seeding import random_key

Product = Callable[[Tensor], Tensor]
"""v ↦ Hv for a symmetric H."""

Vector = npt.NDArray[Any]

ANY_ERROR = 1e30
"""A relative error that every eigenvalue has: ARPACK then stops after one factorization."""


class Hessian:
    """The second derivatives of a loss by some parameters, in one graph from which each product is taken.

    `gradient` (n,) is that of the loss, detached. Raises RuntimeError where the loss depends on no parameter.
    """

    def __init__(self, loss: Tensor, parameters: Sequence[Tensor]) -> None:
        self._parameters = parameters
        gradient = torch.autograd.grad(loss, parameters, create_graph=True, materialize_grads=True)
        self._gradient = joined(gradient)
        self.gradient = self._gradient.detach()

    def times(self, vector: Tensor) -> Tensor:
        """Return Hv for v (n,), as the gradient of ⟨∇L, v⟩ (Pearlmutter 1994)."""
        slope = torch.dot(self._gradient, vector)
        return joined(torch.autograd.grad(slope, self._parameters, retain_graph=True, materialize_grads=True))


class Eigenpairs(NamedTuple):
    """The largest eigenvalues (k,), largest first, and orthonormal eigenvectors (k, n) of a symmetric matrix.

    `residual` () is ‖Hv − λv‖/|λ| of the first.
    """

    values: Tensor
    vectors: Tensor
    residual: Tensor


def largest_eigenpairs(times: Product, like: Tensor, count: int, products: int, seed: int) -> Eigenpairs:
    """Return the `count` algebraically largest eigenvalues of the matrix that `times` multiplies by.

    The Lanczos method in a Krylov space of `products` dimensions, whose start the run's seed determines: the best that
    this space has, however far it has converged, which the residual tells. `like` (n,) gives size, type and device.
    NaN where a product is not finite, and of a matrix of zeros.
    """
    # Imported when first used: it takes a quarter of a second.
    from scipy.sparse.linalg import ArpackError, LinearOperator, eigsh

    generator = torch.Generator().manual_seed(random_key(seed, "lanczos"))
    start = torch.randn(len(like), generator=generator, dtype=torch.float64).to(like.dtype).numpy()
    dimensions = min(products, len(like))
    count = min(count, dimensions - 1)
    operator = LinearOperator((len(like),) * 2, matvec=_on_host(times, like), dtype=start.dtype)
    try:
        found = eigsh(operator, k=count, which="LA", v0=start, ncv=dimensions, tol=ANY_ERROR)
    except (FloatingPointError, ArpackError):
        undefined = torch.full_like(like, torch.nan).expand(count, -1)
        return Eigenpairs(undefined[:, 0], undefined, undefined[0, 0])
    values, vectors = (torch.from_numpy(np.flip(array, -1).copy()).to(like) for array in found)
    first = vectors[:, 0]
    return Eigenpairs(values, vectors.T, norm(times(first) - values[0] * first) / values[0].abs())


def _on_host(times: Product, like: Tensor) -> Callable[[Vector], Vector]:
    """Return the product for vectors on the host. It raises FloatingPointError where it is not finite."""

    def product(vector: Vector) -> Vector:
        found: Vector = times(torch.from_numpy(vector.ravel()).to(like)).cpu().numpy()
        if not np.isfinite(found).all():
            raise FloatingPointError
        return found

    return product
