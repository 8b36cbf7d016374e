"""The effective smoothness of the loss as a function of each layer's output."""

from __future__ import annotations

from typing import Annotated

import torch
from pydantic import Field
from torch import Tensor, nn

from bntui.probes.evaluation import constants, forward, nonzero, norm
from bntui.probes.probe import Every, Point, Probe, ProbeOptions, Setting, columns
from bntui.records import Column
from bntui.spec_values import AnyTuple, Rate


class ActivationBetaProbe(Probe):
    """Per hidden layer, `beta`: the largest ‖G(y) − G(y − aG)‖₂ / ‖aG‖₂ over the `etas` a, G = G(y).

    y is the layer's whole output on the step's batch (after nonlinearity and pooling), G(y) = ∂(ΣL)/∂y the gradient of
    the loss summed over the batch, so that it does not shrink with the batch. Only the layers after it are run again,
    in training mode, with the step's noise (the blog post, section on smoothness). ‖aG‖₂ is the distance that y went in
    float32. NaN where it is zero.
    """

    class Options(ProbeOptions):
        """`etas`: step lengths along G, not multiplied by the learning rate."""

        every: Every = 25
        etas: Annotated[tuple[Rate, ...], AnyTuple, Field(min_length=1)] = (0.1, 0.2, 0.3, 0.4)

    name = "activation_beta"
    of_gradient = True

    def __init__(self, options: Options, setting: Setting) -> None:
        super().__init__(options, setting)
        self.etas = options.etas

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(columns(self.name, ["beta"], self.setting.layers))

    def measure(self, point: Point) -> Tensor:
        outputs = self._outputs(point)
        gradients = torch.autograd.grad(self._loss(point, outputs[-1]), outputs)
        names = [name for name, _ in point.network.named_children()]
        indices = [names.index(layer) for layer in self.setting.layers]
        return torch.stack([self._beta(point, index, outputs[index].detach(), gradients[index]) for index in indices])

    @staticmethod
    def _outputs(point: Point) -> list[Tensor]:
        """Return every layer's output, in one graph that begins at the first output."""
        outputs: list[Tensor] = []
        for layer in point.network.children():
            output = forward(layer, constants(layer), outputs[-1] if outputs else point.images)
            outputs.append(output if outputs else output.detach().requires_grad_())
        return outputs

    def _beta(self, point: Point, index: int, y: Tensor, g: Tensor) -> Tensor:
        tail = point.network[index + 1 :]
        moved = (y - a * g for a in self.etas)
        ratios = [norm(g - self._gradient(point, tail, there)) / nonzero(norm(there - y)) for there in moved]
        return torch.stack(ratios).max()

    def _gradient(self, point: Point, tail: nn.Sequential, y: Tensor) -> Tensor:
        y = y.detach().requires_grad_()
        (gradient,) = torch.autograd.grad(self._loss(point, forward(tail, constants(tail), y)), y)
        return gradient

    def _loss(self, point: Point, outputs: Tensor) -> Tensor:
        """Return the loss summed over the batch."""
        loss = point.criterion(outputs, point.labels)
        return loss if self.setting.summed else loss * len(point.labels)
