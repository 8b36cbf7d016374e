"""The schedule of an optimizer's learning rate, by PyTorch's schedulers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import torch
from torch import Tensor
from torch.optim import Optimizer
from torch.optim.lr_scheduler import CosineAnnealingLR, LRScheduler, MultiStepLR, ReduceLROnPlateau

from bntui.optimizer_spec import ScheduleSpec


class RateSchedule:
    """Sets the rate of each update as a function of the number of updates; for a `constant` schedule, does nothing."""

    _changing: ClassVar[tuple[str, ...]] = ("last_epoch", "_step_count")
    """The attributes of the scheduler that change, all numbers."""

    def __init__(self, scheduler: LRScheduler | None, end: float = float("inf")) -> None:
        """`end` is the number of updates after which the rate stays."""
        self._scheduler: Any = scheduler
        self._end = end

    def advance(self, loss: Tensor) -> None:
        """Set the rate of the next update; `loss` () is that of the last one's batch."""
        if self._scheduler and self._scheduler.last_epoch < self._end:
            self._scheduler.step()

    def state(self) -> dict[str, Tensor]:
        """Return by name the numbers that the rates to come depend on, float64 and on the CPU."""
        if not self._scheduler:
            return {}
        numbers = {name: getattr(self._scheduler, name) for name in self._changing}
        numbers["lr"] = self._group["lr"]
        return {name: torch.tensor(value, dtype=torch.float64) for name, value in numbers.items()}

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        """Take over what `state` returned. Raises KeyError where it does not fit."""
        if self._scheduler:
            for name in self._changing:
                kind = type(getattr(self._scheduler, name))
                setattr(self._scheduler, name, kind(state[name].item()))
            for group in self._scheduler.optimizer.param_groups:
                group["lr"] = state["lr"].item()

    @property
    def _group(self) -> dict[str, Any]:
        group: dict[str, Any] = self._scheduler.optimizer.param_groups[0]
        return group


class PlateauSchedule(RateSchedule):
    """Lowers the rate where the mean loss of a window of updates falls no more.

    The host learns the loss from one copy for each window.
    """

    _changing: ClassVar[tuple[str, ...]] = ("last_epoch", "best", "num_bad_epochs")

    def __init__(self, scheduler: ReduceLROnPlateau, window: int) -> None:
        super().__init__(scheduler)
        self._window = window
        self._count = 0
        self._sum = torch.zeros(())

    def advance(self, loss: Tensor) -> None:
        """Add the loss to its window; at the end of a window, set the rate."""
        self._sum = self._sum + loss if self._count else loss
        self._count += 1
        if self._count == self._window:
            self._scheduler.step(self._sum.item() / self._count)
            self._count = 0

    def state(self) -> dict[str, Tensor]:
        """Return the numbers of the schedule, and the sum of the losses in this window."""
        return {**super().state(), "sum": self._sum, "count": torch.tensor(self._count)}

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        """Take over what `state` returned, from any device."""
        super().load_state(state)
        device = self._group["params"][0].device
        self._sum, self._count = state["sum"].to(device), int(state["count"])


def rate_schedule(spec: ScheduleSpec, optimizer: Optimizer) -> RateSchedule:
    """Return the schedule of an optimizer that has taken no step."""
    match spec.kind:
        case "steps":
            assert spec.milestones is not None and spec.factor is not None
            return RateSchedule(MultiStepLR(optimizer, list(spec.milestones), spec.factor))
        case "cosine":
            assert spec.period is not None and spec.end is not None
            lowest = spec.end * optimizer.param_groups[0]["lr"]
            return RateSchedule(CosineAnnealingLR(optimizer, spec.period, lowest), end=spec.period)
        case "plateau":
            assert spec.factor is not None and spec.patience is not None and spec.window is not None
            # Without `eps` = 0, PyTorch leaves a rate below 1e-8 as it is.
            return PlateauSchedule(
                ReduceLROnPlateau(optimizer, factor=spec.factor, patience=spec.patience, eps=0), spec.window
            )
    return RateSchedule(None)
