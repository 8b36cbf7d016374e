"""A chapter's experiment, live: the dashboard with the chapter's panes first, or BatchNorm by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain
from typing import ClassVar, Protocol

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bntui.run.sources.protocol import RunSource
from bntui.tui.charts.canvas import truncate
from bntui.tui.screens.base import HELP
from bntui.tui.screens.dashboard import DashboardScreen
from bntui.tui.screens.information import INFORMATION
from bntui.tui.screens.mechanics_screen import MechanicsScreen
from bntui.tui.screens.tour_screen import LEAVE
from bntui.tui.widgets.messages import MessageLine


class Guide(Protocol):
    """The chapter that an experiment belongs to; each method but the texts closes the experiment's screen."""

    @property
    def heading(self) -> list[str]:
        """The chapter with its question, and the answer given."""

    @property
    def changes_line(self) -> str:
        """The values that can be changed, and by which keys; '' without any."""

    def begun(self, source: RunSource) -> None:
        """Keep the run, which has a folder now; this closes nothing."""

    def change(self, by: int) -> None:
        """Take another value for the next run; this closes nothing."""

    def show_result(self) -> None:
        """Go on to the result."""

    def show_question(self) -> None:
        """Stop training, and go back to the question."""

    def train_again(self) -> None:
        """Stop training, and train with the values chosen now."""

    def leave(self) -> None:
        """Stop training, and leave the tour."""


TOUR_KEYS: list[Binding] = [
    Binding("enter,n", "go_on", "next", key_display="enter", tooltip="Show the result, once training is over"),
    Binding("b,backspace", "go_back", "back", key_display="b", tooltip="Stop, and go back to the question"),
    Binding("a", "again", "again", tooltip="Train again, with the values chosen by + and -"),
    Binding("plus,equals_sign", "change(1)", "change", key_display="+ -", tooltip="Take the next value"),
    Binding("minus", "change(-1)", show=False, key_display="-", tooltip="Take the previous value"),
    Binding("i", "information", "info", tooltip="Explain the focused pane"),
    Binding("space", "pause", "pause", tooltip="Pause or resume training", key_display="space"),
    HELP,
    Binding("q", "leave", "leave", tooltip="Stop, and leave the tour; progress is kept"),
]
_TAKEN = {key for binding in TOUR_KEYS for key in binding.key.split(",")}


def _others() -> Iterable[Binding]:
    """Yield the dashboard's keys that the tour's do not take; the footer has no room for them."""
    for binding in chain(*(kind.__dict__.get("BINDINGS", ()) for kind in DashboardScreen.__mro__)):
        if isinstance(binding, Binding) and not _TAKEN & set(binding.key.split(",")):
            yield replace(binding, show=False)


class ExperimentScreen(DashboardScreen, inherit_bindings=False):
    """The dashboard of a chapter's run; the tour's keys take the place of a few of its own."""

    BINDINGS: ClassVar[list[BindingType]] = [*TOUR_KEYS, *_others()]

    def __init__(self, source: RunSource, guide: Guide) -> None:
        super().__init__(source)
        self._guide = guide
        self._told = self._impatient = False

    def refresh_data(self) -> None:
        if not self._told and self.source.folder:
            self._told = True
            self._guide.begun(self.source)
        super().refresh_data()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer changes only where there are some."""
        if action == "change":
            return bool(self._guide.changes_line)
        return super().check_action(action, parameters)

    def _readout(self) -> list[MessageLine]:
        return [*self._lead(), *super()._readout()]

    def _lead(self) -> Iterable[MessageLine]:
        """Yield the question and what to do next."""
        if self.source.status.state.over:
            yield "good", "✔ the experiment is over: enter shows what was measured"
        elif self._impatient:
            yield "warning", "! training goes on: the result comes at its end; x stops it now, and keeps what there is"
        # Cut, so that all of these lines are seen in a low terminal.
        yield from (("text", truncate(line, self.size.width - 2)) for line in self._guide.heading)
        if self._guide.changes_line:
            yield "muted", self._guide.changes_line

    def _outcome(self) -> list[MessageLine]:
        return super()._outcome() if self._error() else []

    async def action_restore(self) -> None:
        """Restore all panes; with none maximized, clear the cursor; without a cursor, go back to the question."""
        if self._page.maximized or self._viewport.cursor is not None:
            await super().action_restore()
        else:
            self.action_go_back()

    def action_go_on(self) -> None:
        """Show the result, once training is over."""
        if self.source.status.state.over or self.error:
            self._guide.show_result()
        else:
            self._impatient = True
            self.refresh_data()

    def action_go_back(self) -> None:
        self._guide.show_question()

    def action_again(self) -> None:
        self._guide.train_again()

    def action_change(self, by: int) -> None:
        self._guide.change(by)
        self.refresh_data()

    def action_leave(self) -> None:
        self._guide.leave()


_BY_HAND = "Apply the steps of BatchNorm, one by one, and see; space goes on."


class ByHandScreen(MechanicsScreen, inherit_bindings=False):
    """BatchNorm by hand, as the experiment of a chapter."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "go_on", "result", key_display="space", tooltip="Go on to the result"),
        Binding("escape", "go_back", "question", key_display="esc", tooltip="Go back to the question"),
        INFORMATION,
        HELP,
        LEAVE,
    ]

    def __init__(self, guide: Guide) -> None:
        super().__init__()
        self._guide = guide

    def compose(self) -> ComposeResult:
        yield Static("\n".join([*self._guide.heading, _BY_HAND]), id="tour-lead", markup=False)
        yield from super().compose()

    def action_go_on(self) -> None:
        self._guide.show_result()

    def action_go_back(self) -> None:
        self._guide.show_question()

    def action_leave(self) -> None:
        self._guide.leave()
