"""What the reader of a chapter may change before training again: a line of values for each quantity."""

from __future__ import annotations

from textual.widgets import Static

from bntui.tour.chapter import Chapter

_ALL_FROM = 30
"""Terminal height from which all quantities are shown at once."""


class ChangeLines(Static):
    """The values of each quantity, the chosen one in brackets; keys change those of the selected quantity."""

    def __init__(self, chapter: Chapter) -> None:
        super().__init__(id="changes", markup=False)
        self._changes = chapter.changes
        self.places = [*chapter.start]
        """The place of each chosen value."""
        self._selected = 0

    @property
    def sentence(self) -> str:
        """The selected quantity with its value, and the keys that change it; '' where nothing can be changed."""
        if not self._changes:
            return ""
        change = self._changes[self._selected]
        return f"{change.title}: {change.label(self.places[self._selected])}; + and - change it, a trains again"

    def step(self, by: int) -> None:
        """Choose another value of the selected quantity."""
        last = len(self._changes[self._selected].values) - 1
        self.places[self._selected] = min(max(self.places[self._selected] + by, 0), last)
        self.show()

    def select_next(self) -> None:
        """Select the next quantity."""
        self._selected = (self._selected + 1) % len(self._changes)
        self.show()

    def show(self) -> None:
        """Show the values; in a low terminal only those of the selected quantity."""
        whole = self.app.size.height >= _ALL_FROM
        lines = [self._line(number) for number in range(len(self._changes)) if whole or number == self._selected]
        tab = "tab another quantity · " * (len(self._changes) > 1)
        self.update("\n".join([*lines, f"  ← → another value · {tab}a trains again"]))

    def _line(self, number: int) -> str:
        change, chosen = self._changes[number], self.places[number]
        labels = [change.label(place) for place in range(len(change.values))]
        values = (f"[{label}]" if place == chosen else f" {label} " for place, label in enumerate(labels))
        return f"{'▸' if number == self._selected else ' '} {change.title}  {''.join(values)}"
