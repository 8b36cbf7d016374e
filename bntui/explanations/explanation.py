"""What is said about a measured quantity: a frozen record."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One quantity, which is one column of a probe, or two columns that are the ends of a range.

    `names` are the columns of `probe`; in one of them a trailing '*' stands for any ending. `what` says in a sentence
    or two what is measured, and `formula` in symbols; `latex` is the same formula for LaTeX's math mode. `source` is
    the paper with its year and place, `reading` says what its curves look like and mean, and `cost` what one
    measurement takes beside the step's own forward and backward pass. The texts are plain, without markup.
    """

    probe: str
    names: tuple[str, ...]
    title: str
    what: str
    formula: str
    latex: str
    unit: str
    source: str
    reading: str
    cost: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns as 'probe.name'."""
        return tuple(f"{self.probe}.{name}" for name in self.names)
