"""The state of all variants as a checkpoint on the host, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from bntui.records import Checkpoint, Progress, UserError
from bntui.train.variant_trainer import VariantTrainer, within


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
        device = next(trainer.network.parameters()).device
        state = {name: tensor.to(device) for name, tensor in within(trainer.name, arrays).items()}
        try:
            trainer.load_state(state)
        except (KeyError, RuntimeError) as error:
            reason = str(error).partition("\n")[0]
            raise UserError(
                f"the checkpoint of step {checkpoint.progress.steps} does not fit variant {trainer.name}: {reason}"
            ) from None


def _on_host(tensor: Tensor) -> NDArray[Any]:
    array: NDArray[Any] = tensor.detach().to("cpu", copy=True).contiguous().numpy()
    return array
