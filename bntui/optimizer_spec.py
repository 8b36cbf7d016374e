"""Options of the optimizer and of the schedule of its learning rate.

Both are tables whose `kind` decides which other keys they have: a key that the kind lacks is refused, and one that is
not given gets the kind's default, which is PyTorch's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from bntui.spec_values import AnyTuple, Rate, Size, Strict

_REQUIRED = object()
"""Stands for the default of an option that has none."""
_ADAM = {"lr": 1e-3, "weight_decay": 0.0, "betas": (0.9, 0.999), "eps": 1e-8}

Step = Annotated[int, Field(ge=1, lt=2**31)]
Decay = Annotated[float, Field(ge=0, lt=1)]


class OfKind(Strict):
    """A table with a `kind`; `DEFAULTS` has each kind's options, the first one's where no kind is given.

    Options of other kinds are None.
    """

    DEFAULTS: ClassVar[Mapping[str, Mapping[str, Any]]]

    @model_validator(mode="before")
    @classmethod
    def _filled(cls, table: Any) -> Any:
        """Refuse options of other kinds unless they are off (0 or false), and fill in the defaults of this one."""
        if not isinstance(table, Mapping):
            return table
        kind = table.get("kind", next(iter(cls.DEFAULTS)))
        # Other kinds, and unknown keys, are reported by the validation of the fields.
        options = cls.DEFAULTS.get(kind) if isinstance(kind, str) else None
        if options is None:
            return table
        others = cls.model_fields.keys() - {"kind", "schedule", *options}
        for key in sorted(others & table.keys()):
            if table[key]:
                raise _misfit(key, f"'{kind}' has no such option; it has {', '.join(options) or 'none'}")
        given = {key: value for key, value in table.items() if key not in others}
        for key, default in options.items():
            if default is _REQUIRED and key not in given:
                raise _misfit(key, f"is missing; '{kind}' needs it")
        return {**options, "kind": kind, **given}


def _misfit(key: str, text: str) -> PydanticCustomError:
    return PydanticCustomError("misfit", "{key}: {text}", {"key": key, "text": text})


class ScheduleSpec(OfKind):
    """How the learning rate changes; all numbers of steps count updates.

    `steps`: at each of the `milestones` the rate is multiplied by `factor`. `cosine`: it falls along half a cosine to
    `end` times the initial rate within `period` steps, and stays there (Loshchilov & Hutter 2017, without restarts).
    `plateau`: it is multiplied by `factor` once the training loss, averaged over each `window` of steps, has not
    fallen by a ten-thousandth below its lowest value for more than `patience` windows.
    """

    DEFAULTS: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "constant": {},
        "steps": {"milestones": _REQUIRED, "factor": 0.1},
        "cosine": {"period": _REQUIRED, "end": 0.0},
        "plateau": {"factor": 0.1, "window": 100, "patience": 10},
    }

    kind: Literal["constant", "steps", "cosine", "plateau"] = "constant"
    milestones: Annotated[tuple[Step, ...], AnyTuple, Field(min_length=1)] | None = None
    factor: Annotated[float, Field(gt=0, lt=1)] | None = None
    period: Step | None = None
    end: Annotated[float, Field(ge=0, le=1)] | None = None
    window: Step | None = None
    patience: Annotated[int, Field(ge=0, lt=2**31)] | None = None

    @model_validator(mode="after")
    def _rising(self) -> Self:
        steps = self.milestones or ()
        if list(steps) != sorted(set(steps)):
            raise _misfit("milestones", "should rise from one to the next")
        return self

    def shortened(self, steps: int, of: int) -> Self:
        """Return the schedule for a run of so many steps instead of `of`: milestones and period at the same parts."""
        milestones = self.milestones and tuple(sorted({max(1, step * steps // of) for step in self.milestones}))
        period = self.period and max(1, self.period * steps // of)
        return self.model_copy(update={"milestones": milestones, "period": period})

    @property
    def constant(self) -> bool:
        """True where the rate never changes."""
        return self.kind == "constant"


class OptimizerSpec(OfKind):
    """The optimizer: stochastic gradient descent, Adam (Kingma & Ba 2015) or AdamW (Loshchilov & Hutter 2019).

    Defaults are PyTorch's, but for the rate of `sgd`, which has none there.
    """

    DEFAULTS: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "sgd": {"lr": 0.1, "weight_decay": 0.0, "momentum": 0.0, "nesterov": False},
        "adam": _ADAM,
        "adamw": {**_ADAM, "weight_decay": 1e-2},
    }

    kind: Literal["sgd", "adam", "adamw"] = "sgd"
    lr: Rate = 0.1
    weight_decay: Size = 0.0
    momentum: Decay | None = None
    nesterov: bool | None = None
    betas: Annotated[tuple[Decay, Decay], AnyTuple] | None = None
    eps: Rate | None = None
    schedule: ScheduleSpec = ScheduleSpec()

    LATER: ClassVar[Mapping[str, Any]] = {"kind": "sgd", "nesterov": False, "schedule": {"kind": "constant"}}
    """Options that earlier versions lacked, with the values that do what those did."""

    @model_validator(mode="after")
    def _nesterov_needs_momentum(self) -> Self:
        if self.nesterov and not self.momentum:
            raise _misfit("nesterov", "needs a momentum above 0")
        return self

    @property
    def plain(self) -> bool:
        """True for steps of one length along the gradient: SGD at a constant rate, without momentum and decay."""
        return self.kind == "sgd" and self.schedule.constant and not (self.momentum or self.weight_decay)

    def merged(self, own: Mapping[str, Any]) -> Self:
        """Return the options with those of one variant; with another kind, all but the schedule are that kind's."""
        kind = own.get("kind", self.kind)
        shared = self.model_dump(exclude_none=True) if kind == self.kind else {"schedule": self.schedule.model_dump()}
        return self.model_validate({**shared, **own})
