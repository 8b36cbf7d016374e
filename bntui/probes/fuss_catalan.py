"""The law of the singular values of a product of large random matrices."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

HALVINGS = 60
"""Bisections of an angle, after which it is exact."""


class FussCatalan:
    """The law for a product of M N×N matrices with independent entries of variance 1/N, N → ∞.

    A squared singular value is x(φ) = sin^{M+1}((M+1)φ) / (sin φ·sin^M(Mφ)), 0 < φ < π/(M+1), with the density
    ρ = sin²φ·sin^{M−1}(Mφ) / (π·sin^M((M+1)φ)) (Haagerup & Möller 2013). For many factors both leave the range of
    floats. ln x does not, nor does the share of the law above x(φ), the integral of ρ dx, which has a closed form:
    ((M+1)φ − M·sin φ·sin((M+1)φ) / sin(Mφ)) / π.
    """

    def __init__(self, factors: int) -> None:
        self._m = factors

    @property
    def largest(self) -> float:
        """The upper end of the singular values, √((M+1)^{M+1} / M^M)."""
        m = self._m
        return math.exp(0.5 * ((m + 1) * math.log(m + 1) - m * math.log(m)))

    def quantile(self, shares: Array) -> Array:
        """Return the singular values below which these shares of all lie."""
        return np.exp(self._log(self._angles(self._share, shares)))

    def share_below(self, values: Array) -> Array:
        """Return the shares of the law below singular values."""
        with np.errstate(divide="ignore"):
            return self._share(self._angles(self._log, np.log(values)))

    def _angles(self, decreasing: Callable[[Array], Array], values: Array) -> Array:
        """Return where a function of the angle has these values, or the end of the angles that is next to them."""
        low, high = np.zeros_like(values), np.full_like(values, math.pi / (self._m + 1))
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            before = decreasing(middle) > values
            low, high = np.where(before, middle, low), np.where(before, high, middle)
        # Inside, where sines are positive.
        return (low + high) / 2

    def _log(self, angles: Array) -> Array:
        """Return the logarithm of the singular value at angles."""
        m = self._m
        outer, inner = np.sin((m + 1) * angles), np.sin(m * angles)
        # Rounding may carry a sine below 0 at the end.
        logs = np.log(np.maximum(outer, np.finfo(float).tiny))
        log: Array = 0.5 * ((m + 1) * logs - np.log(np.sin(angles)) - m * np.log(inner))
        return log

    def _share(self, angles: Array) -> Array:
        """Return the share of the law below the singular value at angles."""
        m = self._m
        bent = m * np.sin(angles) * np.sin((m + 1) * angles) / np.sin(m * angles)
        share: Array = 1 - ((m + 1) * angles - bent) / math.pi
        return share
