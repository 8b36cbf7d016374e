"""The steps that the charts show, and the cursor: plain state, shared by all panes and pages."""

from __future__ import annotations

from bntui.tui.widgets.visible_steps import VisibleSteps
from bntui.views.ticks import nice_step, x_limit

MIN_SPAN = 8
"""The fewest steps to zoom in to."""


class Viewport:
    """The visible steps and the cursor among them.

    In every method `step` is the newest step of the run, and `steps` the length of the run.
    """

    def __init__(self) -> None:
        self.cursor: int | None = None
        """The step that is marked and read; None for the newest one."""
        self._span = 0
        """The number of steps shown; 0 for all."""
        self._right: int | None = None
        """The right edge; None follows the newest step."""

    def range(self, step: int, steps: int) -> VisibleSteps:
        """Return the visible steps."""
        if not self._span:
            return VisibleSteps(0, x_limit(step, steps))
        right = self._right if self._right is not None else self._newest(step, steps)
        right = min(max(right, self._span), max(steps, self._span))
        return VisibleSteps(right - self._span, right, chosen=True)

    def move(self, by: int, step: int, steps: int) -> None:
        """Move the cursor by a number of steps; the visible steps follow it."""
        self.put((step if self.cursor is None else self.cursor) + by, step, steps)

    def put(self, at: int, step: int, steps: int) -> None:
        """Put the cursor on a step; where that is not visible, center the visible steps on it."""
        self.cursor = min(max(at, 0), step)
        left, right, chosen = self.range(step, steps)
        if chosen and not left <= self.cursor <= right:
            self._right = self.cursor + self._span // 2

    def follow(self) -> None:
        """Clear the cursor and follow the newest step."""
        self.cursor = None
        self._right = None

    def zoom(self, factor: float, step: int, steps: int, at: int | None = None) -> None:
        """Multiply the number of visible steps by a factor; step `at`, or else the cursor, keeps its position."""
        left, right, _ = self.range(step, steps)
        fixed = at if at is not None else self.cursor
        span = max(round((right - left) * factor), min(MIN_SPAN, steps))
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
        """Move by a share of the visible steps; on reaching the newest step, follow it again."""
        if not self._span:
            return
        right = self.range(step, steps).right + round(share * self._span)
        self._right = None if right >= self._newest(step, steps) else max(right, self._span)

    def reset(self) -> None:
        """Show all steps."""
        self._span, self._right = 0, None

    def _newest(self, step: int, steps: int) -> int:
        """Return a right edge that follows the newest step in jumps, so that charts stand still between them."""
        jump = max(1, round(nice_step(self._span, 5)))
        return min(max(-(-max(step, 1) // jump) * jump, self._span), max(steps, self._span))
