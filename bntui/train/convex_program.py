"""The convex program whose optimum a two-layer ReLU network with BatchNorm has; the only module that imports CVXPY.

Neither CVXPY nor cvxpylayers need be installed. Ergen, Sahiner et al. 2021: for centred inputs UΣVᵀ, U′ = [U, 1/√n] and
the sign patterns D_i of U′s, minimize ½‖ΣD_iU′(s_i − t_i) − y‖² + λΣ(‖s_i‖ + ‖t_i‖) with (2D_i − I)U′s_i ≥ 0, and
the same of t_i.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from bntui.data.principal import principal
from bntui.records import UserError
from bntui.train.sign_patterns import Array, sign_patterns


class ConvexProgram:
    """The program of inputs (n, d) and targets (n,); raises UserError where it has too many sign patterns."""

    def __init__(self, inputs: Array, targets: Array) -> None:
        self._mean, left, lengths, rows = (part.numpy() for part in principal(torch.from_numpy(inputs)))
        self._to_left = rows.T / lengths
        self._constant = len(inputs) ** -0.5
        self._directions = np.column_stack([left, np.full(len(inputs), self._constant)])
        self.patterns = sign_patterns(self._directions)
        self._targets = targets

    def optimum(self, penalty: float) -> tuple[float, Array]:
        """Return the least value for λ, and the outputs of the network that has it, (n,). Solved by Clarabel."""
        cvxpy = _cvxpy()
        problem, parameter, outputs, _ = self._problem(cvxpy)
        parameter.value = penalty
        value = problem.solve(solver=cvxpy.CLARABEL)
        return float(value), np.asarray(outputs.value)

    def layer(self, tolerance: float = 1e-9) -> Any:
        """Return the function of λ (), a tensor, that has the vectors s and t (dimensions, patterns) as values.

        Its gradient is that of the solution (Agrawal et al. 2019), by SCS to the `tolerance`.
        """
        problem, parameter, _, unknowns = self._problem(_cvxpy())
        differentiable = _layer_class()(problem, [parameter], unknowns)
        return lambda penalty: differentiable(penalty, solver_args={"eps": tolerance, "max_iters": 100_000})

    def outputs(self, inputs: Array, positive: Tensor, negative: Tensor) -> Tensor:
        """Return what the network of vectors s and t makes of inputs (m, d), (m,)."""
        rows = np.column_stack([(inputs - self._mean) @ self._to_left, np.full(len(inputs), self._constant)])
        directions = torch.from_numpy(rows)
        found: Tensor = (directions @ positive).relu().sum(1) - (directions @ negative).relu().sum(1)
        return found

    def _problem(self, cvxpy: Any) -> tuple[Any, Any, Any, list[Any]]:
        shape = self._directions.shape[1], self.patterns.shape[1]
        positive, negative = cvxpy.Variable(shape), cvxpy.Variable(shape)
        penalty = cvxpy.Parameter(nonneg=True)
        outputs = cvxpy.sum(cvxpy.multiply(self.patterns, self._directions @ (positive - negative)), axis=1)
        lengths = cvxpy.sum(cvxpy.norm(positive, axis=0)) + cvxpy.sum(cvxpy.norm(negative, axis=0))
        objective = cvxpy.Minimize(cvxpy.sum_squares(outputs - self._targets) / 2 + penalty * lengths)
        sides = 2.0 * self.patterns - 1
        cones = [cvxpy.multiply(sides, self._directions @ each) >= 0 for each in (positive, negative)]
        return cvxpy.Problem(objective, cones), penalty, outputs, [positive, negative]


def _cvxpy() -> Any:
    """Return CVXPY. Raises UserError where it is not installed."""
    try:
        import cvxpy
    except ImportError:
        raise UserError("the convex program needs CVXPY; install it: pip install 'bntui[convex]'") from None
    return cvxpy


def _layer_class() -> Any:
    """Return `CvxpyLayer`, which the extra leaves out where it cannot be built. Raises UserError without it."""
    try:
        from cvxpylayers.torch import CvxpyLayer  # type: ignore[attr-defined]
    except ImportError:
        raise UserError(
            "gradients through the convex program need cvxpylayers; install it, where there is one for your Python"
            " (3.14 has none yet): pip install cvxpylayers"
        ) from None
    return CvxpyLayer
