"""The network of a preset: the name of its kind, and options of the kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ConfigDict, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from bntui.spec_values import Line, Strict


class NetworkSpec(Strict):
    """A network: `kind` is a key of MODELS; all other keys are options of the kind, which `train.resolve` checks.

    A preset may give the kind alone, as a text, and without options it is written so.
    """

    model_config = ConfigDict(extra="allow")

    kind: Line

    @model_validator(mode="before")
    @classmethod
    def _shorthand(cls, value: Any) -> Any:
        """Expand `"vgg"` to `{kind = "vgg"}`."""
        if isinstance(value, str):
            return {"kind": value}
        if not isinstance(value, Mapping | NetworkSpec):
            raise PydanticCustomError("network", "should be a name, or a table with the name as its kind")
        return value

    @model_serializer
    def _written(self) -> str | dict[str, Any]:
        return {"kind": self.kind, **self.options} if self.options else self.kind

    @property
    def options(self) -> Mapping[str, Any]:
        """The options of the kind that the preset gives, by name."""
        return self.model_extra or {}

    def __str__(self) -> str:
        """Return 'resnet (n = 18)'."""
        options = ", ".join(f"{name} = {value}" for name, value in self.options.items())
        return f"{self.kind} ({options})" if options else self.kind
