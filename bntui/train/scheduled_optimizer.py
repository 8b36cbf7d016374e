"""The optimizer of one variant, with the schedule of its rate."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from torch import Tensor, nn
from torch.optim import SGD, Adam, AdamW

from bntui.optimizer_spec import OptimizerSpec
from bntui.train.rate_schedule import rate_schedule

KINDS: Mapping[str, type[SGD | Adam | AdamW]] = {"sgd": SGD, "adam": Adam, "adamw": AdamW}
"""PyTorch's optimizers by kind; their options have the names of the spec's."""

MOMENTUM = "momentum_buffer"
"""The name of torch.optim.SGD's state, the only one that checkpoints of earlier versions have, without its name."""


class ScheduledOptimizer:
    """Updates parameters by their gradients, then sets the rate of the next update."""

    def __init__(
        self, spec: OptimizerSpec, parameters: Mapping[str, nn.Parameter], undecayed: Collection[str] = ()
    ) -> None:
        """`undecayed` are the names of parameters without weight decay."""
        self._parameters = parameters
        options = spec.model_dump(exclude={"kind", "schedule"}, exclude_none=True)
        # On a GPU, where launching kernels takes most of an update, one kernel for all parameters; Adam's counters of
        # steps are then on the GPU too.
        fused = next(iter(parameters.values())).is_cuda or None
        groups: list[dict[str, Any]] = [{"params": [parameters[name] for name in parameters if name not in undecayed]}]
        if undecayed:
            groups.append({"params": [parameters[name] for name in undecayed], "weight_decay": 0.0})
        self._optimizer = KINDS[spec.kind](groups, fused=fused, **options)
        self._schedule = rate_schedule(spec.schedule, self._optimizer)

    @property
    def lr(self) -> float:
        """The learning rate of the next update."""
        return float(self._optimizer.param_groups[0]["lr"])

    def step(self, loss: Tensor) -> None:
        """Update the parameters; `loss` () is that of the batch, which some schedules follow."""
        self._optimizer.step()
        self._schedule.advance(loss)

    def state(self) -> dict[str, Tensor]:
        """Return by name what later updates depend on: of each parameter ('parameter/name') and of the schedule.

        Nothing of a parameter before the first step, or where its optimizer keeps nothing.
        """
        kept = {
            f"optimizer/{name}/{key}": value
            for name, parameter in self._parameters.items()
            for key, value in self._optimizer.state[parameter].items()
            if isinstance(value, Tensor)
        }
        return kept | {f"schedule/{name}": value for name, value in self._schedule.state().items()}

    def load_state(self, optimizer: Mapping[str, Tensor], schedule: Mapping[str, Tensor]) -> None:
        """Take over what `state` returned, from any device. Raises KeyError where it does not fit."""
        for entry, tensor in optimizer.items():
            name, _, key = entry.partition("/")
            parameter = self._parameters[name]
            self._optimizer.state[parameter][key or MOMENTUM] = tensor.to(parameter.device)
        self._schedule.load_state(schedule)
