"""The tails of the distribution of a layer's weight gradient."""

from __future__ import annotations

from typing import Annotated

import torch
from pydantic import Field
from torch import Tensor

from bntui.printable_text import quoted
from bntui.probes.distribution import shares
from bntui.probes.evaluation import exact
from bntui.probes.probe import Every, Point, Probe, ProbeOptions, Setting, columns
from bntui.records import Column, UserError
from bntui.spec_values import Line, Rate


class TailsProbe(Probe):
    """Bjorck et al. 2018, section 3.2, of the entries g of ∂L/∂W of one layer, the middle hidden one by default.

    With z = (g − mean g)/deviation: `kurtosis`: mean z⁴, 3 for a Gaussian, and more the heavier the tails.
    `share_at_z`: the share of the entries in each of equal bins, by the bin's middle; the first and the last bin also
    count the entries beyond.
    """

    class Options(ProbeOptions):
        """`layer`: its name, '' for the middle one; `bins`: their number; `reach`: the outermost middles, ±."""

        every: Every = 25
        layer: Line = ""
        bins: Annotated[int, Field(ge=3, le=101)] = 41
        reach: Rate = 10.0

    name = "tails"

    def __init__(self, options: Options, setting: Setting) -> None:
        super().__init__(options, setting)
        layers = setting.layers or setting.weighted
        self._layer = options.layer or layers[(len(layers) - 1) // 2]
        names = ", ".join(setting.weighted)
        if self._layer not in setting.weighted:
            raise UserError(f"probes.tails.layer: no layer {quoted(options.layer)}; choose from {names}")
        self._reach = options.reach
        self._middles = [options.reach * (2 * index / (options.bins - 1) - 1) for index in range(options.bins)]

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(columns(self.name, ["kurtosis", *(f"share_at_{middle:g}" for middle in self._middles)]))

    def measure(self, point: Point) -> Tensor:
        entries = exact(point.gradient[f"{self._layer}.weights.weight"].flatten())
        variance, mean = torch.var_mean(entries, correction=0)
        z = (entries - mean) / variance.sqrt()
        bins = len(self._middles)
        edge = z.new_tensor(self._reach * bins / (bins - 1))
        return torch.cat([z.pow(4).mean().reshape(1), shares(z, -edge, edge, bins)]).to(point.loss.dtype)
