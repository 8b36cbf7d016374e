"""The pages of the dashboard as widgets, and their keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import lcm

from textual.containers import Grid

from bntui.page_spec import PageSpec
from bntui.tui.widgets.chart_pane import ChartPane, Pane
from bntui.tui.widgets.claims_pane import ClaimsPane
from bntui.tui.widgets.log_pane import LogPane
from bntui.tui.widgets.mechanics_pane import MechanicsPane
from bntui.tui.widgets.system_pane import SystemPane
from bntui.views.system_views import SYSTEM_VIEWS

OTHER_PANES: Mapping[str, Callable[[], Pane]] = {
    "claims": ClaimsPane,
    "mechanics": MechanicsPane,
    "log": LogPane,
}
"""Panes that show something else than a view."""

PAGE_KEYS = tuple(f"f{number}" for number in range(1, 13))
"""The keys of the first pages; terminals have no others."""


class Page(Grid):
    """The panes of a page; it keeps which of them has the focus, and whether that one is maximized.

    `key` opens it; '' for one that has none.
    """

    def __init__(self, spec: PageSpec, key: str) -> None:
        self.spec, self.key = spec, key
        self._lines = [[_pane(name) for name in line] for line in spec.lines]
        self.panes: list[Pane] = [pane for line in self._lines for pane in line]
        super().__init__(*self.panes, classes="page")
        self.current = 0
        self.maximized = False

    @property
    def focused_pane(self) -> Pane:
        """The pane that has the focus, or gets it when the page is shown."""
        return self.panes[self.current]

    @property
    def charts(self) -> Iterable[ChartPane]:
        """The charts that are displayed."""
        return (pane for pane in self.panes if isinstance(pane, ChartPane) and pane.display)

    def move(self, by: int) -> None:
        """Move the focus by a number of panes."""
        self.current = (self.current + by) % len(self.panes)

    def arrange_panes(self, room: int, layers: int) -> None:
        """Fit the panes into a number of rows; where not all lines are readable, keep those about the focused pane."""
        lines, shares = self._fitting_lines(room)
        shown = {pane for line in lines for pane in line}
        columns = lcm(*map(len, lines))
        for pane in self.panes:
            pane.display = pane in shown
        for line in lines:
            for pane in line:
                pane.styles.column_span = columns // len(line)
        self.styles.grid_size_columns, self.styles.grid_size_rows = columns, len(lines)
        sizes = [f"{share}fr" for share in shares]
        # Border and title take three rows.
        cells = (room * shares[0] // sum(shares) - 3) // max(layers, 1)
        if self.spec.by_layer and lines[0] is self._lines[0] and len(lines) > 1 and cells > 0:
            sizes[0] = str(3 + cells * layers)
        self.styles.grid_rows = " ".join(sizes)

    def _fitting_lines(self, room: int) -> tuple[list[list[Pane]], tuple[int, ...]]:
        """Return as many lines as fit into a number of rows, the focused pane's among them, and their shares."""
        if self.maximized:
            return [[self.focused_pane]], (1,)
        shares = self.spec.line_shares
        counts = range(len(self._lines), 1, -1)
        most = next((count for count in counts if room >= count * _min_rows(shares[:count])), 1)
        focused = next(index for index, line in enumerate(self._lines) if self.focused_pane in line)
        first = min(max(focused - most + 1, 0), len(self._lines) - most)
        part = slice(first, first + most)
        return self._lines[part], shares[part]


def _min_rows(shares: tuple[int, ...]) -> int:
    """Return the fewest rows per line: two equal lines may be low, others only as low as is well readable."""
    return 5 if len(shares) <= 2 and len(set(shares)) == 1 else 8


def widgets_of(pages: Sequence[PageSpec], first: int = 0) -> list[Page]:
    """Return pages from a number on as widgets, each with its key."""
    keys = (*PAGE_KEYS, *[""] * len(pages))
    return [Page(page, key) for page, key in zip(pages[first:], keys[first:], strict=False)]


def _pane(name: str) -> Pane:
    if name in OTHER_PANES:
        return OTHER_PANES[name]()
    return SystemPane(name) if name in SYSTEM_VIEWS else ChartPane(name)
