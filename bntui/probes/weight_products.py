"""Singular values of the product of a network's square weight matrices."""

from __future__ import annotations

from itertools import takewhile

import numpy as np
import torch
from torch import Tensor, nn

from bntui.probes.evaluation import exact
from bntui.probes.fuss_catalan import FussCatalan
from bntui.probes.probe import Every, Point, Probe, ProbeOptions, columns
from bntui.records import Column

SHARES = tuple(round(0.025 + 0.05 * index, 3) for index in range(20))


class WeightProductsProbe(Probe):
    """Bjorck et al. 2018, section 4, of the product W_M…W_1 of the last hidden layers' weights.

    These are the linear layers with as many outputs N as inputs, back from the last hidden one to the first that is
    none. Each W is scaled so that the mean square of its entries is 1/N, which random initial weights have anyway but
    for a factor. `singular_value_at_q`: the singular value below which the share q of them lies, and `law_at_q`: that
    of the Fuss–Catalan law of M factors, for independent entries and N → ∞. `largest` and `largest_law`: the upper
    ends. `distance`: the largest difference of the two distribution functions (Kolmogorov–Smirnov). Values below 10⁻¹⁵
    of the largest are rounding. There is no measurement where the last hidden layer is not such a layer.
    """

    class Options(ProbeOptions):
        """Rare: weights change slowly."""

        every: Every = 100

    name = "weight_products"

    @property
    def columns(self) -> tuple[Column, ...]:
        spectra = [f"{name}_at_{share:g}" for name in ("singular_value", "law") for share in SHARES]
        return tuple(columns(self.name, [*spectra, "largest", "largest_law", "distance"]))

    def measure(self, point: Point) -> Tensor:
        factors = self._factors(point.network)
        if not factors:
            return point.loss.new_empty(0)
        values = _measured(product_spectrum(factors), len(factors))
        return values.to(point.loss)

    def _factors(self, network: nn.Module) -> list[Tensor]:
        """Return the weights W_1, …, W_M."""
        modules = [network.get_submodule(f"{layer}.weights") for layer in reversed(self.setting.layers)]
        weights = [module.get_parameter("weight").detach() for module in takewhile(_is_square, modules)]
        return weights[::-1]


def _is_square(module: nn.Module) -> bool:
    return isinstance(module, nn.Linear) and module.in_features == module.out_features


def product_spectrum(factors: list[Tensor]) -> Tensor:
    """Return the singular values of W_M…W_1, ascending, (N,) in float64 on the CPU, each W scaled as in the probe.

    They are NaN if a weight is not finite.
    """
    product = torch.eye(len(factors[0]), dtype=torch.float64)
    for weight in factors:
        square = exact(weight).cpu().double()
        product = square / (len(square) * square.square().mean()).sqrt() @ product
    if not product.isfinite().all():
        return torch.full((len(product),), torch.nan, dtype=torch.float64)
    values: Tensor = torch.linalg.svdvals(product)
    return values.flip(0)


def _measured(spectrum: Tensor, factors: int) -> Tensor:
    law, values = FussCatalan(factors), spectrum.numpy()
    shares, count = np.array(SHARES), len(values)
    below = law.share_below(values)
    steps = np.arange(count) / count
    distance = np.maximum(below - steps, steps + 1 / count - below).max()
    at_shares = values[np.ceil(shares * count).astype(int) - 1]
    ends = [values[-1], law.largest, distance + 0 * values[-1]]
    return torch.from_numpy(np.concatenate([at_shares, law.quantile(shares), ends]))
