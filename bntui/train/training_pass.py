"""The training pass: a network's loss on a batch, and the gradient of the loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from bntui.models.layers import hidden, preactivation
from bntui.probes.probe import Criterion
from bntui.spec import Precision
from bntui.train.device import tf32


class PassResult(NamedTuple):
    """The result of one pass, detached.

    `logits` (batch, classes), `loss` (), `gradient` by parameter, and `activations` by hidden layer where they were
    recorded. Logits, loss and activations are float32 at least, whatever the precision of the pass.
    """

    logits: Tensor
    loss: Tensor
    gradient: Mapping[str, Tensor]
    activations: Mapping[str, Tensor]


class TrainingPass:
    """Forward and backward passes of a network in training mode, in the chosen precision."""

    eager_reason = ""
    """Why passes run kernel by kernel although the spec asks for CUDA graphs; '' where it does not, or they do not."""

    def __init__(self, network: nn.Sequential, criterion: Criterion, precision: Precision) -> None:
        self.network = network
        self.criterion = criterion
        self.precision = precision
        self._hidden = hidden(network)
        self._parameters = dict(network.named_parameters())

    def __call__(self, images: Tensor, labels: Tensor, *, record: bool) -> PassResult:
        """Return the result for a batch, with activations if `record`; parameters keep their gradient in `grad`."""
        activations: dict[str, Tensor] = {}
        hooks = [_record_into(activations, name, layer) for name, layer in self._hidden.items()] if record else []
        for parameter in self._parameters.values():
            parameter.grad = None
        with tf32(self.precision == "tf32"):
            # No weight is used twice in a pass, so a cache of their bfloat16 copies would save nothing.
            half = self.precision == "bf16"
            with torch.autocast(images.device.type, torch.bfloat16, enabled=half, cache_enabled=False):
                logits = self.network(images)
                loss = self.criterion(logits, labels)
            for hook in hooks:
                hook.remove()
            loss.backward()
        gradient = {name: p.grad for name, p in self._parameters.items() if p.grad is not None}
        return PassResult(_detached(logits), _detached(loss), gradient, activations)


def _record_into(activations: dict[str, Tensor], name: str, layer: nn.Sequential) -> RemovableHandle:
    def hook(module: nn.Module, inputs: object, output: Tensor) -> None:
        activations[name] = _detached(output)

    return preactivation(layer).register_forward_hook(hook)


def _detached(tensor: Tensor) -> Tensor:
    """Return the tensor without its graph, in float32 at least."""
    return tensor.detach().to(torch.promote_types(tensor.dtype, torch.float32))
