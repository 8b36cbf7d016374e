"""What every kind of figure has, whatever it draws."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Figure:
    """Everything that is shown, and nothing about where or how it is drawn.

    `log` is the scale it is meant for; `limits` fixes the scale's ends, else they follow the data; `note` says how
    to read it, in phrases of falling weight with commas between; `empty` is the line to show where there is
    nothing to draw yet.
    """

    title: str
    note: str = ""
    log: bool = False
    limits: tuple[float, float] | None = None
    empty: str = ""

    @property
    def measured(self) -> bool:
        """True once there is anything to draw."""
        raise NotImplementedError
