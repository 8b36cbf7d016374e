"""What the reader does with the pictures: where the cursor is, which steps and which variants are in sight.

Plain state, the same for all panes and pages, changed by the dashboard's keys.
"""

from __future__ import annotations

from typing import NamedTuple

from bntui.run.series.history import Curves
from bntui.views.selection import Differences, Selection, from_first, successive
from bntui.views.ticks import nice_step, x_limit

LEAST = 8
"""The fewest steps that fill a pane."""


class Range(NamedTuple):
    """The steps at a picture's edges; `chosen` by the reader, or all there are."""

    left: int
    right: int
    chosen: bool = False


class View:
    """The range of steps in sight, and the cursor in it."""

    def __init__(self) -> None:
        self.cursor: int | None = None
        """The step that is marked and read; None follows the newest one."""
        self._span = 0
        self._right: int | None = None

    def range(self, step: int, steps: int) -> Range:
        """The edges, where a run of so many steps has come to `step`."""
        if not self._span:
            return Range(0, x_limit(step, steps))
        right = self._right if self._right is not None else self._newest(step, steps)
        right = min(max(right, self._span), max(steps, self._span))
        return Range(right - self._span, right, chosen=True)

    def move(self, by: int, step: int, steps: int) -> None:
        """Move the cursor, and the range with it where it would leave that."""
        self.put(min(max((step if self.cursor is None else self.cursor) + by, 0), step), step, steps)

    def put(self, at: int, step: int, steps: int) -> None:
        """Put the cursor on a step."""
        self.cursor = min(max(at, 0), step)
        left, right, chosen = self.range(step, steps)
        if chosen and not left <= self.cursor <= right:
            self._right = self.cursor + self._span // 2

    def follow(self) -> None:
        """Take the cursor away: the newest step is read."""
        self.cursor = None
        self._right = None

    def zoom(self, factor: float, step: int, steps: int, at: int | None = None) -> None:
        """Show so many times the steps, and keep `at`, else the cursor, where it is in the picture."""
        left, right, _ = self.range(step, steps)
        fixed = at if at is not None else self.cursor
        span = max(round((right - left) * factor), min(LEAST, steps))
        if span >= x_limit(step, steps):
            self.reset()
            return
        if fixed is None or not left <= fixed <= right:
            fixed = right if self._right is None else (left + right) // 2
        follows = fixed == right and self._right is None
        share = (right - fixed) / max(right - left, 1)
        self._span = span
        self._right = None if follows else round(fixed + share * span)

    def pan(self, share: float, step: int, steps: int) -> None:
        """Move by a share of the picture; at the newest step it follows again."""
        if not self._span:
            return
        right = self.range(step, steps).right + round(share * self._span)
        self._right = None if right >= self._newest(step, steps) else max(right, self._span)

    def reset(self) -> None:
        """All steps again."""
        self._span, self._right = 0, None

    def _newest(self, step: int, steps: int) -> int:
        """A right edge that follows the newest step in jumps, so that the picture keeps still between them."""
        jump = max(1, round(nice_step(self._span, 5)))
        return min(max(-(-max(step, 1) // jump) * jump, self._span), max(steps, self._span))


class CurveFilter:
    """Which variants and layers are shown, and whether themselves or their differences."""

    def __init__(self) -> None:
        self.hidden: frozenset[str] = frozenset()
        self.text = ""
        self._mode = 0
        self._made: object = None
        self._lens: tuple[Curves, Differences | None] | None = None

    def toggle(self, variant: str) -> None:
        """Hide a variant, or show it again."""
        self.hidden = self.hidden ^ {variant}

    def next_mode(self, variants: int) -> None:
        """Themselves; each minus the one before; each minus the first (where that is something else)."""
        self._mode = (self._mode + 1) % (3 if variants > 2 else 2)

    def lens(self, history: Curves) -> tuple[Curves, Differences | None]:
        """What is chosen of a history, and the differences in it, or None."""
        info = history.info
        variants, layers = chosen(self.text, info.variants, tuple(every_layer(history)))
        shown = tuple(each for each in variants if each not in self.hidden)
        key = (history, shown, layers, self._mode)
        if key != self._made or self._lens is None:
            whole = shown == info.variants and layers == tuple(every_layer(history))
            selection: Curves = history if whole else Selection(history, shown, layers)
            pairs = ([], successive(shown), from_first(shown))[self._mode]
            self._made, self._lens = key, (selection, Differences(history, pairs) if pairs else None)
        return self._lens


def every_layer(history: Curves) -> list[str]:
    """All layers that are measured, first to last."""
    named = [*history.info.layers, *(column.layer for column in history.info.columns)]
    return [layer for layer in dict.fromkeys(named) if layer]


def chosen(text: str, variants: tuple[str, ...], layers: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The variants and layers that a filter leaves; a word that fits a variant is about variants, else about layers.

    Of several words about the same, one that fits is enough. Words that fit nothing change nothing.
    """
    words = text.lower().split()
    named = [word for word in words if any(word in each.lower() for each in variants)]
    deep = [word for word in words if word not in named and any(word in each.lower() for each in layers)]
    return (
        tuple(each for each in variants if not named or any(word in each.lower() for word in named)),
        tuple(each for each in layers if not deep or any(word in each.lower() for word in deep)),
    )
