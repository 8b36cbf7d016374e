"""The biases before normalization: how far they drift, and how far a constant gradient would take them."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from bntui.probes.evaluation import norms
from bntui.probes.probe import Every, Point, Probe, ProbeOptions, Setting, columns
from bntui.records import Column


class BiasDriftProbe(Probe):
    """Per hidden layer, the bias b of its convolution or linear module (Ioffe & Szegedy 2015, section 2).

    `norm`: ‖b_t‖₂. `gradient`: ‖∂L/∂b_t‖₂, which BatchNorm makes 0 but for rounding. `line`: ‖b_0 − lr·t·∂L/∂b_0‖₂,
    with the gradient of the first batch. Where the mean stands outside the gradient, no output depends on b, so that
    the gradient stays what it is, and b goes along this line, as long as nothing else trains; the difference is the
    work of the other parameters. There is no line but for SGD at a constant rate, without momentum and decay, and no
    measurement where a hidden layer has no bias.
    """

    class Options(ProbeOptions):
        """Less often than every step: biases drift slowly."""

        every: Every = 10

    name = "bias_drift"

    def __init__(self, options: ProbeOptions, setting: Setting) -> None:
        super().__init__(options, setting)
        self._start: list[Tensor] = []

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(columns(self.name, ["norm", "gradient", "line"], self.setting.layers))

    def state(self) -> dict[str, Tensor]:
        return {str(index): tensor for index, tensor in enumerate(self._start)}

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        self._start = [state[str(index)] for index in range(len(state))]

    def measure(self, point: Point) -> Tensor:
        names = [f"{layer}.weights.bias" for layer in self.setting.layers]
        parameters = dict(point.network.named_parameters())
        if not parameters.keys() >= set(names):
            return point.loss.new_empty(0)
        biases, gradients = ([of[name].detach() for name in names] for of in (parameters, point.gradient))
        # Every schedule measures step 0 first.
        self._start = self._start or [tensor.clone() for tensor in (*biases, *gradients)]
        values = [*biases, *gradients]
        if self.setting.optimizer.plain:
            start, slope = self._start[: len(names)], self._start[len(names) :]
            values += torch._foreach_sub(start, torch._foreach_mul(slope, point.lr * point.step))
        return norms(values)
