"""Pages: which panes stand together, and how they share the room; each keeps its own focus."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from textual.containers import Grid

from bntui.tui.widgets.chart_pane import ChartPane, Pane
from bntui.tui.widgets.claims_pane import ClaimsPane
from bntui.tui.widgets.mechanics_pane import MechanicsPane


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page: its name, a shorter one, its views line by line, and what share of the room each line takes.

    `table_from` is the height of a screen from which the table of figures has room beside it. `by_layer` says that
    the first line has a row for each layer, and wants a height that gives each of them as many whole cells.
    """

    name: str
    short: str
    lines: tuple[tuple[str, ...], ...]
    shares: tuple[int, ...] = (1, 1, 1)
    table_from: int = 0
    by_layer: bool = False


CLAIMS = "claims"
MECHANICS = "mechanics"

PAGES = (
    PageSpec("overview", "overview", (("accuracy", "drift"), ("beta", "loss"))),
    PageSpec(
        "layers",
        "layers",
        (("drift_map",), ("scale", "gradients"), ("saturation_by_layer", "distance_by_layer")),
        shares=(5, 3, 3),
        table_from=32,
        by_layer=True,
    ),
    PageSpec("landscape", "landscape", (("landscape", "predictiveness"), ("cosine", "beta"))),
    PageSpec(
        "smoothness",
        "smooth.",
        (
            ("landscape", "landscape_random"),
            ("activation_beta", "activation_beta_by_layer"),
            ("theorem41", "theorem41_by_layer"),
        ),
        table_from=32,
    ),
    PageSpec("covariate shift", "shift", (("shift", "shift_cosine"), ("shift_by_layer", "cosine_by_layer"))),
    PageSpec("distributions", "distrib.", (("distribution",), ("unit", "saturation")), shares=(4, 3), table_from=32),
    PageSpec(
        "optimization",
        "optim.",
        (("test_accuracy", "gradient_norm"), ("step_change", "step_jump"), ("weights", "distance")),
        table_from=32,
    ),
    PageSpec("claims", "claims", ((CLAIMS,),), shares=(1,), table_from=46),
    PageSpec("mechanics", "mechanics", ((MECHANICS,),), shares=(1,), table_from=46),
)
"""The pages in the order of their keys, from f1 on."""


class Page(Grid):
    """The panes of a plan; it remembers which has the focus, and whether that one is alone."""

    def __init__(self, plan: PageSpec) -> None:
        self.plan = plan
        self._lines = [[_pane(plan, view) for view in line] for line in plan.lines]
        self.panes: list[Pane] = [pane for line in self._lines for pane in line]
        super().__init__(*self.panes, classes="page", id=plan.short.strip("."))
        self.current = 0
        self.maximized = False

    @property
    def focused_pane(self) -> Pane:
        """The pane that has the focus, or will have it when the page is shown."""
        return self.panes[self.current]

    @property
    def charts(self) -> Iterable[ChartPane]:
        """The figures in sight."""
        return (pane for pane in self.panes if isinstance(pane, ChartPane) and pane.display)

    def move(self, by: int) -> None:
        """The focus, to the next pane or the one before."""
        self.current = (self.current + by) % len(self.panes)

    def arrange_panes(self, room: int, layers: int) -> None:
        """Share out so many rows; lines that would be too low to read give way to those about the focused pane."""
        lines, shares = self._fitting(room)
        shown = {pane for line in lines for pane in line}
        columns = max(len(line) for line in lines)
        for pane in self.panes:
            pane.display = pane in shown
        for line in lines:
            for pane in line:
                pane.styles.column_span = columns // len(line)
        self.styles.grid_size_columns, self.styles.grid_size_rows = columns, len(lines)
        sizes = [f"{share}fr" for share in shares]
        # Border and head take three rows.
        cells = (room * shares[0] // sum(shares) - 3) // max(layers, 1)
        if self.plan.by_layer and lines[0] is self._lines[0] and len(lines) > 1 and cells > 0:
            sizes[0] = str(3 + cells * layers)
        self.styles.grid_rows = " ".join(sizes)

    def _fitting(self, room: int) -> tuple[list[list[Pane]], tuple[int, ...]]:
        """The lines that so many rows have room for, the focused pane's among them, and their shares."""
        if self.maximized:
            return [[self.focused_pane]], (1,)
        counts = range(len(self._lines), 1, -1)
        most = next((count for count in counts if room >= count * _least(self.plan.shares[:count])), 1)
        focused = next(index for index, line in enumerate(self._lines) if self.focused_pane in line)
        first = min(max(focused - most + 1, 0), len(self._lines) - most)
        part = slice(first, first + most)
        return self._lines[part], self.plan.shares[part]


def _least(shares: tuple[int, ...]) -> int:
    """Rows for each of some lines: two equal ones may be low, more or others only where all can be read well."""
    return 5 if len(shares) <= 2 and len(set(shares)) == 1 else 8


_OTHERS: Mapping[str, Callable[[], Pane]] = {CLAIMS: ClaimsPane, MECHANICS: MechanicsPane}
"""Panes that show something else than a view."""


def _pane(plan: PageSpec, view: str) -> Pane:
    return _OTHERS[view]() if view in _OTHERS else ChartPane(plan.short.strip("."), view)
