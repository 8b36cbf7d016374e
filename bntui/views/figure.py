"""Fields that every kind of figure has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Figure:
    """The content of a figure, independent of where and how it is drawn.

    `note` helps to read the figure: comma-separated, most important first. `log` is the scale it is meant for;
    `limits` fixes the ends of the scale, which otherwise follow the data. `empty` is the text to show while there
    is nothing to draw. `colored` figures are maps, one for each variant, whose colors are the values.
    """

    colored: ClassVar[bool] = False

    title: str = ""
    note: str = ""
    log: bool = False
    limits: tuple[float, float] | None = None
    empty: str = ""

    @property
    def measured(self) -> bool:
        """True once there is anything to draw."""
        raise NotImplementedError

    @property
    def seed_counts(self) -> tuple[int, ...]:
        """The number of seeds of each variant that is a mean over seeds."""
        return ()
