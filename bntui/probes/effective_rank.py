"""The effective rank of a layer's activations."""

from __future__ import annotations

import torch
from torch import Tensor

from bntui.probes.evaluation import exact, forward, nonzero
from bntui.probes.evaluation_batch import EvaluationBatch, OnEvaluationBatch
from bntui.probes.probe import Every, Point, Probe, Setting, columns
from bntui.records import Column


class EffectiveRankProbe(Probe):
    """`rank` of each hidden layer: (tr C)²/tr(C²) = (Σλ)²/Σλ², λ the eigenvalues of the covariance C of its outputs.

    This participation ratio is n where n of the λ are equal and the others 0, and at most the number of channels.
    Outputs are those that the next layer takes, after nonlinearity and pooling, on an evaluation batch that is drawn
    once from the training set by the run's seed, in training mode; channels are the variables, samples and pixels the
    observations. Daneshmand et al. 2020 show for random weights that it collapses in depth without BatchNorm, and not
    with it. `kept`: the rank of the last hidden layer divided by that of the first. NaN where no output varies.
    """

    class Options(OnEvaluationBatch):
        """Less often than every step, because a measurement takes a forward pass over more samples than a step."""

        every: Every = 50

    name = "effective_rank"

    def __init__(self, options: Options, setting: Setting) -> None:
        super().__init__(options, setting)
        self._batch = EvaluationBatch.drawn(setting, options.samples)

    @property
    def columns(self) -> tuple[Column, ...]:
        return (*columns(self.name, ["rank"], self.setting.layers), *columns(self.name, ["kept"]))

    @torch.no_grad()
    def measure(self, point: Point) -> Tensor:
        outputs = self._batch.images
        ranks: list[Tensor] = []
        for name, layer in point.network.named_children():
            if len(ranks) == len(self.setting.layers):
                break
            outputs = forward(layer, {}, outputs)
            if name in self.setting.layers:
                ranks.append(effective_rank(outputs))
        return torch.stack([*ranks, ranks[-1] / ranks[0]]).to(point.loss.dtype)


def effective_rank(outputs: Tensor) -> Tensor:
    """Return (tr C)²/tr(C²) of outputs (batch, channels, …), (), in float64."""
    values = exact(outputs.transpose(0, 1).flatten(1))
    # Traces are sums of squares, of deviations and of covariances: no eigenvalues are needed.
    covariance = torch.cov(values, correction=0).reshape(len(values), len(values))
    return covariance.trace().square() / nonzero(covariance.square().sum())
