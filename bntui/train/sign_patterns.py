"""Which of a layer's ReLUs can be active together: the sign patterns of a subspace."""

from __future__ import annotations

from itertools import combinations, product
from math import comb

import numpy as np
from numpy.typing import NDArray

from bntui.records import UserError

Array = NDArray[np.float64]

MOST = 100_000
"""Patterns beyond which they are not enumerated: the convex program has as many pairs of unknown vectors."""


def number_of_patterns(samples: int, dimensions: int) -> int:
    """Return how many patterns samples in general position have: 2·Σ C(n − 1, k) for k < dimensions (Cover 1965)."""
    return 2 * sum(comb(samples - 1, k) for k in range(dimensions))


def sign_patterns(rows: Array) -> NDArray[np.bool_]:
    """Return all patterns of rows·s > 0 for s in ℝʳ, (n, patterns), of rows (n, r) of rank r in general position.

    Each pattern holds in a cone, which has an edge where r − 1 of the rows vanish: every edge and all signs of these
    rows give all patterns. Raises UserError where there are more than `MOST`.
    """
    n, r = rows.shape
    expected = number_of_patterns(n, r)
    if expected > MOST:
        raise UserError(
            f"{n} samples in {r} dimensions have {expected:,} sign patterns, more than the {MOST:,} that are enumerated"
        )
    found: set[bytes] = set()
    for chosen in combinations(range(n), r - 1):
        edge = np.linalg.svd(rows[list(chosen)].reshape(r - 1, r))[2][-1]
        active = rows @ edge > 0
        for side in (active, ~active):
            for signs in product((False, True), repeat=r - 1):
                side[list(chosen)] = signs
                found.add(side.tobytes())
    return np.array([np.frombuffer(pattern, np.bool_) for pattern in sorted(found)]).T
