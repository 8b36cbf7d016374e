"""The types of values in presets, and the base of their tables."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from bntui.printable_text import printable


class Strict(BaseModel):
    """A table of a preset: frozen, without unknown keys and without implicit type conversions."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _check_line(text: str) -> str:
    if printable(text) != text:
        raise PydanticCustomError("unprintable", "should have no line breaks and control characters")
    return text


def _check_paragraphs(text: str) -> str:
    _check_line(text.translate({ord("\n"): " ", ord("\t"): " "}))
    return text


def _check_normal(value: float) -> float:
    if value < 1e-37:
        raise PydanticCustomError("tiny", "should be at least 1e-37")
    return value


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


Printable = AfterValidator(_check_line)
AnyTuple = BeforeValidator(_as_tuple)
# Within the range of float32.
Rate = Annotated[float, Field(gt=0, le=1e38), AfterValidator(_check_normal)]
Size = Annotated[float, Field(ge=0, le=1e38)]
Finite = Annotated[float, Field(ge=-1e38, le=1e38)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]
Line = Annotated[str, Field(max_length=500), Printable]
Paragraphs = Annotated[str, Field(max_length=10_000), AfterValidator(_check_paragraphs)]
