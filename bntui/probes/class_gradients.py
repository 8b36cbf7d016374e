"""The gradient of the loss for the network's outputs, by sample and class."""

from __future__ import annotations

from typing import Annotated

import torch
from pydantic import Field
from torch import Tensor

from bntui.probes.probe import Every, Point, Probe, ProbeOptions, Setting, columns
from bntui.records import Column


class ClassGradientsProbe(Probe):
    """Bjorck et al. 2018, section 3.2, on G = ∂L/∂logits of the step's batch, (batch, classes).

    `coherence`: ‖Σ_b G_b‖² / (batch·Σ_b‖G_b‖²), from 0 to 1: 1/batch for unrelated rows, 1 for equal ones.
    `most_predicted`: the share of the batch that is given the most frequent prediction. `gradient_at_b_k`: G of the
    first `rows` samples, each class. There is no measurement where the network predicts numbers, not classes.
    """

    class Options(ProbeOptions):
        """`rows`: the number of samples whose gradient is kept."""

        every: Every = 25
        rows: Annotated[int, Field(ge=1, le=256)] = 12

    name = "class_gradients"

    def __init__(self, options: Options, setting: Setting) -> None:
        super().__init__(options, setting)
        self._rows = options.rows

    @property
    def columns(self) -> tuple[Column, ...]:
        image = [f"gradient_at_{row}_{label}" for row in range(self._rows) for label in range(self.setting.classes)]
        return tuple(columns(self.name, ["coherence", "most_predicted", *image]))

    def measure(self, point: Point) -> Tensor:
        if not self.setting.classes:
            return point.loss.new_empty(0)
        logits = point.logits.detach().requires_grad_()
        (gradient,) = torch.autograd.grad(point.criterion(logits, point.labels), logits)
        squares = gradient.square().sum()
        coherence = gradient.sum(0).square().sum() / (len(gradient) * squares)
        # Trailing values are those of samples that a short batch lacks.
        values = [torch.stack([coherence, _most_predicted(point.logits)]), gradient[: self._rows].flatten()]
        return torch.cat(values)


def _most_predicted(logits: Tensor) -> Tensor:
    """Return the share of the most frequent prediction, (); NaN if an output is not finite."""
    classes = torch.arange(logits.shape[1], device=logits.device)
    shares = (logits.argmax(1, keepdim=True) == classes).to(logits.dtype).mean(0)
    return torch.where(logits.isfinite().all(), shares.max(), torch.nan)
