"""The state of all variants as a checkpoint on the host, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from bntui.models import MODELS
from bntui.records import Checkpoint, Progress, UserError
from bntui.spec import ExperimentSpec, VariantSpec
from bntui.train.build import initial_network
from bntui.train.variant_trainer import VariantTrainer, within
from bntui.variants.moment_norm import stepwise
from bntui.variants.noise import noises


def saved(trainers: Iterable[VariantTrainer], progress: Progress, diverged: Mapping[str, int]) -> Checkpoint:
    """Return the trainers' state, copied from their devices; all must have taken the same number of steps."""
    arrays = {
        f"{trainer.name}/{name}": _on_host(tensor) for trainer in trainers for name, tensor in trainer.state().items()
    }
    return Checkpoint(progress, dict(diverged), arrays)


def restore(trainers: Iterable[VariantTrainer], checkpoint: Checkpoint) -> None:
    """Copy the checkpoint to the trainers. Raises UserError where it is not of these networks."""
    arrays = {name: torch.tensor(array) for name, array in checkpoint.arrays.items()}
    for trainer in trainers:
        try:
            trainer.load_state(within(trainer.name, arrays))
        except (KeyError, RuntimeError, ValueError) as error:
            raise _misfit(checkpoint, trainer.name, error) from None


def network_at(spec: ExperimentSpec, variant: VariantSpec, classes: int, checkpoint: Checkpoint) -> nn.Sequential:
    """Return the variant's network as it was at the checkpoint, on the CPU, in evaluation mode.

    Raises UserError where the checkpoint has no such network, as of a variant that diverged.
    """
    step = checkpoint.progress.steps
    if variant.name in checkpoint.diverged:
        at = checkpoint.diverged[variant.name]
        raise UserError(f"{variant.name} diverged at step {at}, so the checkpoint of step {step} is without it")
    network = initial_network(spec, variant, MODELS[spec.network.kind].input_shape, classes)
    arrays = {name: torch.tensor(array) for name, array in checkpoint.arrays.items()}
    try:
        network.load_state_dict(within("network", within(variant.name, arrays)))
    except RuntimeError as error:
        raise _misfit(checkpoint, variant.name, error) from None
    for noise in noises(network):
        noise.redraw(step)
    for layer in stepwise(network):
        layer.begin_step(step)
    return network.eval()


def _misfit(checkpoint: Checkpoint, variant: str, error: Exception) -> UserError:
    reason = str(error).partition("\n")[0]
    return UserError(f"the checkpoint of step {checkpoint.progress.steps} does not fit variant {variant}: {reason}")


def _on_host(tensor: Tensor) -> NDArray[Any]:
    array: NDArray[Any] = tensor.detach().to("cpu", copy=True).contiguous().numpy()
    return array
