"""The training pass: what a network makes of a batch, and the gradient of its loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from bntui.models.layers import hidden
from bntui.probes.probe import Criterion
from bntui.spec import Precision
from bntui.train.device import tf32


class PassResult(NamedTuple):
    """Of one pass, all detached: logits, loss, gradient by parameter, activations by hidden layer if they are watched.

    Logits, loss and activations are in single precision at least, whatever the pass was in.
    """

    logits: Tensor
    loss: Tensor
    gradient: Mapping[str, Tensor]
    activations: Mapping[str, Tensor]


class TrainingPass:
    """Forward and backward passes of one network in training, in the precision that was chosen."""

    eager = ""
    """Why they are run kernel by kernel although a CUDA graph was wanted."""

    def __init__(self, network: nn.Sequential, criterion: Criterion, precision: Precision) -> None:
        self.network = network
        self.criterion = criterion
        self.precision = precision
        self._hidden = hidden(network)
        self._parameters = dict(network.named_parameters())

    def __call__(self, images: Tensor, labels: Tensor, *, watched: bool) -> PassResult:
        """The pass over a batch; the parameters' `grad` is then its gradient."""
        activations: dict[str, Tensor] = {}
        hooks = [_keep(name, layer, activations) for name, layer in self._hidden.items()] if watched else []
        for parameter in self._parameters.values():
            parameter.grad = None
        with tf32(self.precision == "tf32"):
            # No weight is used twice, so there is nothing to be gained from keeping its lower-precision copy.
            half = self.precision == "bf16"
            with torch.autocast(images.device.type, torch.bfloat16, enabled=half, cache_enabled=False):
                logits = self.network(images)
                loss = self.criterion(logits, labels)
            for hook in hooks:
                hook.remove()
            loss.backward()
        gradient = {name: p.grad for name, p in self._parameters.items() if p.grad is not None}
        return PassResult(_single(logits), _single(loss), gradient, activations)


def _keep(name: str, layer: nn.Sequential, activations: dict[str, Tensor]) -> RemovableHandle:
    def hook(module: nn.Module, inputs: object, output: Tensor) -> None:
        activations[name] = _single(output)

    return layer.get_submodule("norm").register_forward_hook(hook)


def _single(tensor: Tensor) -> Tensor:
    return tensor.detach().to(torch.promote_types(tensor.dtype, torch.float32))
